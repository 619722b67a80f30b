using Krait.Packaging.Versions;

namespace Krait.Packaging.Markers;

/// <summary>Spells ranges of releases as conditions of markers.</summary>
internal static class MarkerRangeText
{
    /// <summary>The alternatives that a set of releases is, each a conjunction.</summary>
    public static IEnumerable<IReadOnlyList<MarkerTerm>> TermsOf(MarkerKey key, VersionRanges ranges)
    {
        if (Exceptions(ranges) is { } exceptions)
        {
            var terms = exceptions.Select(version => new MarkerTerm(key, MarkerOperator.NotEqual, version.ToString()));
            return [terms.ToArray()];
        }

        if (SeriesException(ranges) is { } series)
        {
            MarkerTerm[] terms = [new MarkerTerm(key, MarkerOperator.NotEqual, $"{series}.*")];
            return [terms];
        }

        var segments = ranges.Segments;
        return Enumerable.Range(0, segments.Count).Select(i => TermsOf(key, segments.CutsAt(i)));
    }

    /// <summary>The versions that alone are missing (`!= '3.9.1'`), when nothing else is.</summary>
    private static List<Version>? Exceptions(VersionRanges ranges)
    {
        var gaps = ranges.Complement().Segments;
        if (!ranges.StartsInside || ranges.Cuts.Length % 2 != 0)
            return null;
        var versions = new List<Version>();
        for (var i = 0; i < gaps.Count; i++)
        {
            if (gaps.CutsAt(i) is not ({ IsAbove: false } start, { IsAbove: true } end) || start.Version != end.Version)
                return null;
            versions.Add(start.Version);
        }

        return versions;
    }

    /// <summary>The X.Y that alone is missing (`!= '3.9.*'`), when nothing else is.</summary>
    private static Version? SeriesException(VersionRanges ranges)
    {
        if (!ranges.StartsInside || ranges.Cuts is not [{ IsAbove: false } start, { IsAbove: false } end])
            return null;
        return start.Version.ReleaseLength <= 2 && IsNextSeries(start.Version, end.Version)
            ? Version.FromRelease(start.Version.Major, start.Version.Minor)
            : null;
    }

    private static List<MarkerTerm> TermsOf(MarkerKey key, (VersionCut? Start, VersionCut? End) interval)
    {
        if (interval is ({ IsAbove: false } first, { } last))
        {
            if (last.IsAbove && first.Version == last.Version)
                return [new MarkerTerm(key, MarkerOperator.Equal, first.Version.ToString())];
            // From 3.7 up to 3.8 is 3.7.*
            if (!last.IsAbove && first.Version.ReleaseLength <= 2 && IsNextSeries(first.Version, last.Version))
                return [new MarkerTerm(key, MarkerOperator.Equal, $"{first.Version.Major}.{first.Version.Minor}.*")];
        }

        var terms = new List<MarkerTerm>(2);
        if (interval.Start is { } start)
        {
            var above = start.IsAbove ? MarkerOperator.Greater : MarkerOperator.GreaterEqual;
            terms.Add(new MarkerTerm(key, above, start.Version.ToString()));
        }

        if (interval.End is { } end)
        {
            var below = end.IsAbove ? MarkerOperator.LessEqual : MarkerOperator.Less;
            terms.Add(new MarkerTerm(key, below, end.Version.ToString()));
        }

        return terms;
    }

    private static bool IsNextSeries(Version series, Version next) =>
        next is { ReleaseLength: 2 }
        && series.Epoch == next.Epoch
        && next.Major == series.Major
        && next.Minor == series.Minor + 1;
}
