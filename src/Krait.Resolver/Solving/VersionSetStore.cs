using System.Runtime.InteropServices;

namespace Krait.Resolver.Solving;

/// <summary>
/// Interned version sets: equal sets have equal ids, and every operation is computed once for each pair of them.
/// Append-only, so copies of a solver share one store. Not for several threads at a time.
/// </summary>
internal abstract class VersionSetStore
{
    private readonly PairTable intersections = new();
    private readonly PairTable unions = new();
    private readonly PairTable relations = new();
    private IntList complements;

    /// <summary>How many sets there are.</summary>
    public abstract int Count { get; }

    /// <summary>The versions in both sets.</summary>
    public SetId Intersect(SetId first, SetId second)
    {
        if (first == second || second == SetId.All || first == SetId.Empty)
            return first;
        if (first == SetId.All || second == SetId.Empty)
            return second;
        var (low, high) = first.Value < second.Value ? (first, second) : (second, first);
        if (!intersections.TryGet(low.Value, high.Value, out var result))
            intersections.Set(low.Value, high.Value, result = ComputeIntersection(low, high).Value);
        return new SetId(result);
    }

    /// <summary>The versions in either set.</summary>
    public SetId Union(SetId first, SetId second)
    {
        if (first == second || second == SetId.Empty || first == SetId.All)
            return first;
        if (first == SetId.Empty || second == SetId.All)
            return second;
        var (low, high) = first.Value < second.Value ? (first, second) : (second, first);
        if (!unions.TryGet(low.Value, high.Value, out var result))
            unions.Set(low.Value, high.Value, result = ComputeUnion(low, high).Value);
        return new SetId(result);
    }

    /// <summary>The versions outside a set.</summary>
    public SetId Complement(SetId set)
    {
        while (complements.Count <= set.Value)
            complements.Add(-1);
        if (complements[set.Value] < 0)
            complements.Set(set.Value, ComputeComplement(set).Value);
        return new SetId(complements[set.Value]);
    }

    /// <summary>How the first set lies to the second.</summary>
    public SetRelation Relate(SetId first, SetId second)
    {
        if (first == SetId.Empty)
            return SetRelation.Subset | SetRelation.Disjoint;
        if (second == SetId.Empty)
            return SetRelation.Disjoint;
        if (first == second || second == SetId.All)
            return SetRelation.Subset;
        if (!relations.TryGet(first.Value, second.Value, out var result))
            relations.Set(first.Value, second.Value, result = (int)ComputeRelation(first, second));
        return (SetRelation)result;
    }

    private protected abstract SetId ComputeIntersection(SetId first, SetId second);

    private protected abstract SetId ComputeUnion(SetId first, SetId second);

    private protected abstract SetId ComputeComplement(SetId set);

    private protected abstract SetRelation ComputeRelation(SetId first, SetId second);
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

    /// <summary>The set behind an id.</summary>
    public TSet this[SetId set] => sets[set.Value];

    /// <summary>The id of a set.</summary>
    public SetId Intern(TSet set)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, set, out var exists);
        if (!exists)
        {
            number = sets.Count;
            sets.Add(set);
        }

        return new SetId(number);
    }

    private protected override SetId ComputeIntersection(SetId first, SetId second) =>
        Intern(sets[first.Value].Intersect(sets[second.Value]));

    private protected override SetId ComputeUnion(SetId first, SetId second) =>
        Intern(sets[first.Value].Union(sets[second.Value]));

    private protected override SetId ComputeComplement(SetId set) => Intern(sets[set.Value].Complement());

    private protected override SetRelation ComputeRelation(SetId first, SetId second)
    {
        if (sets[first.Value].IsDisjointFrom(sets[second.Value]))
            return SetRelation.Disjoint;
        return sets[first.Value].IsSubsetOf(sets[second.Value]) ? SetRelation.Subset : SetRelation.None;
    }
}
