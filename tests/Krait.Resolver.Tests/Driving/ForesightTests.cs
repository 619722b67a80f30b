using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Resolver.Candidates;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Resolver.Tests.Fakes;
using Krait.Resolver.Tests.Recorded;

namespace Krait.Resolver.Tests.Driving;

/// <summary>What is asked for before it is known to be needed: how many round trips it saves, and that it changes nothing.</summary>
public sealed class ForesightTests
{
    [Fact]
    public async Task A_level_of_the_graph_costs_a_page_and_metadata_where_nothing_is_remembered()
    {
        var (answer, rounds) = await SolveAsync(Chain(), Solve.Request("a"));
        Assert.Equal("a==1 b==1 c==1 d==1", answer);
        Assert.Equal(8, rounds);
    }

    [Fact]
    public async Task All_pages_are_asked_for_at_once_where_they_are_remembered()
    {
        var (answer, rounds) = await SolveAsync(Chain(Chain()), Solve.Request("a"));
        Assert.Equal("a==1 b==1 c==1 d==1", answer);
        Assert.Equal(2, rounds);
    }

    [Fact]
    public async Task All_pages_are_asked_for_at_once_where_an_earlier_answer_names_them()
    {
        var request = Solve.Request("a") with
        {
            Expected = [.. "abcd".Select(name => PackageName.Parse(name.ToString()))],
        };
        var (answer, rounds) = await SolveAsync(Chain(), request);
        Assert.Equal("a==1 b==1 c==1 d==1", answer);
        Assert.Equal(2, rounds);
    }

