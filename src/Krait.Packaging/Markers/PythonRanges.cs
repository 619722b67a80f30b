using Krait.Packaging.Versions;

namespace Krait.Packaging.Markers;

/// <summary>
/// Ranges of Python versions as markers use them: only release numbers count, so that `python_version >= '3.13'` holds for a
/// pre-release of 3.13, and conditions on `python_version` become ranges of `python_full_version`.
/// </summary>
internal static class PythonRanges
{
    /// <summary>The releases that satisfy a clause; null where the clause has no meaning for releases.</summary>
    public static VersionRanges? OfReleases(Specifier specifier)
    {
        if (specifier.Version is not { } written)
            return null;
        var version = Trim(written);
        return specifier.Operator switch
        {
            SpecifierOperator.Equal or SpecifierOperator.Arbitrary => VersionRanges.Singleton(version),
            SpecifierOperator.NotEqual => VersionRanges.Singleton(version).Complement(),
            SpecifierOperator.Less => VersionRanges.StrictlyBelow(version),
            SpecifierOperator.LessEqual => VersionRanges.AtMost(version),
            SpecifierOperator.Greater => VersionRanges.StrictlyAbove(version),
            SpecifierOperator.GreaterEqual => VersionRanges.AtLeast(version),
            SpecifierOperator.EqualStar => Series(written, written.ReleaseLength),
            SpecifierOperator.NotEqualStar => Series(written, written.ReleaseLength).Complement(),
            _ => VersionRanges.AtLeast(version).Intersect(Series(written, written.ReleaseLength - 1)),
        };
    }

    /// <summary>The full versions whose first two numbers lie in the ranges.</summary>
    public static VersionRanges OfFullVersions(VersionRanges ofFirstTwo)
    {
        var ranges = VersionRanges.Empty;
        var segments = ofFirstTwo.Segments;
        for (var i = 0; i < segments.Count; i++)
        {
            var (start, end) = segments.CutsAt(i);
            var from = start is { } s ? FirstSeriesAfter(s) : (VersionCut?)null;
            var until = end is { } e ? FirstSeriesAfter(e) : (VersionCut?)null;
            ranges = ranges.Union(Between(from, until));
        }

        return ranges;
    }

    /// <summary>The ranges with every bound cut to its release numbers: what a Requires-Python says of releases.</summary>
    public static VersionRanges ToReleases(VersionRanges ranges)
    {
        var result = VersionRanges.Empty;
        foreach (var segment in ranges.Segments)
        {
            VersionCut? from = segment.Lower is { } lower ? new VersionCut(Trim(lower), !segment.LowerInclusive) : null;
            VersionCut? until = segment.Upper is { } upper ? new VersionCut(Trim(upper), segment.UpperInclusive) : null;
            result = result.Union(Between(from, until));
        }

        return result;
    }

    /// <summary>The release of a version without trailing zeros.</summary>
    public static Version Trim(Version version)
    {
        var release = version.Release;
        var length = release.Length;
        while (length > 1 && release[length - 1] == 0)
            length--;
        var isTrimmed = length == release.Length && version is { Pre: null, Post: null, Dev: null, Local: null };
        return isTrimmed ? version : Version.Create(version.Epoch, release[..length]);
    }

    private static VersionRanges Between(VersionCut? from, VersionCut? until) =>
        (from, until) switch
        {
            (null, null) => VersionRanges.All,
            ({ } start, null) => VersionRanges.StartingAt(start),
            (null, { } end) => VersionRanges.Until(end),
            ({ } start, { } end) => VersionRanges.Between(start, end),
        };

    /// <summary>From X.Y up to X.(Y+1), where X.Y are the first numbers of the release.</summary>
    private static VersionRanges Series(Version version, int length)
    {
        var release = version.Release[..length].ToArray();
        var first = Version.Create(version.Epoch, release);
        release[^1]++;
        var next = Version.Create(version.Epoch, release);
        return VersionRanges.Between(VersionCut.Below(Trim(first)), VersionCut.Below(Trim(next)));
    }

    /// <summary>Where the first X.Y begins that lies after the place.</summary>
    private static VersionCut FirstSeriesAfter(VersionCut cut)
    {
        var version = cut.Version;
        var hasRest = version.ReleaseLength > 2 && version.Release[2..].ContainsAnyExcept(0UL);
        var minor = version.Minor + (hasRest || cut.IsAbove ? 1UL : 0UL);
        return VersionCut.Below(Trim(Version.Create(version.Epoch, [version.Major, minor])));
    }
}
