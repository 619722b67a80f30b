using Krait.Packaging.Requirements;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Resolver.Tests.Fakes;

namespace Krait.Resolver.Tests.Driving;

/// <summary>Which names come from a URL, where, and on whose word.</summary>
public sealed class DirectUrlTests
{
    private const string One = "http://x/lib-1.0-py3-none-any.whl";
    private const string Two = "http://x/lib-2.0-py3-none-any.whl";

    /// <summary>`conf` wants lib&lt;2, `new` wants lib>=2, `app` any.</summary>
    private static FakeIndex Index =>
        new FakeIndex()
            .Add("lib", "1.0")
            .Add("lib", "2.0")
            .Add("lib", "3.0")
            .Add("conf", "1.0", "lib<2")
            .Add("app", "1.0", "lib")
            .Add("app", "2.0", "lib>=2")
            .Add("foreign", "1.0", $"lib @ {One}")
            .AddDirect(One, "lib", "1.0")
            .AddDirect(One + "#sha256=aa", "lib", "1.0")
            .AddDirect(Two, "lib", "2.0");

    [Theory]
    [InlineData(
        $"lib @ {Two} ; sys_platform == 'win32'|lib ; sys_platform != 'win32'",
        $"lib==2.0 ; sys_platform != 'win32'|lib @ {Two} ; sys_platform == 'win32'"
    )]
    [InlineData(
        $"lib ; sys_platform != 'win32'|lib @ {Two} ; sys_platform == 'win32'",
        $"lib==2.0 ; sys_platform != 'win32'|lib @ {Two} ; sys_platform == 'win32'"
    )]
    [InlineData(
        $"lib @ {Two} ; sys_platform == 'win32'|lib @ {One} ; sys_platform != 'win32'",
        $"lib @ {One} ; sys_platform != 'win32'|lib @ {Two} ; sys_platform == 'win32'"
    )]
    [InlineData(
        $"lib @ {Two} ; sys_platform == 'win32'|lib==1.0 ; sys_platform == 'linux'",
        $"lib==1.0 ; sys_platform == 'linux'|lib @ {Two} ; sys_platform == 'win32'"
    )]
    [InlineData(
        $"lib @ {Two} ; sys_platform == 'win32'|lib>=1.0",
        $"lib==2.0 ; sys_platform != 'win32'|lib @ {Two} ; sys_platform == 'win32'"
    )]
    [InlineData($"lib @ {Two} ; sys_platform == 'win32'", $"lib @ {Two} ; sys_platform == 'win32'")]
    [InlineData(
        $"lib @ {Two} ; sys_platform == 'win32'|lib @ {One} ; sys_platform == 'linux'|app",
        $"app==1.0 ; sys_platform == 'linux'|app==2.0 ; sys_platform != 'linux'|lib @ {One} ; sys_platform == 'linux'"
            + "|lib==2.0 ; sys_platform != 'linux' and sys_platform != 'win32'"
            + $"|lib @ {Two} ; sys_platform == 'win32'"
    )]
    public async Task A_URL_holds_where_its_marker_does(string requirements, string expected) =>
        Assert.Equal(
            expected,
            (await Solve.AnswerAsync(Index, Solve.ForAll(">=3.10", requirements.Split('|')))).Replace('\n', '|')
        );

