using System.Collections.Immutable;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;

namespace Krait.Resolver.Candidates;

/// <summary>
/// All versions of a name, ascending, and lazily what can be used of each. May be read from several threads: what is computed
/// twice is computed equally.
/// </summary>
internal sealed class KnownVersions
{
    private readonly ImmutableArray<IndexedPage> pages;
    private readonly (int Page, int Index)[]? merged;
    private readonly byte[] usability;
    private readonly Candidate?[] candidates;
    private readonly Task<DependenciesResponse>?[] dependencies;

    public KnownVersions(PackageName name, VersionsResponse response)
    {
        Name = name;
        Response = response;
        pages = response is VersionsResponse.Found found ? found.Pages : [];
        IsFirstMatch = response is VersionsResponse.Found { IsFirstMatch: true };
        merged = pages.Length > 1 ? Merge(pages) : null;
        Count = merged?.Length ?? (pages.Length == 1 ? pages[0].Page.VersionCount : 0);
        usability = new byte[Count];
        candidates = new Candidate?[Count];
        dependencies = new Task<DependenciesResponse>?[Count];
    }

    public PackageName Name { get; }

    public VersionsResponse Response { get; }

    /// <summary>Whether an earlier page with any match hides later ones.</summary>
    public bool IsFirstMatch { get; }

    /// <summary>How many versions there are; one that several pages list counts once for each.</summary>
    public int Count { get; }

    /// <summary>How many pages there are.</summary>
    public int PageCount => pages.Length;

    /// <summary>How many entries of the pages were skipped, and why the first one was.</summary>
    public (int Count, string? Reason) Skipped =>
        (
            pages.Sum(page => page.Page.SkippedCount),
            pages.SelectMany(page => page.Page.Skipped).FirstOrDefault()?.Message
        );

    public Version VersionAt(int index) => PageOf(index, out var own).VersionAt(own);

    /// <summary>The number of the page that lists a version.</summary>
    public int PageNumberOf(int index) => merged is null ? 0 : merged[index].Page;

    public IndexedPage IndexedPageOf(int index) => pages[PageNumberOf(index)];

    /// <summary>The files of a version.</summary>
    public IEnumerable<IndexFile> FilesOf(int index)
    {
        var page = PageOf(index, out var own);
        var (start, count) = page.FilesOf(own);
        for (var i = start; i < start + count; i++)
            yield return page.FileAt(i);
    }

    /// <summary>The place of a version on its page.</summary>
    public int OwnIndexOf(int index) => merged is null ? index : merged[index].Index;

    public Usability UsabilityAt(int index) => (Usability)Volatile.Read(ref usability[index]);

    public void SetUsability(int index, Usability value, Candidate? candidate)
    {
        candidates[index] = candidate;
        Volatile.Write(ref usability[index], (byte)value);
    }

    /// <summary>The candidate of a version whose usability is known; null if it has no file at all to read metadata from.</summary>
    public Candidate? CandidateAt(int index) => candidates[index];

    /// <summary>The request for a version's dependencies, if it was made.</summary>
    public Task<DependenciesResponse>? DependenciesAt(int index) => Volatile.Read(ref dependencies[index]);

    /// <summary>Stores the request for a version's dependencies; the caller sees to it that there is one.</summary>
    public void SetDependencies(int index, Task<DependenciesResponse> task) =>
        Volatile.Write(ref dependencies[index], task);

    /// <summary>The first index whose version is not below the given one.</summary>
    public int LowerBound(Version version)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (VersionAt(middle).CompareTo(version) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The index of a version, or -1.</summary>
    public int IndexOf(Version version) =>
        LowerBound(version) is var index && index < Count && VersionAt(index).Equals(version) ? index : -1;

    /// <summary>Every version above the one before and below the one after.</summary>
    public VersionRanges CellOf(int index)
    {
        var version = VersionAt(index);
        var (before, after) = (index - 1, index + 1);
        while (before >= 0 && VersionAt(before).Equals(version))
            before--;
        while (after < Count && VersionAt(after).Equals(version))
            after++;
        var cell = before < 0 ? VersionRanges.All : VersionRanges.StrictlyAbove(VersionAt(before));
        return after == Count ? cell : cell.Intersect(VersionRanges.StrictlyBelow(VersionAt(after)));
    }

    private ProjectPage PageOf(int index, out int own)
    {
        if (merged is null)
        {
            own = index;
            return pages[0].Page;
        }

        (var page, own) = merged[index];
        return pages[page].Page;
    }

    private static (int Page, int Index)[] Merge(ImmutableArray<IndexedPage> pages)
    {
        var all = new List<(Version Version, int Page, int Index)>();
        for (var page = 0; page < pages.Length; page++)
        {
            for (var i = 0; i < pages[page].Page.VersionCount; i++)
                all.Add((pages[page].Page.VersionAt(i), page, i));
        }

        all.Sort(
            (left, right) =>
                left.Version.CompareTo(right.Version) is not 0 and var order ? order : left.Page.CompareTo(right.Page)
        );
        return [.. all.Select(entry => (entry.Page, entry.Index))];
    }
}
