namespace Krait.Cli.Tests.Commands;

public sealed class InitTests
{
    [Fact]
    public async Task A_project_is_packaged_with_a_program_unless_told_otherwise()
    {
        using var line = new CommandLine();
        (await line.TypeAsync("init --vcs none --python 3.12 --author-from none tool-box")).Succeeded();
        Assert.Equal("3.12\n", line.Read("tool-box/.python-version"));
        Assert.Contains("def main()", line.Read("tool-box/src/tool_box/__init__.py"), StringComparison.Ordinal);
        Assert.Equal(
            """
            [project]
            name = "tool-box"
            version = "0.1.0"
            description = "Add a description here"
            readme = "README.md"
            requires-python = ">=3.12"
            dependencies = []

            [project.scripts]
            tool-box = "tool_box:main"

            [build-system]
            requires = ["hatchling"]
            build-backend = "hatchling.build"

            """,
            line.Read("tool-box/pyproject.toml")
        );
    }

    [Fact]
    public async Task A_bare_project_is_its_manifest()
    {
        using var line = new CommandLine();
        (await line.TypeAsync("init --bare --python >=3.9,<4 --name My.Lib x")).Succeeded();
        Assert.Equal(["pyproject.toml"], Directory.GetFileSystemEntries(line.At("x")).Select(Path.GetFileName));
        Assert.Equal(
            "[project]\nname = \"my-lib\"\nversion = \"0.1.0\"\nrequires-python = \">=3.9,<4\"\ndependencies = []\n",
            line.Read("x/pyproject.toml")
        );
    }

    [Theory]
    [InlineData("my new  shop ", "my-new-shop")]
    [InlineData("x.y", "x-y")]
    public async Task A_name_is_made_from_that_of_the_directory(string folder, string name)
    {
        using var line = new CommandLine();
        (await line.TypeAsync("init", "--bare", "--python", "3.12", "./" + folder)).Succeeded();
        Assert.Contains($"name = \"{name}\"", line.Read(folder + "/pyproject.toml"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not a name!")]
    [InlineData("_x_")]
    [InlineData("ünï")]
    public async Task A_directory_may_have_a_name_that_no_project_can_have(string folder)
    {
        using var line = new CommandLine();
        (await line.TypeAsync("init", "--python", "3.12", folder)).Failed(2, folder, "krait init --name NAME");
        Assert.False(Directory.Exists(line.At(folder)));
    }

    [Theory]
    [InlineData("hatchling", "hatchling.build")]
    [InlineData("Flit-Core", "flit_core.buildapi")]
    [InlineData("scikit-build-core", "scikit_build_core.build")]
    public async Task A_backend_may_be_called_by_its_package(string name, string module)
    {
        using var line = new CommandLine();
        (await line.TypeAsync($"init --vcs none --python 3.12 --build-backend {name} x")).Succeeded();
        Assert.Contains($"build-backend = \"{module}\"", line.Read("x/pyproject.toml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_are_there_stay_as_they_are()
    {
        using var line = new CommandLine();
        line.Write("x/README.md", "mine");
        line.Write("x/main.py", "print(1)");
        (await line.TypeAsync("init --vcs none --no-package --python 3.12 x")).Succeeded();
        Assert.Equal("mine", line.Read("x/README.md"));
        Assert.Equal("print(1)", line.Read("x/main.py"));
    }

    [Theory]
    [InlineData("hatch")]
    [InlineData("flit")]
    [InlineData("pdm")]
    [InlineData("poetry")]
    [InlineData("setuptools")]
    [InlineData("uv")]
    [InlineData("maturin")]
    [InlineData("scikit")]
    public async Task Every_backend_has_a_manifest_that_can_be_read(string backend)
    {
        using var line = new CommandLine();
        (await line.TypeAsync($"init --vcs none --python 3.12 --lib --build-backend {backend} x")).Succeeded();
        Assert.True(File.Exists(line.At("x/src/x/__init__.py")));
        Assert.True(File.Exists(line.At("x/src/x/py.typed")));
        (await line.TypeAsync("version --short --project x")).Succeeded();
    }

    [Fact]
    public async Task A_project_inside_another_becomes_a_member()
    {
        using var line = new CommandLine();
        line.Write(
            "pyproject.toml",
            "# root\n[project]\nname = \"root\"\nversion = \"1\"\nrequires-python = \">=3.10\"\n"
        );
        (await line.TypeAsync("init --bare parts/b")).Succeeded();
        (await line.TypeAsync("init --bare parts/a")).Succeeded();
        (await line.TypeAsync("init --bare --no-workspace parts/c")).Succeeded();
        Assert.EndsWith(
            "\n[tool.krait.workspace]\nmembers = [\n    \"parts/a\",\n    \"parts/b\",\n]\n",
            line.Read("pyproject.toml"),
            StringComparison.Ordinal
        );
        Assert.Contains("requires-python = \">=3.10\"", line.Read("parts/a/pyproject.toml"), StringComparison.Ordinal);
        Assert.False(File.Exists(line.At("parts/a/.python-version")));
    }

    [Fact]
    public async Task A_member_that_a_pattern_covers_changes_nothing_in_the_root()
    {
        using var line = new CommandLine();
        const string Root =
            "[project]\nname = \"root\"\nversion = \"1\"\n[tool.uv.workspace]\nmembers = [\"parts/*\"]\nexclude = [\"parts/x*\"]\n";
        line.Write("pyproject.toml", Root);
        (await line.TypeAsync("init --bare --python 3.12 parts/a")).Succeeded();
        var excluded = (await line.TypeAsync("init --bare --python 3.12 parts/xa")).Succeeded();
        Assert.Contains("excluded", excluded.Error, StringComparison.Ordinal);
        Assert.Equal(Root, line.Read("pyproject.toml"));
    }

    [Fact]
    public async Task Scripts_get_metadata_once()
    {
        using var line = new CommandLine();
        line.Write("old.py", "#!/usr/bin/env python\nprint(1)\n");
        (await line.TypeAsync("init --script --python 3.12 old.py")).Succeeded();
        Assert.Equal(
            "#!/usr/bin/env python\n# /// script\n# requires-python = \">=3.12\"\n# dependencies = []\n# ///\n\nprint(1)\n",
            line.Read("old.py")
        );
        (await line.TypeAsync("init --script --python 3.12 old.py")).Failed(2, "old.py", "krait add --script");
        (await line.TypeAsync("init --script --bare --python 3.12 sub/new.py")).Succeeded();
        Assert.StartsWith("# /// script\n", line.Read("sub/new.py"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("init --app --lib x", "`--app` and `--lib`")]
    [InlineData("init --no-package --build-backend hatch x", "--build-backend")]
    [InlineData("init --script", "path")]
    [InlineData("init --vcs svn x", "svn")]
    [InlineData("init --name a!b x", "a!b")]
    public async Task Refuses_what_cannot_be_created(string command, string says)
    {
        using var line = new CommandLine();
        (await line.TypeAsync(command)).Failed(2, says);
        Assert.Empty(Directory.GetFileSystemEntries(line.At(".")));
    }

    [Fact]
    public async Task A_project_that_is_there_is_not_overwritten()
    {
        using var line = new CommandLine();
        line.Write("x/pyproject.toml", "kept");
        (await line.TypeAsync("init --python 3.12 x")).Failed(2, "pyproject.toml");
        Assert.Equal("kept", line.Read("x/pyproject.toml"));
    }
}