    [Fact]
    public async Task What_depends_on_a_name_gets_its_URL_where_that_holds() =>
        Assert.Contains(
            "`conf` depends on `lib<2`",
            await Solve.AnswerAsync(
                Index,
                Solve.ForAll(">=3.10", $"lib @ {Two} ; sys_platform == 'win32'", "conf ; sys_platform == 'win32'")
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_URL_under_a_marker_leaves_other_environments_to_the_index() =>
        Assert.Equal(
            $"conf==1.0 ; sys_platform != 'win32'\nlib==1.0 ; sys_platform != 'win32'\nlib @ {Two} ; sys_platform == 'win32'",
            await Solve.AnswerAsync(
                Index,
                Solve.ForAll(">=3.10", $"lib @ {Two} ; sys_platform == 'win32'", "conf ; sys_platform != 'win32'")
            )
        );

    [Theory]
    [InlineData("app", $"app==2.0 lib @ {Two}")]
    [InlineData("lib", $"lib @ {Two}")]
    [InlineData("app lib", $"app==2.0 lib @ {Two}")]
    public async Task The_user_may_name_a_URL_in_a_constraint_or_override(string requirements, string expected)
    {
        var request = Solve.Request(requirements.Split(' '));
        var constrained = request with { Constraints = [Requirement.Parse($"lib @ {Two}")] };
        Assert.Equal(expected, await Solve.AnswerAsync(Index, constrained));
        var overridden = request with { Overrides = [Requirement.Parse($"lib @ {Two}")] };
        Assert.Equal(expected, await Solve.AnswerAsync(Index, overridden));
    }

    [Fact]
    public async Task An_override_replaces_a_URL_that_a_package_asks_for()
    {
        var request = Solve.Request("foreign") with { Overrides = [Requirement.Parse($"lib @ {Two}")] };
        Assert.Equal($"foreign==1.0 lib @ {Two}", await Solve.AnswerAsync(Index, request));
        Assert.Contains(
            "`foreign==1.0` requires `lib` from a URL",
            await Solve.AnswerAsync(Index, Solve.Request("foreign")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_change_of_one_package_may_name_a_URL_for_what_was_chosen_before()
    {
        // `lib` is decided before `app` says that it comes from elsewhere.
        var request = Solve.Request("lib<=2", "conf2", "app") with
        {
            ScopedChanges =
            [
                new ScopedChange(Packaging.Names.PackageName.Parse("app"), Version: null)
                {
                    Overrides = [Requirement.Parse($"lib @ {One}")],
                },
            ],
        };
        var index = Index.Add("conf2", "1.0", "lib<3");
        Assert.Equal($"app==2.0 conf2==1.0 lib @ {One}", await Solve.AnswerAsync(index, request));
    }

    [Fact]
    public async Task URLs_of_constraints_hold_where_their_markers_do()
    {
        var request = Solve.ForAll(">=3.10", "app", "lib ; sys_platform == 'linux'") with
        {
            Constraints =
            [
                Requirement.Parse($"lib @ {Two} ; sys_platform == 'win32'"),
                Requirement.Parse("lib==3.0 ; sys_platform != 'win32'"),
            ],
        };
        const string Expected = $"app==2.0\nlib @ {Two} ; sys_platform == 'win32'\nlib==3.0 ; sys_platform != 'win32'";
        Assert.Equal(Expected, await Solve.AnswerAsync(Index, request));
        var overridden = request with { Constraints = [], Overrides = request.Constraints };
        Assert.Equal(Expected, await Solve.AnswerAsync(Index, overridden));
    }

    [Theory]
    [InlineData($"lib @ {One}|lib @ {One}#egg=lib", $"lib @ {One}")]
    [InlineData("lib @ http://x/lib-1.0-py3-none-any.whl|lib @ http://X:80/lib-1.0-py3%2Dnone-any.whl", $"lib @ {One}")]
    [InlineData($"lib @ {One}#sha256=aa|lib @ {One}#egg=lib", $"lib @ {One}#sha256=aa")]
    [InlineData($"lib @ {One}|lib @ {One}#sha256=aa", $"lib @ {One}#sha256=aa")]
    [InlineData($"lib @ {One}#egg=lib|foreign", null)]
    public async Task One_place_may_be_spelled_in_several_ways(string requirements, string? expected)
    {
        var index = Index.AddDirect(One + "#egg=lib", "lib", "1.0");
        expected ??= $"foreign==1.0 lib @ {One}#egg=lib";
        Assert.Equal(expected, await Solve.AnswerAsync(index, Solve.Request(requirements.Split('|'))));
    }

    [Theory]
    [InlineData(One, Two)]
    [InlineData(One, One + "?x=1")]
    [InlineData(One + "#sha256=aa", One + "#sha256=bb")]
    [InlineData(One + "#subdirectory=a", One)]
    public async Task Two_places_of_a_name_are_told(string first, string second)
    {
        var answer = await Solve.AnswerAsync(Index, Solve.Request($"lib @ {first}", $"lib @ {second}"));
        Assert.Equal(
            $"""
            `lib @ {first}` and `lib @ {second}` cannot be installed together
            note: `lib` is required from two places: `{first}` and `{second}`
            hint: Keep only one of the places that `lib` should come from
            """,
            answer
        );
        var request = Solve.ForAll(">=3.10", $"lib @ {first}") with
        {
            Constraints = [Requirement.Parse($"lib @ {second} ; sys_platform == 'win32'")],
        };
        Assert.Contains(
            $"`lib` is required from two places: `{first}` and `{second}`",
            await Solve.AnswerAsync(Index, request),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData($"lib @ {Two}|lib>=3")]
    [InlineData($"lib>=3|lib @ {Two}")]
    [InlineData($"lib @ {Two}|conf")]
    public async Task Says_which_version_a_URL_leads_to(string requirements)
    {
        var asked = requirements.Split('|');
        foreach (var request in (ResolutionRequest[])[Solve.Request(asked), Solve.ForAll(">=3.10", asked)])
        {
            var lines = (await Solve.AnswerAsync(Index, request)).Split('\n');
            Assert.EndsWith("cannot be installed together", lines[0], StringComparison.Ordinal);
            Assert.All(asked, one => Assert.Contains($"`{one}`", lines[0], StringComparison.Ordinal));
            Assert.Contains($"note: `lib` comes from `{Two}`, which is 2.0", lines);
            Assert.Matches("^hint: (Keep only one|Leave out one) of `", lines[^1]);
        }
    }

    [Fact]
    public async Task Says_which_version_a_URL_of_a_constraint_leads_to()
    {
        var request = Solve.Request("conf") with { Constraints = [Requirement.Parse($"lib @ {Two}")] };
        Assert.Contains(
            $"note: `lib` comes from `{Two}`, which is 2.0",
            await Solve.AnswerAsync(Index, request),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Says_which_Python_the_file_at_a_URL_needs()
    {
        var index = new FakeIndex().AddDirect(
            "http://x/young",
            new FakeVersion("young", "1.0") { RequiresPython = ">=3.13" }
        );
        Assert.Equal(
            """
            `young @ http://x/young` cannot be installed
            note: `young` 1.0 needs Python >=3.13, and the target is 3.12
            hint: Use Python 3.13 or newer
            """,
            await Solve.AnswerAsync(index, Solve.Request("young @ http://x/young"))
        );
    }

    [Fact]
    public async Task A_URL_that_leads_nowhere_is_not_the_fault_of_authors() =>
        Assert.Equal(
            """
            `lib @ http://x/gone` cannot be installed: `http://x/gone` does not exist
            hint: Name another file of `lib`, or leave the address out to take a version of an index
            """,
            await Solve.AnswerAsync(Index, Solve.Request("lib @ http://x/gone"))
        );
}
