using System.Runtime.InteropServices;

namespace Krait.Resolver.Solving;

/// <summary>
/// Interned version sets: equal sets have equal numbers, and every operation is computed once for each pair of numbers.
/// Append-only, so copies of a solver share one store. Not for several threads at a time.
/// </summary>
internal abstract class VersionSetStore
{
    /// <summary>The number of the set without versions.</summary>
    public const int Empty = 0;

    /// <summary>The number of the set of all versions.</summary>
    public const int All = 1;

    private readonly PairTable intersections = new();
    private readonly PairTable unions = new();
    private readonly PairTable relations = new();
    private IntList complements;

    /// <summary>How many sets there are.</summary>
    public abstract int Count { get; }

    /// <summary>The versions in both sets.</summary>
    public int Intersect(int first, int second)
    {
        if (first == second || second == All || first == Empty)
            return first;
        if (first == All || second == Empty)
            return second;
        var (low, high) = first < second ? (first, second) : (second, first);
        if (!intersections.TryGet(low, high, out var result))
            intersections.Set(low, high, result = ComputeIntersection(low, high));
        return result;
    }

    /// <summary>The versions in either set.</summary>
    public int Union(int first, int second)
    {
        if (first == second || second == Empty || first == All)
            return first;
        if (first == Empty || second == All)
            return second;
        var (low, high) = first < second ? (first, second) : (second, first);
        if (!unions.TryGet(low, high, out var result))
            unions.Set(low, high, result = ComputeUnion(low, high));
        return result;
    }

    /// <summary>The versions outside a set.</summary>
    public int Complement(int set)
    {
        while (complements.Count <= set)
            complements.Add(-1);
        if (complements[set] < 0)
            complements.Set(set, ComputeComplement(set));
        return complements[set];
    }

    /// <summary>How the first set lies to the second.</summary>
    public SetRelation Relate(int first, int second)
    {
        if (first == Empty)
            return SetRelation.Subset | SetRelation.Disjoint;
        if (second == Empty)
            return SetRelation.Disjoint;
        if (first == second || second == All)
            return SetRelation.Subset;
        if (!relations.TryGet(first, second, out var result))
            relations.Set(first, second, result = (int)ComputeRelation(first, second));
        return (SetRelation)result;
    }

    private protected abstract int ComputeIntersection(int first, int second);

    private protected abstract int ComputeUnion(int first, int second);

    private protected abstract int ComputeComplement(int set);

    private protected abstract SetRelation ComputeRelation(int first, int second);
}

/// <summary>How one version set lies to another.</summary>
[Flags]
internal enum SetRelation
{
    /// <summary>Neither of the two: some versions of the first are in the second, some are not.</summary>
    None = 0,

    /// <summary>Every version of the first is in the second.</summary>
    Subset = 1,

    /// <summary>No version is in both.</summary>
    Disjoint = 2,
}

/// <summary>The store of sets of one type.</summary>
/// <typeparam name="TSet">What a set is.</typeparam>
internal sealed class VersionSetStore<TSet> : VersionSetStore
    where TSet : IVersionSet<TSet>
{
    private readonly List<TSet> sets = [];
    private readonly Dictionary<TSet, int> numbers = [];

    public VersionSetStore()
    {
        Intern(TSet.Empty);
        Intern(TSet.All);
    }

    /// <inheritdoc/>
    public override int Count => sets.Count;

    /// <summary>The set behind a number.</summary>
    public TSet this[int set] => sets[set];

    /// <summary>The number of a set.</summary>
    public int Intern(TSet set)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, set, out var exists);
        if (!exists)
        {
            number = sets.Count;
            sets.Add(set);
        }

        return number;
    }

    private protected override int ComputeIntersection(int first, int second) =>
        Intern(sets[first].Intersect(sets[second]));

    private protected override int ComputeUnion(int first, int second) => Intern(sets[first].Union(sets[second]));

    private protected override int ComputeComplement(int set) => Intern(sets[set].Complement());

    private protected override SetRelation ComputeRelation(int first, int second)
    {
        if (sets[first].IsDisjointFrom(sets[second]))
            return SetRelation.Disjoint;
        return sets[first].IsSubsetOf(sets[second]) ? SetRelation.Subset : SetRelation.None;
    }
}
