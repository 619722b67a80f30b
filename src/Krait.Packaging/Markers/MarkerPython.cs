using Krait.Packaging.Versions;

namespace Krait.Packaging.Markers;

/// <summary>What markers say about Python versions.</summary>
internal static class MarkerPython
{
    /// <summary>
    /// The marker for Pythons in the ranges. What it says of other Pythons no longer matters, so each of their intervals says what
    /// the one before it does (the first what the next does): no bound of the ranges appears in the marker.
    /// </summary>
    public static int Assume(MarkerStore store, int id, VersionRanges ranges)
    {
        if (ranges.IsEmpty)
            return MarkerStore.False;
        return ranges.IsAll
            ? id
            : MarkerWalk.Map(store, id, (node, children) => AssumeAt(store, node, children, ranges));
    }

    /// <summary>The Python versions with which the marker can hold.</summary>
    public static VersionRanges RangesOf(MarkerStore store, int id) => RangesOf(store, id, []);

    /// <summary>The versions that lead to child <paramref name="index"/> of a node.</summary>
    public static VersionRanges Interval(MarkerNode node, int index)
    {
        var cuts = node.Cuts;
        if (index == 0)
            return VersionRanges.Until(cuts[0]);
        return index == cuts.Length
            ? VersionRanges.StartingAt(cuts[^1])
            : VersionRanges.Between(cuts[index - 1], cuts[index]);
    }

    /// <summary>The versions that lead from a node to a child.</summary>
    public static VersionRanges RangesTo(MarkerNode node, int child)
    {
        var ranges = VersionRanges.Empty;
        for (var i = 0; i < node.Children.Length; i++)
        {
            if (node.Children[i] == child)
                ranges = ranges.Union(Interval(node, i));
        }

        return ranges;
    }

    private static bool IsAboutPython(MarkerNode node) =>
        node.Variable is { Kind: MarkerVariableKind.Version, Key: MarkerKey.PythonFullVersion };

    private static VersionRanges RangesOf(MarkerStore store, int id, Dictionary<int, VersionRanges> done)
    {
        if (id == MarkerStore.False)
            return VersionRanges.Empty;
        if (id == MarkerStore.True)
            return VersionRanges.All;
        if (done.TryGetValue(id, out var known))
            return known;
        var node = store.Node(id);
        var ranges = VersionRanges.Empty;
        for (var i = 0; i < node.Children.Length; i++)
        {
            var child = node.Children[i];
            if (!IsAboutPython(node))
                ranges = ranges.Union(RangesOf(store, child, done));
            else if (child != MarkerStore.False)
                ranges = ranges.Union(Interval(node, i));
        }

        return done[id] = ranges;
    }

    private static int AssumeAt(MarkerStore store, MarkerNode node, int[] children, VersionRanges ranges)
    {
        if (!IsAboutPython(node))
            return store.Make(node, children);
        var cuts = new List<VersionCut>();
        var kept = new List<int>();
        for (var i = 0; i < children.Length; i++)
        {
            var interval = Interval(node, i).Intersect(ranges);
            if (interval.IsEmpty)
                continue;
            if (kept.Count > 0)
                cuts.Add(interval.Cuts[0]);
            kept.Add(children[i]);
        }

        return store.Make(node.Variable, cuts.ToArray().AsSpan(), kept.ToArray());
    }
}
