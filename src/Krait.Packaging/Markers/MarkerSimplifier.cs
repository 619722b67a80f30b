namespace Krait.Packaging.Markers;

/// <summary>Shortens alternatives of conjunctions. The work is quadratic, and done only for what is printed.</summary>
internal static class MarkerSimplifier
{
    /// <summary>Drops conditions, then alternatives, that the other alternatives make redundant.</summary>
    public static void Simplify(List<List<MarkerTerm>> alternatives)
    {
        for (var i = 0; i < alternatives.Count; i++)
            DropRedundantTerms(alternatives, i);
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

    /// <summary>Conditions by variable, then alternatives by their conditions' variables; what ties keeps its order.</summary>
    public static List<List<MarkerTerm>> Sort(List<List<MarkerTerm>> alternatives) =>
        [.. alternatives.Select(terms => terms.OrderBy(term => term.Key).ToList()).Order(ByKeys)];

    private static readonly Comparer<List<MarkerTerm>> ByKeys = Comparer<List<MarkerTerm>>.Create(
        static (left, right) =>
        {
            for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
            {
                if (left[i].Key != right[i].Key)
                    return left[i].Key.CompareTo(right[i].Key);
            }
            return left.Count.CompareTo(right.Count);
        }
    );

    /// <summary>
    /// A or (not A and B) is A or B: a condition is redundant where another alternative holds if it does not, given what else
    /// this alternative asks.
    /// </summary>
    private static void DropRedundantTerms(List<List<MarkerTerm>> alternatives, int index)
    {
        var kept = alternatives[index];
        foreach (var term in kept.ToArray())
        {
            var others = alternatives.Where((_, j) => j != index);
            if (others.Any(other => Covers(other, kept, term)))
                kept.Remove(term);
        }
    }

    private static bool Covers(List<MarkerTerm> other, List<MarkerTerm> kept, MarkerTerm without) =>
        other.TrueForAll(term => term != without && (term.IsNegationOf(without) || kept.Contains(term)));
}
