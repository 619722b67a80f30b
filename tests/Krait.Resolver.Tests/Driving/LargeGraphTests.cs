using Krait.Resolver.Reporting;
using Krait.Resolver.Tests.Fakes;

namespace Krait.Resolver.Tests.Driving;

/// <summary>Graphs larger and deeper than any real one: nothing is recursive, and nothing takes quadratic time.</summary>
public sealed class LargeGraphTests
{
    private const int Size = 50_000;

    [Fact(Timeout = 120_000)]
    public async Task A_cycle_of_fifty_thousand_projects_is_solved()
    {
        var outcome = await Solve.OutcomeAsync(Cycle(Size), Solve.Request("p0"));
        Assert.Equal(Size, Assert.IsType<ResolutionOutcome.Solved>(outcome).Resolution.Packages.Length);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_large_cycle_is_solved_for_all_environments()
    {
        const int count = Size / 4;
        var request = Solve.ForAll(">=3.10", "p0 ; sys_platform == 'linux'", "p7 ; sys_platform == 'win32'");
        var outcome = await Solve.OutcomeAsync(Cycle(count), request);
        var packages = Assert.IsType<ResolutionOutcome.Solved>(outcome).Resolution.Packages;
        Assert.Equal(count, packages.Length);
        Assert.All(
            packages,
            package => Assert.Equal("sys_platform == 'linux' or sys_platform == 'win32'", package.Marker.ToText())
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_conflict_at_the_end_of_fifty_thousand_projects_is_explained_in_a_few_lines()
    {
        var index = new FakeIndex();
        for (var i = 0; i < Size; i++)
            index.Add($"p{i}", "1.0", i == Size - 1 ? "nowhere" : $"p{i + 1}");
        var outcome = await Solve.OutcomeAsync(index, Solve.Request("p0"));
        var diagnostic = Assert.IsType<ResolutionOutcome.NoSolution>(outcome).Explanation.Diagnostic;
        Assert.Equal("no version of `p0` can be installed", diagnostic.Message);
        Assert.Equal(20, diagnostic.Notes.Length);
        Assert.Equal("every version of `p0` depends on `p1`", diagnostic.Notes[0]);
        Assert.Equal("49982 more dependencies take part in this", diagnostic.Notes[14]);
        Assert.Equal("`nowhere` was not found on fake", diagnostic.Notes[^1]);
    }

    [Fact(Timeout = 120_000)]
    public async Task Many_projects_that_share_their_dependencies_are_solved()
    {
        const int count = Size / 4;
        var index = new FakeIndex().Add("shared", "1.0").Add("shared", "2.0");
        for (var i = 0; i < count; i++)
            index.Add($"p{i}", "1.0", $"shared>={1 + (i % 2)}", $"p{i / 2}[x]");
        var outcome = await Solve.OutcomeAsync(
            index,
            Solve.Request([.. Enumerable.Range(0, count).Select(i => $"p{i}")])
        );
        Assert.Equal(count + 1, Assert.IsType<ResolutionOutcome.Solved>(outcome).Resolution.Packages.Length);
    }

    private static FakeIndex Cycle(int size)
    {
        var index = new FakeIndex();
        for (var i = 0; i < size; i++)
            index.Add($"p{i}", "1.0", $"p{(i + 1) % size}");
        return index;
    }
}
