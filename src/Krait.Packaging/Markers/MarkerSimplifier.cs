namespace Krait.Packaging.Markers;

/// <summary>
/// Shortens alternatives of conjunctions, whose parts are conditions on one variable each. What makes a part or an alternative redundant has no part
/// but a few known ones, so that it is found by its last part: a lock file may have thousands of alternatives.
/// </summary>
internal sealed class MarkerSimplifier
{
    /// <summary>Stands for the last part of an alternative without any.</summary>
    private const int NoPart = -1;

    private readonly MarkerStore store;
    private readonly List<List<int>> alternatives;
    private readonly Dictionary<int, List<int>> byLastPart = [];
    private readonly bool[] isRedundant;

    private MarkerSimplifier(MarkerStore store, List<List<int>> alternatives)
    {
        (this.store, this.alternatives) = (store, alternatives);
        isRedundant = new bool[alternatives.Count];
        for (var i = 0; i < alternatives.Count; i++)
            Register(i);
    }

    /// <summary>Drops parts, then alternatives, that the other alternatives make redundant.</summary>
    public static void Simplify(MarkerStore store, List<List<int>> alternatives)
    {
        var simplifier = new MarkerSimplifier(store, alternatives);
        bool hasChanged;
        do
        {
            hasChanged = false;
            for (var i = 0; i < alternatives.Count; i++)
                hasChanged |= simplifier.DropRedundantParts(i);
        } while (hasChanged);
        for (var i = alternatives.Count - 1; i >= 0; i--)
            simplifier.isRedundant[i] = simplifier.IsRedundant(i);
        var number = 0;
        alternatives.RemoveAll(_ => simplifier.isRedundant[number++]);
    }

    /// <summary>Makes an alternative known by its last part; what it was known by before does no harm.</summary>
    private void Register(int index)
    {
        var last = alternatives[index] is [.., var part] ? part : NoPart;
        if (!byLastPart.TryGetValue(last, out var numbers))
            byLastPart.Add(last, numbers = []);
        numbers.Add(index);
    }

    /// <summary>
    /// A or (not A and B) is A or B: a part is redundant where another alternative holds if it does not, given what else this
    /// alternative asks.
    /// </summary>
    private bool DropRedundantParts(int index)
    {
        var kept = alternatives[index];
        var count = kept.Count;
        foreach (var part in kept.ToArray())
        {
            var opposite = store.Not(part);
            if (!IsCovered(index, part, opposite, kept))
                continue;
            kept.Remove(part);
            Register(index);
        }

        return kept.Count < count;
    }

    private bool IsCovered(int index, int part, int opposite, List<int> kept) =>
        Others(index, [.. kept.Where(one => one != part), opposite])
            .Any(other => alternatives[other].TrueForAll(p => p != part && (p == opposite || kept.Contains(p))));

    /// <summary>(A and B) or B is B; of two equal alternatives the first stays.</summary>
    private bool IsRedundant(int index)
    {
        var parts = alternatives[index];
        return Others(index, parts)
            .Any(other =>
                !isRedundant[other]
                && (alternatives[other].Count < parts.Count || other < index)
                && alternatives[other].TrueForAll(parts.Contains)
            );
    }

    /// <summary>The other alternatives whose last part is one of these; more may be among them.</summary>
    private IEnumerable<int> Others(int index, IEnumerable<int> lastParts) =>
        lastParts
            .Append(NoPart)
            .SelectMany(part => byLastPart.GetValueOrDefault(part) ?? [])
            .Where(other => other != index);
}
