using Krait.Packaging.Markers;
using Krait.Packaging.Versions;
using Krait.Resolver.Candidates;
using Krait.Resolver.Forking;
using Krait.Resolver.Packages;
using Krait.Resolver.Requests;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Lookahead;

/// <summary>
/// Asks for the metadata of many versions at once where one after another is refused: first a few, then, after a search for
/// the version at which the refusals end, all up to there. What it finds are guesses: they save rounds, never decide.
/// </summary>
internal sealed class BatchPrefetcher(ResolutionSession session)
{
    private const int FewTries = 2;
    private const int ManyTries = 4;
    private const int FewVersions = 3;
    private const int SmallRest = 12;
    private const int VersionsPerProbe = 90;
    private const int FewestProbes = 4;
    private const int MostProbes = 24;

    /// <summary>Versions of a name that are expected to be refused.</summary>
    private readonly Dictionary<NameId, VersionRanges> refused = [];

    /// <summary>Versions of a name that were asked for together.</summary>
    private readonly Dictionary<NameId, VersionRanges> asked = [];

    /// <summary>Notes that a version of a name is tried, and says whether so many were that the next ones are worth asking for.</summary>
    public static bool CountTry(ForkState state, NameId name)
    {
        var tries = state.Tries.GetValueOrDefault(name) + 1;
        state.Tries[name] = tries;
        return tries >= FewTries;
    }

    /// <summary>While the metadata of a version is on its way: asks for that of versions that are likely to be tried after it.</summary>
    public async ValueTask PrefetchAsync(
        ForkState state,
        NameId name,
        KnownVersions known,
        int index,
        VersionRanges range
    )
    {
        var covered = asked.GetValueOrDefault(name, VersionRanges.Empty);
        if (covered.Contains(known.VersionAt(index)))
            return;
        var isFew = state.Tries[name] < ManyTries;
        var rest = Rest(known, index, range, isFew ? FewVersions : int.MaxValue);
        // Each version of boto3 asks for another version of botocore: then what matters is not in the range of this try.
        if (rest.Count == 0 && !isFew)
            rest = Rest(known, index, VersionRanges.All, int.MaxValue);
        var count = rest.Count <= SmallRest ? rest.Count : await ProbeAsync(state, known, rest);
        session.Trace?.Invoke($"Fetching the metadata of the next {count} versions of {known.Name} ahead");
        for (var i = 0; i < count; i++)
            session.Memory.Guess(known, rest[i]);
        var span = Span(known.VersionAt(index), known.VersionAt(count == 0 ? index : rest[count - 1]));
        asked[name] = covered.Union(span);
        if (count > SmallRest)
            refused[name] = refused.GetValueOrDefault(name, VersionRanges.Empty).Union(span);
    }

    /// <summary>The usable versions that would be tried after one, in their order.</summary>
    private List<int> Rest(KnownVersions known, int index, VersionRanges range, int limit)
    {
        var isDescending = session.Request.Mode == ResolutionMode.Highest;
        var isPrerelease = known.VersionAt(index).IsPrerelease;
        var rest = new List<int>();
        for (
            var i = isDescending ? index - 1 : index + 1;
            i >= 0 && i < known.Count && rest.Count < limit;
            i += isDescending ? -1 : 1
        )
        {
            var version = known.VersionAt(i);
            if (version.IsPrerelease != isPrerelease || !range.Contains(version))
                continue;
            if (session.Selector.Judge(known, i) == Usability.Usable && known.CandidateAt(i)?.Wheel is not null)
                rest.Add(i);
        }

        return rest;
    }

    /// <summary>How many of the versions are refused before the first that is not, as samples tell.</summary>
    private async ValueTask<int> ProbeAsync(ForkState state, KnownVersions known, List<int> rest)
    {
        var (low, high) = (-1, rest.Count);
        while (high - low > SmallRest / 2)
        {
            var probes = Math.Clamp((high - low) / VersionsPerProbe, FewestProbes, MostProbes);
            var step = Math.Max(1, (high - low) / probes);
            var places = new List<int>();
            for (var place = low + step; place < high; place += step)
                places.Add(place);
            foreach (var place in places)
                session.Memory.Guess(known, rest[place]);
            await session.WaitAllAsync(places.Select(place => known.DependenciesAt(rest[place])).OfType<Task>());
            var end = places.FindIndex(place => !IsRefused(state, known, rest[place]));
            if (end < 0)
            {
                low = places[^1];
            }
            else
            {
                high = places[end];
                low = end == 0 ? low : places[end - 1];
            }

            if (step == 1)
                break;
        }

        // If nothing is refused, the reason lies elsewhere; a few are likely to be tried all the same.
        return Math.Max(high, FewVersions);
    }

    private bool IsRefused(ForkState state, KnownVersions known, int index)
    {
        var response = known.DependenciesAt(index) is { } task ? SourceMemory.ResultOf(task) : null;
        if (response is not DependenciesResponse.Found { Metadata: var metadata })
            return false;
        var candidate = known.CandidateAt(index)!; // what was asked about has one
        var requirements = session.Requirements.Read(candidate, metadata.RequiresDist, extra: null, state.Environment);
        return requirements.Exists(active => IsImpossible(state, active));
    }

    /// <summary>Whether nothing that is still possible satisfies a requirement.</summary>
    private bool IsImpossible(ForkState state, ActiveRequirement active)
    {
        if (active.Requirement.Url is not null)
            return false;
        var name = session.Packages.IdOf(active.Requirement.Name);
        var package = session.Packages.Content(name, extra: null, Marker.True);
        var sets = session.Ranges.Sets;
        var left = sets.Intersect(
            session.Ranges.Intern(active.Requirement.Specifiers),
            state.Solver.PossibleOf(package)
        );
        if (left == SetId.Empty)
            return true;
        if (session.Memory.Peek(active.Requirement.Name, state.Environment) is not { } known || known.Count == 0)
            return false;
        var range = session.Ranges[left];
        if (refused.TryGetValue(name, out var expected))
            range = range.Except(expected);
        var order = new SelectionOrder(session.Request.Mode == ResolutionMode.Highest, []);
        return range.IsEmpty || session.Selector.Select(known, range, order) < 0;
    }

    private static VersionRanges Span(Version one, Version other)
    {
        var (low, high) = one.CompareTo(other) < 0 ? (one, other) : (other, one);
        return VersionRanges.AtLeast(low).Intersect(VersionRanges.AtMost(high));
    }
}
