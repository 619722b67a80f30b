using System.Runtime.InteropServices;

namespace Krait.Packaging.Markers;

/// <summary>
/// Shortens alternatives of conjunctions, whose parts are conditions on one variable each. What makes a part redundant has its opposite, and what
/// makes an alternative redundant ends with one of its parts: both are looked up, as a lock file may have thousands of alternatives.
/// </summary>
internal sealed class MarkerSimplifier
{
    /// <summary>Stands for the last part of an alternative without any.</summary>
    private const int NoPart = -1;

    private readonly MarkerStore store;
    private readonly List<List<int>> alternatives;
    private readonly Dictionary<int, List<int>> byPart = [];
    private readonly Dictionary<int, List<int>> byLastPart = [];
    private readonly bool[] isRedundant;

    private MarkerSimplifier(MarkerStore store, List<List<int>> alternatives)
    {
        (this.store, this.alternatives) = (store, alternatives);
        isRedundant = new bool[alternatives.Count];
        for (var i = 0; i < alternatives.Count; i++)
        {
            foreach (var part in alternatives[i])
                Add(byPart, part, i);
            Register(i);
        }
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
    private void Register(int index) => Add(byLastPart, alternatives[index] is [.., var part] ? part : NoPart, index);

    private static void Add(Dictionary<int, List<int>> index, int part, int number)
    {
        ref var numbers = ref CollectionsMarshal.GetValueRefOrAddDefault(index, part, out _);
        (numbers ??= []).Add(number);
    }

    /// <summary>
    /// A or (not A and B) is A or B: a part is redundant where another alternative holds if it does not, given what else this
    /// alternative asks.
    /// </summary>
    private bool DropRedundantParts(int index)
    {
        var parts = alternatives[index];
        var count = parts.Count;
        var kept = parts.ToHashSet();
        foreach (var part in parts.ToArray())
        {
            if (!IsCovered(index, part, kept))
                continue;
            parts.Remove(part);
            kept.Remove(part);
            Register(index);
        }

        return parts.Count < count;
    }

    private bool IsCovered(int index, int part, HashSet<int> kept)
    {
        var opposite = store.Not(part);
        return byPart.TryGetValue(opposite, out var others)
            && others.Exists(other =>
                other != index && alternatives[other].TrueForAll(p => p == opposite || (p != part && kept.Contains(p)))
            );
    }

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
    private IEnumerable<int> Others(int index, List<int> lastParts) =>
        lastParts
            .Append(NoPart)
            .SelectMany(part => byLastPart.GetValueOrDefault(part) ?? [])
            .Where(other => other != index);
}
