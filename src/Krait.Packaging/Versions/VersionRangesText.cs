using System.Text;

namespace Krait.Packaging.Versions;

/// <summary>Prints sets of versions in the notation of specifiers.</summary>
internal static class VersionRangesText
{
    public static string Format(VersionRanges ranges)
    {
        if (ranges.IsAll)
            return "*";
        if (ranges.IsEmpty)
            return "∅";
        var text = new StringBuilder();
        var segments = ranges.Segments;
        for (var i = 0; i < segments.Count; i++)
        {
            if (i > 0)
                text.Append(" | ");
            Append(text, segments, i);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, VersionSegments segments, int index)
    {
        if (StarPrefix(segments.CutsAt(index)) is { } prefix)
        {
            text.Append("==").Append(prefix).Append(".*");
            return;
        }

        var segment = segments[index];
        if (segment is { LowerInclusive: true, UpperInclusive: true } && segment.Lower == segment.Upper)
        {
            text.Append("==").Append(segment.Lower);
            return;
        }

        if (segment.Lower is { } lower)
            text.Append(segment.LowerInclusive ? ">=" : ">").Append(lower);
        if (segment.Upper is { } upper)
        {
            if (segment.Lower is not null)
                text.Append(',');
            text.Append(segment.UpperInclusive ? "<=" : "<").Append(upper);
        }
    }

    /// <summary>1.2 for the interval from 1.2.dev0 to 1.3.dev0.</summary>
    private static Version? StarPrefix((VersionCut? Start, VersionCut? End) cuts)
    {
        if (cuts.Start is not { IsAbove: false } start || cuts.End is not { IsAbove: false } end)
            return null;
        if (start.Version is not { Dev: 0, Pre: null, Post: null })
            return null;
        var prefix = start.Version.OnlyRelease();
        // The end has as many segments as the prefix has, or the two are not one step apart.
        var range = VersionRanges.From(SpecifierOperator.EqualStar, prefix);
        return range.Cuts.Length == 2 && range.Cuts[1] == end ? prefix : null;
    }
}