    [Fact]
    public async Task The_earlier_answer_says_whose_metadata_is_asked_for()
    {
        var index = new FakeIndex().Add("a", "1", "b").Add("b", "1").Add("b", "2");
        var earlier = new Preference(PackageName.Parse("b"), Packaging.Versions.Version.Parse("1"), Marker.True);
        var request = Solve.Request("a") with { Expected = [earlier.Name], Preferences = [earlier] };
        var (answer, _) = await SolveAsync(index, request);
        Assert.Equal("a==1 b==1", answer);
        Assert.Equal(["a==1", "b==1"], index.MetadataAsked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_new_requirement_below_what_is_remembered_is_found()
    {
        var earlier = new FakeIndex().Add("a", "1", "b").Add("b", "1", "old");
        var now = new FakeIndex { Earlier = earlier }
            .Add("a", "1", "b")
            .Add("b", "2", "new")
            .Add("new", "1");
        var (answer, rounds) = await SolveAsync(now, Solve.Request("a"));
        Assert.Equal("a==1 b==2 new==1", answer);
        Assert.Equal(4, rounds);
    }

    [Fact]
    public async Task What_is_remembered_and_gone_is_no_error()
    {
        var earlier = new FakeIndex().Add("a", "1", "gone", "broken").Add("gone", "1").Add("broken", "1");
        var now = new FakeIndex
        {
            Earlier = earlier,
            Unknown = name =>
                name.Value == "broken" ? throw new InvalidDataException() : new VersionsResponse.NotFound(["fake"]),
        }.Add("a", "2");
        var (answer, _) = await SolveAsync(now, Solve.Request("a"));
        Assert.Equal("a==2", answer);
        Assert.Equal(["a", "broken", "gone"], now.PagesAsked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Extras_are_followed()
    {
        FakeIndex Index(FakeIndex? earlier) =>
            new FakeIndex { Earlier = earlier }
                .Add(new FakeVersion("a", "1") { Requires = ["b[x]"] })
                .Add(
                    new FakeVersion("b", "1")
                    {
                        Extras = new Dictionary<string, IReadOnlyList<string>> { ["x"] = ["c"], ["y"] = ["e"] },
                    }
                )
                .Add("c", "1", "d")
                .Add("d", "1")
                .Add("e", "1");
        var now = Index(Index(earlier: null));
        var (answer, rounds) = await SolveAsync(now, Solve.Request("a"));
        Assert.Equal("a==1 b==1 c==1 d==1", answer);
        Assert.Equal(2, rounds);
        Assert.DoesNotContain("e", now.PagesAsked);
    }

    [Theory]
    [InlineData("slow", "a[x]")]
    [InlineData("a[x]", "slow")]
    public async Task What_arrives_is_followed_while_something_else_is_waited_for(params string[] requirements)
    {
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var index = new FakeIndex
        {
            // Every answer comes later than its question, and that of one package when the end of the other's chain was asked for.
            Delay = async () => await Task.Yield(),
            PageDelay = name =>
            {
                if (name.Value == "d")
                    last.SetResult();
                return name.Value == "slow"
                    ? last.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)
                    : Task.CompletedTask;
            },
        }
            .Add("slow", "1")
            .Add(new FakeVersion("a", "1") { Extras = new Dictionary<string, IReadOnlyList<string>> { ["x"] = ["b"] } })
            .Add("b", "1", "c")
            .Add("c", "1", "d")
            .Add("d", "1");
        Assert.Equal("a==1 b==1 c==1 d==1 slow==1", await Solve.AnswerAsync(index, Solve.Request(requirements)));
    }

    [Fact]
    public async Task A_cancelled_resolution_ends_at_once_though_the_source_does_not_answer()
    {
        using var stop = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        var index = new FakeIndex
        {
            PageDelay = _ =>
            {
                stop.CancelAfter(10);
                return never.Task;
            },
        }.Add("a", "1");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new PythonResolver(index)
                .ResolveAsync(Solve.Request("a"), stop.Token)
                .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task What_was_only_presumed_is_not_followed_further()
    {
        var index = new FakeIndex { Delay = async () => await Task.Yield() }
            .Add("a", "1", "b")
            .Add("b", "1")
            .Add("guess", "1", "beyond")
            .Add("beyond", "1");
        index.Presumed["a"] = ["guess"];
        var (answer, _) = await SolveAsync(index, Solve.Request("a"));
        Assert.Equal("a==1 b==1", answer);
        Assert.Contains("guess", index.PagesAsked);
        Assert.DoesNotContain("beyond", index.PagesAsked);
    }

    [Fact]
    public async Task Nothing_is_foreseen_where_nothing_is_waited_for()
    {
        var index = new FakeIndex { Earlier = new FakeIndex().Add("a", "1", "gone") }.Add("a", "1");
        var request = Solve.Request("a") with { Expected = [PackageName.Parse("expected")] };
        Assert.Equal("a==1", await Solve.AnswerAsync(index, request));
        Assert.Equal(["a"], index.PagesAsked);
    }

    [Fact]
    public async Task Nothing_is_foreseen_for_packages_without_what_they_require()
    {
        var index = Chain(Chain());
        var (answer, rounds) = await SolveAsync(index, Solve.Request("a") with { IgnoresDependencies = true });
        Assert.Equal("a==1", answer);
        Assert.Equal(2, rounds);
        Assert.Equal(["a"], index.PagesAsked);
    }

    [Fact]
    public async Task A_version_for_newer_Pythons_costs_no_metadata_and_no_round()
    {
        var index = new FakeIndex();
        foreach (var (name, next) in new[] { ("a", "b"), ("b", "c"), ("c", "") })
        {
            string[] requires = next.Length > 0 ? [next] : [];
            index.Add(name, "1", requires);
            index.Add(new FakeVersion(name, "2") { Requires = requires, RequiresPython = ">=3.10" });
            index.Add(new FakeVersion(name, "3") { Requires = requires, RequiresPython = ">=3.11" });
        }

        var request = Solve.Request("a") with { Target = Workload.TargetOf("3.8", 36) };
        var (answer, rounds) = await SolveAsync(index, request);
        Assert.Equal("a==1 b==1 c==1", answer);
        Assert.Equal(6, rounds);
        Assert.Equal(["a==1", "b==1", "c==1"], index.MetadataAsked);
    }

    [Fact]
    public async Task An_answer_for_all_Pythons_asks_at_once_for_all_versions_where_it_may_fork()
    {
        var index = new FakeIndex()
            .Add("a", "1")
            .Add(new FakeVersion("a", "2") { RequiresPython = ">=3.10" })
            .Add(new FakeVersion("a", "3") { RequiresPython = ">=3.11" })
            .Add(new FakeVersion("a", "4") { RequiresPython = ">=3.11" });
        var (_, rounds) = await SolveAsync(index, Solve.ForAll(">=3.8", "a"));
        Assert.Equal(["a==1", "a==2", "a==4"], index.MetadataAsked.Order(StringComparer.Ordinal));
        Assert.Equal(2, rounds);
    }

    [Fact]
    public async Task What_another_fork_needs_is_asked_for_as_soon_as_one_fork_learns_of_it()
    {
        var index = new FakeIndex()
            .Add("a", "1", "b<2; python_version < '3.11'", "b>=2; python_version >= '3.11'")
            .Add("b", "1", "c; python_version < '3.11'")
            .Add("b", "2", "c; python_version < '3.11'")
            .Add("c", "1");
        var (answer, rounds) = await SolveAsync(index, Solve.ForAll(">=3.10", "a"));
        Assert.Contains("c==1", answer, StringComparison.Ordinal);
        // Pages and metadata of a, b and c; what b 1 needs is known before the fork that takes it.
        Assert.Equal(6, rounds);
    }

    [Fact]
    public async Task All_pages_are_asked_for_at_once_where_packages_are_well_known()
    {
        var index = Chain();
        index.Presumed["a"] = ["b", "gone"];
        index.Presumed["b"] = ["c"];
        index.Presumed["c"] = ["d"];
        var (answer, rounds) = await SolveAsync(index, Solve.Request("a"));
        Assert.Equal("a==1 b==1 c==1 d==1", answer);
        Assert.Equal(2, rounds);
        Assert.Contains("gone", index.PagesAsked);
    }

    [Fact]
    public async Task What_a_discovered_package_is_known_to_require_is_asked_for_with_its_own_page()
    {
        var index = Chain();
        index.Presumed["b"] = ["c"];
        index.Presumed["c"] = ["d"];
        var (answer, rounds) = await SolveAsync(index, Solve.Request("a"));
        Assert.Equal("a==1 b==1 c==1 d==1", answer);
        Assert.Equal(4, rounds);
    }

    [Fact]
    public async Task Known_requirements_of_an_extra_are_followed_with_the_extra()
    {
        var index = new FakeIndex()
            .Add(new FakeVersion("a", "1") { Extras = new Dictionary<string, IReadOnlyList<string>> { ["x"] = ["b"] } })
            .Add("b", "1");
        index.Presumed["a[x]"] = ["b"];
        index.Presumed["a[y]"] = ["other"];
        var (answer, rounds) = await SolveAsync(index, Solve.Request("a[x]"));
        Assert.Equal("a==1 b==1", answer);
        Assert.Equal(2, rounds);
        Assert.DoesNotContain("other", index.PagesAsked);
    }

    [Fact]
    public async Task Memory_counts_for_more_than_what_is_presumed()
    {
        var index = Chain(Chain());
        index.Presumed["a"] = ["never"];
        await SolveAsync(index, Solve.Request("a"));
        Assert.DoesNotContain("never", index.PagesAsked);
    }

    [Theory]
    [InlineData(false, 8)]
    [InlineData(true, 2)]
    public async Task Each_kind_of_lookahead_can_be_switched_off(bool isOn, int expected)
    {
        var index = Chain();
        index.Presumed["a"] = ["b"];
        index.Presumed["b"] = ["c"];
        index.Presumed["c"] = ["d"];
        var request = Solve.Request("a") with { Lookahead = LookaheadOptions.Default with { Predicts = isOn } };
        Assert.Equal(("a==1 b==1 c==1 d==1", expected), await SolveAsync(index, request));
    }

    [Fact]
    public async Task Without_any_lookahead_the_answer_is_the_same()
    {
        var index = Chain(Chain());
        index.Presumed["a"] = ["gone"];
        var request = Solve.Request("a") with { Lookahead = LookaheadOptions.None };
        Assert.Equal(("a==1 b==1 c==1 d==1", 8), await SolveAsync(index, request));
        Assert.Equal(["a", "b", "c", "d"], index.PagesAsked);
    }

    [Fact]
    public async Task Metadata_of_more_versions_can_be_asked_for_at_once()
    {
        var index = new FakeIndex().Add("a", "1").Add("a", "2", "b>1").Add("a", "3", "b>1").Add("b", "1");
        var deep = Solve.Request("a", "b") with
        {
            Lookahead = LookaheadOptions.Default with { MetadataDepth = 3, GrowsBatches = false },
        };
        Assert.Equal(("a==1 b==1", 2), await SolveAsync(index, deep));
    }

    [Fact]
    public async Task What_a_message_quotes_is_what_the_file_says_whoever_was_asked_first()
    {
        var index = new FakeIndex()
            .Add("a", "1")
            .Add(new FakeVersion("a", "2") { RequiresPython = ">=3.13.0" })
            .Add(new FakeVersion("b", "1") { RequiresPython = ">=3.13" });
        var (answer, _) = await SolveAsync(index, Solve.Request("a", "b"));
        Assert.Contains("needs Python >=3.13,", answer, StringComparison.Ordinal);
    }

    private static FakeIndex Chain(FakeIndex? earlier = null) =>
        new FakeIndex { Earlier = earlier }
            .Add("a", "1", "b")
            .Add("b", "1", "c")
            .Add("c", "1", "d")
            .Add("d", "1");

    private static async Task<(string Answer, int Rounds)> SolveAsync(FakeIndex index, ResolutionRequest request)
    {
        var rounds = new Rounds(index);
        var outcome = await rounds.Run(() => new PythonResolver(rounds).ResolveAsync(request, CancellationToken.None));
        return (Solve.Print(outcome, request), rounds.Count);
    }
}
