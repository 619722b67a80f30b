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
        return ranges.IsAll ? id : Assume(store, id, ranges, []);
    }

    /// <summary>The Python versions with which the marker can hold.</summary>
    public static VersionRanges RangesOf(MarkerStore store, int id)
    {
        if (id == MarkerStore.False)
            return VersionRanges.Empty;
        if (id == MarkerStore.True)
            return VersionRanges.All;
        var node = store.Node(id);
        if (node.Variable.Kind is not MarkerVariableKind.Version)
            return VersionRanges.All;
        var ranges = VersionRanges.Empty;
        for (var i = 0; i < node.Children.Length; i++)
        {
            if (node.Variable.Key is not MarkerKey.PythonFullVersion)
                ranges = ranges.Union(RangesOf(store, node.Children[i]));
            else if (node.Children[i] != MarkerStore.False)
                ranges = ranges.Union(Interval(node, i));
        }
        return ranges;
    }

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

    private static int Assume(MarkerStore store, int id, VersionRanges ranges, Dictionary<int, int> done)
    {
        if (id is MarkerStore.True or MarkerStore.False)
            return id;
        if (done.TryGetValue(id, out var known))
            return known;
        var node = store.Node(id);
        int result;
        if (node.Variable is { Kind: MarkerVariableKind.Version, Key: MarkerKey.PythonFullVersion })
            result = AssumeAt(store, node, ranges);
        // Below Python's node nothing asks about Python.
        else if (node.Variable.Kind is not MarkerVariableKind.Version)
            result = id;
        else
            result = store.Make(node, [.. node.Children.Select(child => Assume(store, child, ranges, done))]);
        return done[id] = result;
    }

    private static int AssumeAt(MarkerStore store, MarkerNode node, VersionRanges ranges)
    {
        var cuts = new List<VersionCut>();
        var children = new List<int>();
        for (var i = 0; i < node.Children.Length; i++)
        {
            var interval = Interval(node, i).Intersect(ranges);
            if (interval.IsEmpty)
                continue;
            if (children.Count > 0)
                cuts.Add(interval.Cuts[0]);
            children.Add(node.Children[i]);
        }
        return store.Make(node.Variable, cuts.ToArray().AsSpan(), children.ToArray());
    }
}
