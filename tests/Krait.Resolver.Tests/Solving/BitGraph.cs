using System.Numerics;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Tests.Solving;

/// <summary>Packages, the bits of their versions, and what each version needs; package 0 is the root with version 0.</summary>
internal sealed class BitGraph : IPriorities
{
    private readonly Dictionary<int, ulong> versions = new() { [0] = 1 };
    private readonly Dictionary<(int Package, int Version), List<(int Package, ulong Set)>> needs = [];
    private readonly Dictionary<int, int> solution = [];

    public int Decisions { get; private set; }

    public ulong PriorityOf(PackageId package) => (ulong)(int.MaxValue - package.Value);

    public void Has(int package, ulong set) => versions[package] = versions.GetValueOrDefault(package) | set;

    public void Needs(int package, int version, int dependency, ulong set)
    {
        Has(package, 1UL << version);
        if (!needs.TryGetValue((package, version), out var list))
            needs.Add((package, version), list = []);
        list.Add((dependency, set));
    }

    public static BitGraph Random(int seed)
    {
        var random = new Random(seed);
        var graph = new BitGraph();
        var size = random.Next(2, 7);
        for (var package = 1; package <= size; package++)
            graph.Has(package, (ulong)random.Next(16));
        for (var package = 0; package <= size; package++)
        {
            for (var version = 0; version < (package == 0 ? 1 : 4); version++)
            {
                for (var i = random.Next(4); i > 0; i--)
                {
                    var dependency = random.Next(1, size + 1);
                    if (dependency != package && (graph.versions[package] >> version & 1) == 1)
                        graph.Needs(package, version, dependency, (ulong)random.Next(1, 16));
                }
            }
        }

        return graph;
    }

    public bool Solve()
    {
        var sets = new VersionSetStore<BitSet>();
        var root = sets.Intern(new BitSet(1));
        var state = new SolverState(sets, root);
        var conflicts = new List<(PackageId, IncompatibilityId)>();
        for (var next = PackageId.Root; !next.IsNone; )
        {
            if (!state.Propagate(next, conflicts).IsNone)
                return false;
            next = state.NextPackage(this);
            if (!next.IsNone)
                Decide(sets, state, next);
        }

        solution.Clear();
        foreach (var package in state.Decisions)
            solution[package.Value] = BitOperations.TrailingZeroCount(sets[state.RangeOf(package)].Bits);
        Decisions = state.Decisions.Length;
        return true;
    }

    /// <summary>Whether the solution that was found is one.</summary>
    public bool IsSolution() =>
        solution.All(chosen =>
            (versions[chosen.Key] >> chosen.Value & 1) == 1
            && needs
                .GetValueOrDefault((chosen.Key, chosen.Value), [])
                .TrueForAll(need => solution.TryGetValue(need.Package, out var other) && (need.Set >> other & 1) == 1)
        );

    /// <summary>Tries everything.</summary>
    public bool IsSolvable() => Search(new Dictionary<int, int> { [0] = 0 });

    private void Decide(VersionSetStore<BitSet> sets, SolverState state, PackageId package)
    {
        var range = state.RangeOf(package);
        var possible = sets[range].Bits & versions.GetValueOrDefault(package.Value);
        if (possible == 0)
        {
            state.AddNoVersions(package, range);
            return;
        }

        var version = BitOperations.Log2(possible);
        var only = sets.Intern(new BitSet(1UL << version));
        var needed = needs
            .GetValueOrDefault((package.Value, version), [])
            .Select(need => (new PackageId(need.Package), sets.Intern(new BitSet(need.Set))))
            .ToArray();
        state.TryDecide(package, only, only, needed);
    }

    private bool Search(Dictionary<int, int> chosen)
    {
        foreach (var (package, version) in chosen)
        {
            foreach (var (dependency, set) in needs.GetValueOrDefault((package, version), []))
            {
                if (chosen.TryGetValue(dependency, out var other))
                {
                    if ((set >> other & 1) == 0)
                        return false;
                    continue;
                }

                for (var candidate = 0; candidate < 4; candidate++)
                {
                    if ((versions.GetValueOrDefault(dependency) & set) >> candidate % 64 is var bits && (bits & 1) == 1)
                    {
                        var more = new Dictionary<int, int>(chosen) { [dependency] = candidate };
                        if (Search(more))
                            return true;
                    }
                }

                return false;
            }
        }

        return true;
    }
}
