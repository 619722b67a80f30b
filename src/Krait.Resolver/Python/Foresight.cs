using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Versions;
using Krait.Resolver.Forking;

namespace Krait.Resolver.Python;

/// <summary>
/// Uses the first wait of a resolution to ask for all that it will probably need: what the request expects, and what is found by
/// following the source's memory of earlier times from the roots on. So a repetition whose pages are outdated costs one round
/// trip, not one for each level of the graph. What is wrong here costs bandwidth; it decides nothing.
/// </summary>
internal sealed class Foresight(ResolutionSession session, IPackageSource source, ForkEnvironment environment)
{
    private readonly HashSet<(PackageName Name, ExtraName? Extra)> seen = [];
    private readonly Dictionary<PackageName, (Candidate Candidate, CoreMetadata Metadata)?> recalled = [];

    /// <summary>Asks for what the environment will probably need.</summary>
    public void LookAhead()
    {
        foreach (var name in session.Request.Expected)
            session.Memory.Expect(name, VersionRanges.All, environment);
        var waiting = new Queue<ActiveRequirement>(
            session.Requirements.ReadRoots(session.Request.Requirements, environment)
        );
        while (waiting.TryDequeue(out var active))
        {
            if (active.Requirement.Url is not null)
                continue;
            ExtraName?[] contents = [null, .. active.Requirement.Extras];
            foreach (var extra in contents)
            {
                if (!seen.Add((active.Requirement.Name, extra)))
                    continue;
                foreach (var next in NeedsOf(active.Requirement, extra))
                    waiting.Enqueue(next);
            }
        }
    }

    private List<ActiveRequirement> NeedsOf(Requirement requirement, ExtraName? extra)
    {
        if (!recalled.TryGetValue(requirement.Name, out var known))
        {
            var range = requirement.Specifiers?.ToRanges() ?? VersionRanges.All;
            session.Memory.Expect(requirement.Name, range, environment);
            recalled.Add(requirement.Name, known = Recall(requirement.Name, range));
        }

        return known is var (candidate, metadata)
            ? session.Requirements.Read(candidate, metadata.RequiresDist, extra, environment)
            : [];
    }

    /// <summary>The version that was probably chosen, and its metadata, where both are at hand.</summary>
    private (Candidate Candidate, CoreMetadata Metadata)? Recall(PackageName name, VersionRanges range)
    {
        var known = session.Memory.Peek(name, environment);
        if (known is null && source.Recall(name, environment.IndexOf(name)) is { } page)
            known = new KnownVersions(name, page);
        if (known is null)
            return null;
        var order = session.Selector.OrderFor(name, environment, session.Preferences);
        var index = session.Memory.Likely(known, range, order, environment);
        return index >= 0 && known.CandidateAt(index) is { } candidate && source.Recall(candidate) is { } metadata
            ? (candidate, metadata)
            : null;
    }
}
