using Krait.Packaging.Manifests;
using Krait.Packaging.Names;

namespace Krait.Packaging.Tests.Manifests;

public sealed class PyProjectTests
{
    private const string Sample = """
        [project]
        name = "Demo_App"
        version = "1.0"
        requires-python = ">=3.9"
        dependencies = [
            "flask>=3", # web
            "tomli; python_version < '3.11'",
        ]
        dynamic = ["readme"]

        [project.optional-dependencies]
        Web_UI = ["jinja2"]

        [dependency-groups]
        dev = ["pytest", { include-group = "lint" }]
        lint = ["ruff"]

        [build-system]
        requires = ["hatchling"]
        build-backend = "hatchling.build"

        [tool.krait]
        environments = ["sys_platform == 'linux'"]
        """;

    [Fact]
    public void Reads_the_standard_tables_and_leaves_those_of_tools_raw()
    {
        Assert.True(PyProject.TryParse(Sample, "pyproject.toml", out var project, out _));

        Assert.Equal(
            ("demo-app", "Demo_App", "1.0"),
            (project.Name!.Value, project.NameText, project.Version!.ToString())
        );
        Assert.Equal(
            "flask>=3 (6) tomli (7)",
            string.Join(' ', project.Dependencies.Select(d => $"{d.Text.Split(';')[0]} ({d.Line})"))
        );
        Assert.Equal("jinja2", project.Extra(ExtraName.Parse("web-ui"))!.Value[0].Text);
        Assert.Equal("pytest ruff", string.Join(' ', project.Groups.Resolve(["dev"], out _).Select(d => d.Text)));
        Assert.Equal(
            ("hatchling.build", "hatchling"),
            (project.BuildSystem!.Backend, project.BuildSystem.Requires[0].Text)
        );
        Assert.Equal("sys_platform == 'linux'", project.Tool("krait")!.GetArray("environments")![0].AsString);
        Assert.True(project.HasStaticDependencies);
        Assert.Null(project.Tool("uv"));
    }

    [Fact]
    public void Dynamic_dependencies_need_a_build()
    {
        Assert.True(
            PyProject.TryParse(
                "[project]\nname = 'a'\ndynamic = ['version', 'dependencies']\n",
                "p",
                out var project,
                out _
            )
        );
        Assert.False(project.HasStaticDependencies);
        Assert.Null(project.Version);
        Assert.True(PyProject.TryParse("[tool.x]\n", "p", out var bare, out _));
        Assert.False(bare.HasProjectTable || bare.HasStaticDependencies);
    }

    [Fact]
    public void Reports_all_errors_at_once_with_their_lines()
    {
        const string text = """
            [project]
            name = "-x"
            version = "one"
            requires-python = 3
            dependencies = ["a>=", 5]
            dynamic = ["version"]
            [project.optional-dependencies]
            a_b = ["c"]
            A-B = "d"
            [dependency-groups]
            dev = []
            DEV = []
            """;
        Assert.False(PyProject.TryParse(text, "pyproject.toml", out _, out var errors));
        Assert.Equal([2, 3, 3, 4, 5, 5, 9, 9, 12], errors.Select(e => e.Line).Order().ToArray());
        Assert.All(errors, e => Assert.Equal("pyproject.toml", e.Source));
    }

    [Theory]
    [InlineData("[project]\nversion = '1'\n", "`project.name` is missing")]
    [InlineData("[project]\nname = 'a'\n", "`project.version` is missing and not dynamic")]
    [InlineData("project = 1\n", "`project` is an integer, not a table")]
    [InlineData("[build-system]\n", "`build-system.requires` is missing")]
    public void Refuses_with_the_reason(string text, string message)
    {
        Assert.False(PyProject.TryParse(text, "p", out _, out var errors));
        Assert.Equal(message, errors[0].Message);
    }

    [Theory]
    [InlineData(
        "a = [{include-group = 'b'}]\nb = [{include-group = 'A'}]\n",
        "the dependency group `a` includes itself: `a` -> `b` -> `a`"
    )]
    [InlineData("a = [{include-group = 'x'}]\n", "there is no dependency group `x`")]
    [InlineData("a = ['!']\n", "`!` in the dependency group `a` is not a requirement")]
    [InlineData("a = 1\n", "the dependency group `a` is an integer, not an array")]
    [InlineData(
        "a = [{}]\n",
        "an element of the dependency group `a` is neither a requirement nor `{include-group = \"…\"}`"
    )]
    public void A_wrong_group_is_an_error_only_when_it_is_asked_for(string groups, string message)
    {
        Assert.True(PyProject.TryParse($"[dependency-groups]\ngood = ['x']\n{groups}", "p", out var project, out _));
        Assert.Single(project.Groups.Resolve(["good"], out var none));
        Assert.Empty(none);
        Assert.Empty(project.Groups.Resolve(["a"], out var errors));
        Assert.Equal(message, Assert.Single(errors).Message);
    }

    [Fact]
    public void A_chain_of_ten_thousand_groups_is_refused_without_exhausting_the_stack()
    {
        var lines = Enumerable.Range(0, 10_000).Select(i => $"g{i} = [{{include-group = 'g{i + 1}'}}]\n");
        Assert.True(
            PyProject.TryParse(
                "[dependency-groups]\n" + string.Concat(lines) + "g10000 = []\n",
                "p",
                out var project,
                out _
            )
        );
        project.Groups.Resolve(["g0"], out var errors);
        Assert.Contains("deeper than 500 levels", errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_files_never_throw() =>
        Mutations.Run(
            Sample,
            6_000,
            text =>
            {
                if (PyProject.TryParse(text, "p", out var project, out _))
                    project.Groups.Resolve(project.Groups.Names, out _);
            }
        );

    [Fact]
    public void Refuses_groups_that_include_each_other_to_ever_more_requirements()
    {
        var groups = Enumerable
            .Range(0, 40)
            .Select(i => $"g{i} = [{{include-group = \"g{i + 1}\"}}, {{include-group = \"g{i + 1}\"}}]");
        var text = $"[dependency-groups]\n{string.Join('\n', groups)}\ng40 = [\"a\"]\n";
        Assert.True(PyProject.TryParse(text, "pyproject.toml", out var project, out _));
        Assert.Empty(project.Groups.Resolve(["g0"], out var errors));
        Assert.Contains("100000 requirements", Assert.Single(errors).Message);
    }
}
