namespace Krait.Packaging.Markers;

/// <summary>
/// Shortens alternatives of conjunctions, whose parts are conditions on one variable each. The work is quadratic, and done only for
/// what is printed.
/// </summary>
internal static class MarkerSimplifier
{
    /// <summary>Drops parts, then alternatives, that the other alternatives make redundant.</summary>
    public static void Simplify(MarkerStore store, List<List<int>> alternatives)
    {
        bool hasChanged;
        do
        {
            hasChanged = false;
            for (var i = 0; i < alternatives.Count; i++)
                hasChanged |= DropRedundantParts(store, alternatives, i);
        } while (hasChanged);
        for (var i = alternatives.Count - 1; i >= 0; i--)
        {
            // (A and B) or B is B; of two equal alternatives the first stays.
            var isRedundant = alternatives
                .Where((other, j) => j != i && other.TrueForAll(alternatives[i].Contains))
                .Any(other => other.Count < alternatives[i].Count || alternatives.IndexOf(other) < i);
            if (isRedundant)
                alternatives.RemoveAt(i);
        }
    }

    /// <summary>
    /// A or (not A and B) is A or B: a part is redundant where another alternative holds if it does not, given what else this
    /// alternative asks.
    /// </summary>
    private static bool DropRedundantParts(MarkerStore store, List<List<int>> alternatives, int index)
    {
        var kept = alternatives[index];
        var count = kept.Count;
        foreach (var part in kept.ToArray())
        {
            var opposite = store.Not(part);
            var isRedundant = alternatives
                .Where((_, j) => j != index)
                .Any(other => other.TrueForAll(p => p != part && (p == opposite || kept.Contains(p))));
            if (isRedundant)
                kept.Remove(part);
        }

        return kept.Count < count;
    }
}
