using Krait.Resolver.Reporting;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Tests.Solving;

/// <summary>The core alone: packages are numbers, versions are bits.</summary>
public sealed class SolverStateTests
{
    [Fact]
    public void Walks_a_chain_of_fifty_thousand_packages()
    {
        const int depth = 50_000;
        var graph = new BitGraph();
        for (var i = 0; i < depth; i++)
            graph.Needs(i, 0, i + 1, 0b1);
        graph.Has(depth, 0b1);
        Assert.True(graph.Solve());
        Assert.Equal(depth + 1, graph.Decisions);
    }

    [Fact]
    public void Proves_at_the_end_of_a_long_chain_that_there_is_no_solution()
    {
        const int depth = 20_000;
        var graph = new BitGraph();
        for (var i = 0; i < depth; i++)
            graph.Needs(i, 0, i + 1, 0b1);
        graph.Has(depth, 0b0);
        Assert.False(graph.Solve());
    }

    [Fact]
    public void Goes_around_a_cycle_once()
    {
        const int size = 10_000;
        var graph = new BitGraph();
        for (var i = 0; i < size; i++)
            graph.Needs(i, 0, i == size - 1 ? 1 : i + 1, 0b1);
        Assert.True(graph.Solve());
        Assert.Equal(size, graph.Decisions);
    }

    [Fact]
    public void Solves_when_very_many_packages_share_one_dependency()
    {
        const int size = 20_000;
        var graph = new BitGraph();
        for (var i = 1; i <= size; i++)
        {
            graph.Needs(0, 0, i, 0b1);
            graph.Needs(i, 0, size + 1, 0b111UL >> (i % 3));
        }

        graph.Has(size + 1, 0b111);
        Assert.True(graph.Solve());
    }

    [Fact]
    public void A_fork_goes_its_own_way()
    {
        var sets = new VersionSetStore<BitSet>();
        var one = sets.Intern(new BitSet(0b1));
        var two = sets.Intern(new BitSet(0b10));
        var other = new PackageId(1);
        var state = new SolverState(sets, one);
        var conflicts = new List<(PackageId, IncompatibilityId)>();
        state.Propagate(PackageId.Root, conflicts);
        state.TryDecide(PackageId.Root, one, SetId.All, [(other, sets.Union(one, two))]);
        state.Propagate(PackageId.Root, conflicts);
        var fork = state.Fork();
        fork.AddUnusable(other, two, 0);
        fork.Propagate(other, conflicts);
        Assert.Equal(one, fork.RangeOf(other));
        Assert.Equal(sets.Union(one, two), state.RangeOf(other));
        Assert.True(fork.IsUndecided(other));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Agrees_with_exhaustive_search(int start)
    {
        for (var seed = start * 10_000; seed < (start * 10_000) + 2000; seed++)
        {
            var graph = BitGraph.Random(seed);
            var expected = graph.IsSolvable();
            Assert.True(expected == graph.Solve(), $"seed {seed}");
            Assert.True(!expected || graph.IsSolution(), $"seed {seed}");
        }
    }
}
