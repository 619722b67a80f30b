namespace Krait.Packaging.Versions;

/// <summary>Shortens sets of versions for messages, given which versions exist.</summary>
internal static class VersionSimplifier
{
    public static VersionRanges Simplify(VersionRanges ranges, IReadOnlyList<Version> known)
    {
        if (known.Count == 0 || ranges.IsAll || ranges.IsEmpty)
            return ranges;
        var cuts = new List<VersionCut>();
        var startsInside = ranges.Contains(known[0]);
        var isInside = startsInside;
        for (var i = 1; i < known.Count; i++)
        {
            if (ranges.Contains(known[i]) == isInside)
                continue;
            isInside = !isInside;
            cuts.Add(CutBetween(ranges, known[i - 1], known[i], isInside));
        }

        return VersionRanges.FromCuts(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(cuts), startsInside);
    }

    /// <summary>
    /// A place of the set between two neighbours: for an interval that starts, the last (it is nearest to what it holds); for
    /// one that ends, the first.
    /// </summary>
    private static VersionCut CutBetween(VersionRanges ranges, Version left, Version right, bool starts)
    {
        var found = default(VersionCut?);
        foreach (var cut in ranges.Cuts)
        {
            if (cut.IsBefore(left) || !cut.IsBefore(right))
                continue;
            found = cut;
            if (!starts)
                break;
        }

        return found ?? VersionCut.Below(right);
    }
}
