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

    /// <summary>Each batch behind the refused versions is so many times as long as the one before.</summary>
    private const int Growth = 3;

    /// <summary>Versions of a name that are expected to be refused.</summary>
    private readonly Dictionary<NameId, VersionRanges> refused = [];

    /// <summary>Versions of a name that were asked for together.</summary>
    private readonly Dictionary<NameId, VersionRanges> asked = [];

    /// <summary>How many versions of a name are asked for next, behind those that a search has found to be refused.</summary>
    private readonly Dictionary<NameId, int> settled = [];

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
        if (IsAsked(name, known, index))
            return;
        var limit = state.Tries[name] < ManyTries ? FewVersions : settled.GetValueOrDefault(name, int.MaxValue);
        var rest = Rest(known, index, range, limit);
        // Each version of boto3 asks for another version of botocore: then what matters is not in the range of this try.
        if (rest.Count == 0)
            rest = Rest(known, index, VersionRanges.All, limit);
        int[] versions = [index, .. rest];
        if (limit < int.MaxValue || rest.Count <= SmallRest)
            Ask(name, known, versions);
        else
            await SearchAsync(state, new RefusalSearch(name, known, versions));
        if (settled.TryGetValue(name, out var count))
            settled[name] = count * Growth;
    }

    /// <summary>Asks for all versions that are refused, and at the same time for those of the packages that fail together with this one.</summary>
    private async ValueTask SearchAsync(ForkState state, RefusalSearch first)
    {
        List<RefusalSearch> searches = [first, .. Companions(state, first.Name)];
        while (searches.Exists(search => !search.IsDone))
        {
            foreach (var search in searches)
            {
                search.Begin();
                foreach (var place in search.Samples)
                    session.Memory.Guess(search.Known, search.VersionAt(place));
            }

            // The samples go first: requests beyond the width are served in their order.
            foreach (var search in searches)
                Ask(search.Name, search.Known, search.Refused);
            foreach (var search in searches)
                await EvaluateAsync(state, search);
            // What another package's answers have shown to be refused may explain why these are.
            foreach (var search in searches)
                await EvaluateAsync(state, search);
        }

        foreach (var search in searches)
        {
            settled.TryAdd(search.Name, FewVersions);
            var likely = search.Likely(least: 1 + FewVersions);
            session.Trace?.Invoke(
                $"Fetching the metadata of the next {likely.Length} versions of {search.Known.Name} ahead"
            );
            Ask(search.Name, search.Known, likely);
        }
    }

    private async ValueTask EvaluateAsync(ForkState state, RefusalSearch search)
    {
        foreach (var place in search.Samples)
        {
            var version = search.VersionAt(place);
            if (search.Known.DependenciesAt(version) is { } answer)
                await session.WaitAllAsync([answer]);
            // In their order: the answers about those behind the first that is not refused do not matter.
            if (!search.Learn(place, IsRefused(state, search.Known, version)))
                break;
        }

        if (search.Refused.IsEmpty)
            return;
        Include(refused, search.Name, search.Known, search.Refused);
        settled.Clear();
    }

    /// <summary>Searches among the other packages whose versions fail one after another.</summary>
    private List<RefusalSearch> Companions(ForkState state, NameId first)
    {
        var searches = new List<RefusalSearch>();
        foreach (var (name, tries) in state.Tries)
        {
            if (tries <= FewTries || name == first || refused.ContainsKey(name))
                continue;
            if (session.Memory.Peek(session.Packages.NameAt(name), state.Environment) is not { Count: > 0 } known)
                continue;
            var isDescending = session.Request.Mode == ResolutionMode.Highest;
            var rest = Rest(known, isDescending ? known.Count : -1, VersionRanges.All, int.MaxValue);
            if (rest.Count > SmallRest)
                searches.Add(new RefusalSearch(name, known, [.. rest]));
        }

        return searches;
    }

    private bool IsAsked(NameId name, KnownVersions known, int index) =>
        asked.TryGetValue(name, out var versions) && versions.Contains(known.VersionAt(index));

    private void Ask(NameId name, KnownVersions known, ReadOnlySpan<int> versions)
    {
        if (versions.IsEmpty)
            return;
        foreach (var index in versions)
            session.Memory.Guess(known, index);
        Include(asked, name, known, versions);
    }

    private static void Include(
        Dictionary<NameId, VersionRanges> all,
        NameId name,
        KnownVersions known,
        ReadOnlySpan<int> versions
    )
    {
        var span = Span(known.VersionAt(versions[0]), known.VersionAt(versions[^1]));
        all[name] = all.GetValueOrDefault(name, VersionRanges.Empty).Union(span);
    }

    /// <summary>The usable versions that would be tried after one, in their order.</summary>
    private List<int> Rest(KnownVersions known, int index, VersionRanges range, int limit)
    {
        var isDescending = session.Request.Mode == ResolutionMode.Highest;
        var isPrerelease = index >= 0 && index < known.Count && known.VersionAt(index).IsPrerelease;
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
