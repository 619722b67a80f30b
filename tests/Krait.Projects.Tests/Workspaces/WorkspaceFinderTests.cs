using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Workspaces;
using Krait.Testing;

namespace Krait.Projects.Tests.Workspaces;

public sealed class WorkspaceFinderTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_project_by_itself_is_a_workspace_of_one()
    {
        Write("", "app", "dependencies = ['flask>=3']");
        folder.Write("src/app/__init__.py", "");
        var workspace = Find("src/app");
        Assert.Equal(folder.Path, workspace.Folder);
        Assert.Equal("app", Assert.Single(workspace.Members).Name?.Value);
        Assert.Equal("flask>=3", Assert.Single(workspace.Current.Dependencies).Text);
        Assert.False(workspace.HasMembers);
    }

    [Fact]
    public void A_root_has_the_members_that_its_patterns_name_and_none_that_it_excludes()
    {
        Write("", "root", more: "[tool.krait.workspace]\nmembers = ['libs/*', 'app']\nexclude = ['libs/old*']");
        Write("libs/a", "a");
        Write("libs/b", "b");
        Write("libs/old-c", "c");
        Write("app", "app");
        folder.Write("libs/notes.txt", "");
        folder.Write("libs/.hidden/x", "");
        folder.Write("libs/gone/__pycache__/x.pyc", "");
        var workspace = Find("libs/b");
        Assert.Equal(["root", "app", "a", "b"], workspace.Members.Select(member => member.Name?.Value));
        Assert.Equal("b", workspace.Current.Label);
        Assert.Equal("c", Assert.Single(Find("libs/old-c").Members).Label);
    }

    [Fact]
    public void A_virtual_root_is_no_member_and_has_groups()
    {
        folder.Write("pyproject.toml", "[tool.uv.workspace]\nmembers = ['*']\n[dependency-groups]\ndev = ['pytest']\n");
        Write("one", "one");
        var workspace = Find("");
        Assert.True(workspace.IsVirtual);
        Assert.Equal(["one"], workspace.Members.Select(member => member.Label));
        Assert.Equal("dev", Assert.Single(workspace.Current.DefaultGroups).Value);
    }

    [Fact]
    public void The_members_decide_together_which_Pythons_are_supported()
    {
        Write("", "root", "requires-python = '>=3.9'", "[tool.uv.workspace]\nmembers = ['a']");
        Write("a", "a", "requires-python = '>=3.11'");
        Assert.Equal(">=3.9,>=3.11", Find("").RequiresPython?.ToString());
    }

    [Fact]
    public void A_member_has_the_sources_of_the_root_and_its_own_before_them()
    {
        Write(
            "",
            "root",
            more: "[tool.uv.workspace]\nmembers = ['a']\n[tool.uv.sources]\nx = { path = 'x.whl' }\ny = { path = 'y.whl' }"
        );
        Write("a", "a", more: "[tool.uv.sources]\ny = { path = 'own-y.whl' }");
        var workspace = Find("");
        var sources = workspace.ResolvingOf(workspace.Members[1]).Sources;
        Assert.Equal(folder.At("x.whl"), Assert.Single(sources[PackageName.Parse("x")]).Location);
        Assert.Equal(folder.At("a", "own-y.whl"), Assert.Single(sources[PackageName.Parse("y")]).Location);
    }

    [Theory]
    [InlineData("members = ['parts/one']", "missing-member")]
    [InlineData("members = ['twins/*']", "same-member")]
    [InlineData("members = ['inner']", "nested-workspace")]
    [InlineData("members = ['half']", "invalid-member")]
    public void Refuses_members_that_cannot_be_some(string members, string code)
    {
        Write("", "root", more: $"[tool.uv.workspace]\n{members}");
        Write("twins/a", "twin");
        Write("twins/b", "twin");
        Write("inner", "inner", more: "[tool.uv.workspace]\nmembers = []");
        folder.Write("half/pyproject.toml", "[build-system]\nrequires = []\n");
        Assert.Equal(code, Assert.Throws<KraitException>(() => Find("")).Diagnostic.Code);
    }

    [Theory]
    [InlineData("[tool.uv]\nmanaged = false", "unmanaged-project")]
    [InlineData("[tool.uv]\ndefault-groups = ['tests']", "invalid-setting")]
    [InlineData("[dependency-groups]\ndev = ['a >']", "invalid-dependency-group")]
    [InlineData("[dependency-groups]\ndev = [{ include-group = 'dev' }]", "invalid-dependency-group")]
    [InlineData("[tool.uv.dependency-groups]\ndev = { requires-python = '>=3.12' }", "invalid-setting")]
    public void Refuses_a_manifest_that_contradicts_itself(string more, string code)
    {
        Write("", "app", more: more);
        Assert.Equal(code, Assert.Throws<KraitException>(() => Find("")).Diagnostic.Code);
    }

    [Fact]
    public void Names_the_file_and_line_of_a_mistake()
    {
        folder.Write("pyproject.toml", "[project]\nname = 'a'\nversion = '1'\ndependencies = [\n  'flask >',\n]\n");
        var error = Assert.Throws<KraitException>(() => Find("")).Diagnostic;
        Assert.Equal(("pyproject.toml", 5), (error.Source, error.Line));
    }

    [Theory]
    [InlineData("packages/*", "packages/a", true)]
    [InlineData("packages/*", "packages/a/b", false)]
    [InlineData("packages/**", "packages/a/b", true)]
    [InlineData("./libs/[ab]?", "libs/a1", true)]
    [InlineData("libs/[!ab]*", "libs/a1", false)]
    [InlineData("{apps,libs}/x", "libs/x", true)]
    [InlineData(".", "", true)]
    public void Patterns_name_directories(string pattern, string path, bool isMatch) =>
        Assert.Equal(
            isMatch,
            new PathPattern(pattern).Matches("/root", Path.TrimEndingDirectorySeparator($"/root/{path}"))
        );

    private Workspace Find(string below) =>
        new WorkspaceFinder(folder.Path).Find(Path.TrimEndingDirectorySeparator(folder.At(below)));

    private void Write(string below, string name, string project = "", string more = "") =>
        folder.Write(
            Path.Combine(below, "pyproject.toml"),
            $"[project]\nname = '{name}'\nversion = '1.0'\n{project}\n{more}\n"
        );
}
