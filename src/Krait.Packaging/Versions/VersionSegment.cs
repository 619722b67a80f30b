using System.Collections;

namespace Krait.Packaging.Versions;

/// <summary>One interval of a set of versions, as the bounds that a message prints.</summary>
/// <param name="Lower">The lower bound; null for none.</param>
/// <param name="LowerInclusive">Whether the lower bound belongs to the interval.</param>
/// <param name="Upper">The upper bound; null for none.</param>
/// <param name="UpperInclusive">Whether the upper bound belongs to the interval.</param>
public readonly record struct VersionSegment(Version? Lower, bool LowerInclusive, Version? Upper, bool UpperInclusive);

/// <summary>The intervals of a set of versions, in order.</summary>
public readonly struct VersionSegments : IReadOnlyList<VersionSegment>
{
    private readonly VersionRanges ranges;

    internal VersionSegments(VersionRanges ranges) => this.ranges = ranges;

    /// <summary>How many intervals there are; 0 only for the empty set.</summary>
    public int Count => (ranges.Cuts.Length + (ranges.StartsInside ? 2 : 1)) / 2;

    /// <summary>Interval <paramref name="index"/> of the set.</summary>
    public VersionSegment this[int index]
    {
        get
        {
            var (start, end) = CutsAt(index);
            var (lower, lowerInclusive) = start is { } s ? AsLower(s) : (null, false);
            var (upper, upperInclusive) = end is { } e ? AsUpper(e) : (null, false);
            return new VersionSegment(lower, lowerInclusive, upper, upperInclusive);
        }
    }

    public IEnumerator<VersionSegment> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal (VersionCut? Start, VersionCut? End) CutsAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var cuts = ranges.Cuts;
        var start = (index * 2) - (ranges.StartsInside ? 1 : 0);
        return (start < 0 ? null : cuts[start], start + 1 < cuts.Length ? cuts[start + 1] : null);
    }

    private static (Version, bool) AsLower(VersionCut cut) =>
        cut.IsAbove ? (cut.Version, false)
        : PublicBefore(cut.Version) is { } before ? (before, false)
        : (cut.Version, true);

    private static (Version, bool) AsUpper(VersionCut cut)
    {
        if (cut.IsAbove)
            return (cut.Version, true);
        if (PublicBefore(cut.Version) is { } before)
            return (before, true);
        // `<2` ends below 2.dev0.
        var version = cut.Version;
        return version is { Dev: 0, Pre: null }
            ? (Version.Create(version.Epoch, version.Release, null, version.Post), false)
            : (version, false);
    }

    /// <summary>1.0 when the version is the first above 1.0 and its local labels, or stands above all its post-releases.</summary>
    private static Version? PublicBefore(Version version)
    {
        if (version is { Post: 0, Dev: 0 } or { Post: Version.BeyondPosts })
            return Version.Create(version.Epoch, version.Release, version.Pre);
        return null;
    }
}
