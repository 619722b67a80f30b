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
/// following the source's memory of earlier times from the roots on, or where it has none, what it presumes. So a repetition whose
/// pages are outdated, and a first run that leads to well-known packages, cost one round trip, not one for each level of the graph.
/// From then on it asks for what arrives requires, while the resolution waits for something else, and for what later forks will need as
/// soon as one fork learns of it.
/// What is wrong here costs bandwidth; it decides nothing.
/// </summary>
internal sealed class Foresight(ResolutionSession session, IPackageSource source, ForkEnvironment environment)
    : IForesight
{
    private readonly HashSet<(PackageName Name, ExtraName? Extra, bool IsCertain)> followed = [];
    private readonly HashSet<(PackageName Name, ExtraName? Extra)> presumed = [];
    private readonly Dictionary<PackageName, (Candidate Candidate, CoreMetadata Metadata)?> recalled = [];

    /// <summary>What is really required, so far as is known, with the extras.</summary>
    private readonly Dictionary<PackageName, List<ExtraName>> certain = [];

    private readonly Queue<(ActiveRequirement Requirement, bool IsCertain)> waiting = [];

    /// <inheritdoc/>
    public void LookAhead()
    {
        foreach (var name in session.Request.Expected)
            session.Memory.Expect(name, VersionRanges.All, environment);
        Enqueue(session.Requirements.ReadRoots(session.Request.Requirements, environment), isCertain: true);
        Walk();
    }

    /// <inheritdoc/>
    public void Follow(Candidate candidate, CoreMetadata metadata, ExtraName? extra)
    {
        Enqueue(candidate, metadata, extra, isCertain: true);
        Walk();
    }

    /// <inheritdoc/>
    public void Arrive(Candidate candidate, CoreMetadata metadata)
    {
        if (recalled.GetValueOrDefault(candidate.Name) is not null)
            return;
        recalled[candidate.Name] = (candidate, metadata);
        // What was only presumed to be required is followed when it turns out to be.
        if (!certain.TryGetValue(candidate.Name, out var extras))
            return;
        Enqueue(candidate, metadata, extra: null, isCertain: true);
        foreach (var extra in extras)
            Enqueue(candidate, metadata, extra, isCertain: true);
        Walk();
    }

    private void Enqueue(Candidate candidate, CoreMetadata metadata, ExtraName? extra, bool isCertain)
    {
        if (followed.Add((candidate.Name, extra, isCertain)))
            Enqueue(session.Requirements.Read(candidate, metadata.RequiresDist, extra, environment), isCertain);
    }

    private void Enqueue(List<ActiveRequirement> requirements, bool isCertain)
    {
        foreach (var requirement in requirements)
            waiting.Enqueue((requirement, isCertain));
    }

    private void Walk()
    {
        while (waiting.TryDequeue(out var next))
        {
            var requirement = next.Requirement.Requirement;
            if (requirement.Url is not null)
                continue;
            if (next.IsCertain)
                NoteCertain(requirement);
            if (Recall(requirement) is var (candidate, metadata))
            {
                Enqueue(candidate, metadata, extra: null, next.IsCertain);
                foreach (var extra in requirement.Extras)
                    Enqueue(candidate, metadata, extra, next.IsCertain);
            }
            else if (session.Request.Lookahead.Predicts)
            {
                Presume(requirement);
            }
        }
    }

    private void NoteCertain(Requirement requirement)
    {
        if (!certain.TryGetValue(requirement.Name, out var extras))
            certain.Add(requirement.Name, extras = []);
        foreach (var extra in requirement.Extras)
        {
            if (!extras.Contains(extra))
                extras.Add(extra);
        }
    }

    /// <summary>Follows what a package that nothing is at hand about is known to require.</summary>
    private void Presume(Requirement requirement)
    {
        foreach (var extra in requirement.Extras.Select(extra => (ExtraName?)extra).Prepend(null))
        {
            if (!presumed.Add((requirement.Name, extra)))
                continue;
            foreach (var likely in source.Presume(requirement.Name, extra))
                waiting.Enqueue((new ActiveRequirement(likely, environment.Marker), IsCertain: false));
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
        if (!session.Request.Lookahead.FollowsEarlierRuns)
            return null;
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
