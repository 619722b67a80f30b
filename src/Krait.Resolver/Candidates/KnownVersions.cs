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
    private readonly Place[]? places;
    private readonly int[]? starts;
    private readonly byte[] usability;
    private readonly Candidate?[] candidates;
    private readonly Task<DependenciesResponse>?[] dependencies;

    public KnownVersions(PackageName name, VersionsResponse response)
    {
        Name = name;
        Response = response;
        pages = response is VersionsResponse.Found found ? found.Pages : [];
        IsFirstMatch = response is VersionsResponse.Found { IsFirstMatch: true };
        if (pages.Length > 1)
        {
            places = PlacesOf(pages);
            starts = StartsOf(places, IsFirstMatch);
        }

        Count = starts?.Length ?? (pages.Length == 1 ? pages[0].Page.VersionCount : 0);
        usability = new byte[Count];
        candidates = new Candidate?[Count];
        dependencies = new Task<DependenciesResponse>?[Count];
    }

    public PackageName Name { get; }

    public VersionsResponse Response { get; }

    /// <summary>Whether an earlier page with any match hides later ones.</summary>
    public bool IsFirstMatch { get; }

    /// <summary>
    /// How many versions there are. One that several pages list counts once, with the files of all of them; but once for each page where
    /// an earlier page hides later ones, and for each machine that its files were built for.
    /// </summary>
    public int Count { get; }

    /// <summary>How many pages there are.</summary>
    public int PageCount => pages.Length;

    /// <summary>How many entries of the pages were skipped, and why the first one was.</summary>
    public (int Count, string? Reason) Skipped =>
        (pages.Sum(page => page.SkippedCount), pages.SelectMany(page => page.Skipped).FirstOrDefault()?.Message);

    public Version VersionAt(int index) =>
        places is null ? pages[0].Page.VersionAt(index) : places[starts![index]].Version; // both or none

    /// <summary>The number of the first page that lists a version.</summary>
    public int PageNumberOf(int index) => places is null ? 0 : places[starts![index]].Page; // both or none

    /// <summary>The pages that list a version, and its place on each.</summary>
    public ImmutableArray<IndexRelease> ReleasesOf(int index)
    {
        if (places is null)
            return [new IndexRelease(pages[0], index)];
        var end = index + 1 < Count ? starts![index + 1] : places.Length; // both or none
        return [.. places[starts![index]..end].Select(place => new IndexRelease(pages[place.Page], place.Index))];
    }

    /// <summary>The files of a version, those of the first page that lists it first.</summary>
    public IEnumerable<IndexFile> FilesOf(int index) => ReleasesOf(index).SelectMany(release => release.Files);

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

    /// <summary>All versions of all pages, ascending; equal ones by what they need of the machine, then by page.</summary>
    private static Place[] PlacesOf(ImmutableArray<IndexedPage> pages)
    {
        var all = new List<Place>();
        for (var page = 0; page < pages.Length; page++)
        {
            var needs = pages[page].Needs;
            var first = needs is null ? -1 : pages.TakeWhile(other => !needs.Equals(other.Needs)).Count();
            for (var i = 0; i < pages[page].Page.VersionCount; i++)
                all.Add(new Place(pages[page].Page.VersionAt(i), first, page, i));
        }

        all.Sort(Compare);
        return [.. all];
    }

    private static int Compare(Place left, Place right) =>
        left.Version.CompareTo(right.Version) is not 0 and var order ? order
        : left.Needs != right.Needs ? left.Needs.CompareTo(right.Needs)
        : left.Page.CompareTo(right.Page);

    /// <summary>Where each version begins.</summary>
    private static int[] StartsOf(Place[] places, bool isFirstMatch)
    {
        var begins = new List<int>(places.Length);
        for (var i = 0; i < places.Length; i++)
        {
            var isSame =
                i > 0
                && !isFirstMatch
                && places[i].Needs == places[i - 1].Needs
                && places[i].Version.Equals(places[i - 1].Version);
            if (!isSame)
                begins.Add(i);
        }

        return [.. begins];
    }

    /// <summary>A version on a page.</summary>
    /// <param name="Version">The version.</param>
    /// <param name="Needs">The number of the first page that needs the same of the machine; -1 where nothing is needed.</param>
    /// <param name="Page">The number of the page.</param>
    /// <param name="Index">The version's place there.</param>
    private readonly record struct Place(Version Version, int Needs, int Page, int Index);
}
