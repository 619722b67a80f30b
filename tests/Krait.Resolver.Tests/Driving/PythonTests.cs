using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Resolver.Tests.Fakes;
using Krait.Resolver.Tests.Recorded;

namespace Krait.Resolver.Tests.Driving;

/// <summary>Which versions a Python gets: by Requires-Python on the page or in the metadata, and by the tags of wheels.</summary>
public sealed class PythonTests
{
    [Theory]
    [InlineData("<3")]
    [InlineData("<3.12")]
    [InlineData("!=3.12.*")]
    [InlineData(">=3.8,<3.12")]
    [InlineData("<=3.11")]
    [InlineData("==3.11.*")]
    [InlineData("<=3.12")]
    [InlineData("!=3.12.4")]
    public async Task One_python_gets_no_version_that_excludes_it_in_any_way(string excluding)
    {
        foreach (var isOnPage in (bool[])[true, false])
        {
            var index = new FakeIndex()
                .Add("a", "1.0")
                .Add(new FakeVersion("a", "2.0") { RequiresPython = excluding, IsPythonOnPage = isOnPage })
                .Add(new FakeVersion("b", "2.0") { RequiresPython = excluding, IsPythonOnPage = isOnPage });
            Assert.Equal("a==1.0", await Solve.AnswerAsync(index, On("3.12.4", "a")));
            var refusal = await Solve.AnswerAsync(index, On("3.12.4", "b"));
            Assert.Contains($"needs Python {excluding}, and the target is 3.12.4", refusal, StringComparison.Ordinal);
            Assert.DoesNotContain("Tell the authors", refusal, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(">=3.8,<4")]
    [InlineData("!=3.12.0,!=3.12.1")]
    [InlineData("~=3.12")]
    [InlineData("")]
    public async Task One_python_gets_a_version_that_includes_it(string including)
    {
        var index = new FakeIndex().Add("a", "1.0").Add(new FakeVersion("a", "2.0") { RequiresPython = including });
        Assert.Equal("a==2.0", await Solve.AnswerAsync(index, On("3.12.4", "a")));
    }

    [Theory]
    [InlineData("!=3.12.0,>=3.8", "2.0")] // some 3.12 does
    [InlineData(">=3.12.1", "1.0")] // the first does not
    [InlineData("<3.12", "1.0")]
    public async Task Without_a_patch_release_any_of_them_may_be_meant(string requiresPython, string expected)
    {
        var index = new FakeIndex()
            .Add("a", "1.0")
            .Add(new FakeVersion("a", "2.0") { RequiresPython = requiresPython });
        Assert.Equal($"a=={expected}", await Solve.AnswerAsync(index, On("3.12", "a")));
    }

    [Fact]
    public async Task A_file_for_another_python_does_not_hide_one_that_fits()
    {
        var index = new FakeIndex()
            .Add("a", "1.0")
            .Add(new FakeVersion("a", "1.0") { RequiresPython = "<3.9", WheelTags = ["2-py3-none-any"] });
        Assert.Equal("a==1.0", await Solve.AnswerAsync(index, On("3.12.4", "a")));
    }

    [Fact]
    public async Task Many_pythons_take_no_notice_of_upper_bounds()
    {
        var index = new FakeIndex().Add("a", "1.0").Add(new FakeVersion("a", "2.0") { RequiresPython = ">=3.8,<3.12" });
        Assert.Equal("a==2.0", await Solve.AnswerAsync(index, Solve.ForAll(">=3.10", "a")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Forks_where_a_version_needs_a_newer_python(bool isOnPage)
    {
        // What the older version needs on newer Pythons does not exist, and is not needed.
        var index = new FakeIndex()
            .Add("a", "1.0", "gone ; python_version >= '3.13'")
            .Add(new FakeVersion("a", "2.0") { RequiresPython = ">=3.13", IsPythonOnPage = isOnPage });
        Assert.Equal(
            """
            a==1.0 ; python_full_version < '3.13'
            a==2.0 ; python_full_version >= '3.13'
            """,
            await Solve.AnswerAsync(index, Solve.ForAll(">=3.10", "a"))
        );
        var fewest = Solve.ForAll(">=3.10", "a") with
        {
            Target = ((ResolutionTarget.Universal)Solve.ForAll(">=3.10").Target) with
            {
                Strategy = ForkStrategy.Fewest,
            },
        };
        Assert.StartsWith("no version of `a`", await Solve.AnswerAsync(index, fewest), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("==3.11.*", "3.11")]
    [InlineData("==3.12.*", "3.12")]
    [InlineData(">=3.12.dev0", "3.12")]
    [InlineData("~=3.11.0", "3.11")]
    public async Task A_prefix_divides_the_pythons_once(string requiresPython, string from)
    {
        foreach (var isOnPage in (bool[])[true, false])
        {
            var index = new FakeIndex()
                .Add("a", "1.0")
                .Add(new FakeVersion("a", "2.0") { RequiresPython = requiresPython, IsPythonOnPage = isOnPage });
            Assert.Equal(
                $"a==1.0 ; python_full_version < '{from}'\na==2.0 ; python_full_version >= '{from}'",
                await Solve.AnswerAsync(index, Solve.ForAll(">=3.10", "a"))
            );
        }
    }

    [Fact]
    public async Task A_part_gets_no_version_that_has_wheels_for_newer_pythons_only()
    {
        var index = new FakeIndex()
            .Add(new FakeVersion("a", "1.0") { WheelTags = [.. Wheels("cp310", "cp311", "cp312", "cp313")] })
            .Add(
                new FakeVersion("a", "2.0")
                {
                    WheelTags = [.. Wheels("cp311", "cp312", "cp313")],
                    RequiresPython = ">=3.10",
                }
            );
        Assert.Equal(
            """
            a==1.0 ; python_full_version < '3.11'
            a==2.0 ; python_full_version >= '3.11'
            """,
            await Solve.AnswerAsync(index, Solve.ForAll(">=3.10", "a"))
        );
        var refusal = await Solve.AnswerAsync(index, Solve.ForAll(">=3.10", "a>=2"));
        Assert.Contains("has wheels only for Python", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("py3-none-any")]
    [InlineData("cp38-abi3-manylinux_2_17_x86_64")]
    [InlineData("cp310-cp310-win_amd64")]
    public async Task A_wheel_that_runs_on_the_lowest_python_divides_nothing(string tag)
    {
        var index = new FakeIndex()
            .Add("a", "1.0")
            .Add(new FakeVersion("a", "2.0") { WheelTags = [tag, .. Wheels("cp311", "pp311")] });
        Assert.Equal("a==2.0", await Solve.AnswerAsync(index, Solve.ForAll(">=3.10", "a")));
    }

    [Fact]
    public async Task A_source_distribution_is_for_every_python()
    {
        var index = new FakeIndex()
            .Add("a", "1.0")
            .Add(new FakeVersion("a", "2.0") { WheelTags = [.. Wheels("cp311")], HasSdist = true });
        Assert.Equal("a==2.0", await Solve.AnswerAsync(index, Solve.ForAll(">=3.10", "a")));
    }

    private static IEnumerable<string> Wheels(params string[] pythons) =>
        pythons.Select(python => $"{python}-{python}-manylinux_2_17_x86_64");

    private static ResolutionRequest On(string python, params string[] requirements) =>
        Solve.Request(requirements) with
        {
            Target = Workload.TargetOf(python, 36),
        };
}
