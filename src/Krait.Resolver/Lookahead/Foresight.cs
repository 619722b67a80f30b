using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Versions;
using Krait.Resolver.Candidates;
using Krait.Resolver.Forking;
using Krait.Resolver.Packages;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Lookahead;

/// <summary>
/// Uses the first wait of a resolution to ask for all that it will probably need: what the request expects, and what is found by
/// following the source's memory of earlier times from the roots on. So a repetition whose pages are outdated costs one round
/// trip, not one for each level of the graph. From then on it asks for what later forks will need as soon as one fork learns of it.
/// What is wrong here costs bandwidth; it decides nothing.
/// </summary>
internal sealed class Foresight(ResolutionSession session, IPackageSource source, ForkEnvironment environment)
    : IForesight
{
    private readonly HashSet<(PackageName Name, ExtraName? Extra)> followed = [];
    private readonly Dictionary<PackageName, (Candidate Candidate, CoreMetadata Metadata)?> recalled = [];
    private readonly Queue<ActiveRequirement> waiting = [];

    /// <inheritdoc/>
    public void LookAhead()
    {
        foreach (var name in session.Request.Expected)
            session.Memory.Expect(name, VersionRanges.All, environment);
        Enqueue(session.Requirements.ReadRoots(session.Request.Requirements, environment));
        Walk();
    }

    /// <inheritdoc/>
    public void Follow(Candidate candidate, CoreMetadata metadata, ExtraName? extra)
    {
        Enqueue(candidate, metadata, extra);
        Walk();
    }

    private void Enqueue(Candidate candidate, CoreMetadata metadata, ExtraName? extra)
    {
        if (followed.Add((candidate.Name, extra)))
            Enqueue(session.Requirements.Read(candidate, metadata.RequiresDist, extra, environment));
    }

    private void Enqueue(List<ActiveRequirement> requirements) => requirements.ForEach(waiting.Enqueue);

    private void Walk()
    {
        while (waiting.TryDequeue(out var active))
        {
            var requirement = active.Requirement;
            if (requirement.Url is not null || Recall(requirement) is not var (candidate, metadata))
                continue;
            Enqueue(candidate, metadata, extra: null);
            foreach (var extra in requirement.Extras)
                Enqueue(candidate, metadata, extra);
        }
    }

    /// <summary>Asks for what is required, and gives the version that was probably chosen before, where it and its metadata are at hand.</summary>
    private (Candidate Candidate, CoreMetadata Metadata)? Recall(Requirement requirement)
    {
        if (recalled.TryGetValue(requirement.Name, out var earlier))
            return earlier;
        var range = requirement.Specifiers?.ToRanges() ?? VersionRanges.All;
        session.Memory.Expect(requirement.Name, range, environment);
        earlier = Recall(requirement.Name, range);
        recalled.Add(requirement.Name, earlier);
        return earlier;
    }

    private (Candidate Candidate, CoreMetadata Metadata)? Recall(PackageName name, VersionRanges range)
    {
        var known = session.Memory.Peek(name, environment);
        if (known is null && source.Recall(name, environment.IndexOf(name)) is { } page)
            known = new KnownVersions(name, page);
        if (known is null)
            return null;
        var order = session.Selector.OrderFor(name, environment, session.Preferences);
        var index = session.Memory.Likely(known, range, order);
        return index >= 0 && known.CandidateAt(index) is { } candidate && source.Recall(candidate) is { } metadata
            ? (candidate, metadata)
            : null;
    }
}
