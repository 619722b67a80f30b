using Krait.Packaging.Names;
using Krait.Projects.Workspaces;
using Krait.Testing;

namespace Krait.Projects.Tests.Workspaces;

public sealed class WorkspaceSourcesTests : IDisposable
{
    private const string Project = "[project]\nname = 'NAME'\nversion = '1'\n";

    private readonly TempFolder folder = new();

    public WorkspaceSourcesTests()
    {
        folder.Write(
            "pyproject.toml",
            "[tool.krait.workspace]\nmembers = ['api', 'lib']\n[tool.krait.sources]\nlib = { workspace = true }\n"
        );
        folder.Write("api/pyproject.toml", Project.Replace("NAME", "api", StringComparison.Ordinal));
        folder.Write("lib/pyproject.toml", Project.Replace("NAME", "lib", StringComparison.Ordinal));
        folder.Write("apart/pyproject.toml", Project.Replace("NAME", "apart", StringComparison.Ordinal));
        folder.Write("old/setup.py", "");
        folder.Write("api/vendored/setup.py", "");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_member_has_the_sources_of_the_root_and_finds_the_others()
    {
        var sources = new WorkspaceSources();
        Assert.Equal("lib", Assert.Single(sources.InheritedBy(folder.At("api"))).Key.Value);
        Assert.Equal(folder.At("lib"), sources.FindMember(folder.At("api"), PackageName.Parse("lib")));
    }

    [Fact]
    public void The_root_finds_its_members_and_inherits_nothing()
    {
        var sources = new WorkspaceSources();
        Assert.Empty(sources.InheritedBy(folder.Path));
        Assert.Equal(folder.At("lib"), sources.FindMember(folder.Path, PackageName.Parse("lib")));
    }

    [Theory]
    [InlineData("apart")]
    [InlineData("old")]
    [InlineData("api/vendored")]
    public void What_only_lies_in_the_directory_of_a_workspace_has_none_of_it(string other)
    {
        var sources = new WorkspaceSources();
        Assert.Empty(sources.InheritedBy(folder.At(other)));
        Assert.Null(sources.FindMember(folder.At(other), PackageName.Parse("lib")));
    }
}
