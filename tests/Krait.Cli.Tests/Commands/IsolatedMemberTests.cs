namespace Krait.Cli.Tests.Commands;

/// <summary>`isolated-members`: one lock, and an environment for each member.</summary>
public sealed class IsolatedMemberTests : IDisposable
{
    private readonly CommandLine line = new();

    public IsolatedMemberTests()
    {
        line.Index.Add("amber", "1.0").Add("flint", "2.0");
        line.Write(
            "pyproject.toml",
            "[tool.krait]\nisolated-members = true\n[tool.krait.workspace]\nmembers = [\"api\", \"worker\"]\n"
        );
        Member("api", "amber");
        Member("worker", "flint");
    }

    public void Dispose() => line.Dispose();

    private void Member(string name, string requires) =>
        line.Write(
            $"{name}/pyproject.toml",
            $"[project]\nname = \"{name}\"\nversion = \"1\"\nrequires-python = \">=3.9\"\ndependencies = [\"{requires}\"]\n"
        );

    private async Task<string> FreezeAsync(string member) =>
        (await line.TypeAsync($"pip freeze --python {member}/.venv")).Succeeded().Output;

    [Fact]
    public async Task Each_gets_just_what_it_declares()
    {
        (await line.TypeAsync("sync")).Succeeded();
        Assert.Equal("amber==1.0\n", await FreezeAsync("api"));
        Assert.Equal("flint==2.0\n", await FreezeAsync("worker"));
        Assert.False(Directory.Exists(line.At(".venv")));
        Assert.True(File.Exists(line.At("pylock.toml")));
        Assert.False(File.Exists(line.At("api/pylock.toml")));
    }

    [Fact]
    public async Task One_can_be_named_and_the_directory_chooses_it()
    {
        (await line.TypeAsync("sync --package worker")).Succeeded();
        Assert.Equal("flint==2.0\n", await FreezeAsync("worker"));
        Assert.False(Directory.Exists(line.At("api/.venv")));
        (
            await line.TypeAsync(
                "run",
                "--project",
                "api",
                "python",
                "-c",
                "import amber, sys; open('out', 'w').write(sys.prefix)"
            )
        ).Succeeded();
        Assert.Equal(line.At("api/.venv"), line.Read("out"));
        (await line.TypeAsync("add --package api flint")).Succeeded();
        Assert.Equal("amber==1.0\nflint==2.0\n", await FreezeAsync("api"));
        (await line.TypeAsync("run python -c 1")).Failed(
            2,
            "each member of the workspace has an environment of its own",
            "--package"
        );
        (await line.TypeAsync("sync --package nobody")).Failed(2, "nobody");
    }

    [Fact]
    public async Task What_needs_only_an_interpreter_works_at_the_root_of_the_workspace()
    {
        line.Write("api/pyproject.toml", "[project]\nname = \"api\"\nversion = \"1\"\ndependencies = [\"amber\"]\n");
        line.Write(
            "worker/pyproject.toml",
            "[project]\nname = \"worker\"\nversion = \"1\"\ndependencies = [\"flint\"]\n"
        );
        string[] commands =
        [
            "lock",
            "lock --check",
            "tree",
            "export --all-packages",
            "outdated",
            "matrix run --all-groups true",
            "upgrade --all-packages --no-sync",
        ];
        foreach (var command in commands)
            (await line.TypeAsync(command)).Succeeded();
        Assert.False(Directory.Exists(line.At(".venv")));
        var locked = line.Read("pylock.toml");
        var manifest = line.Read("api/pyproject.toml");
        line.Index.Add("amber", "1.5");
        string[] refused = ["upgrade --all-packages --refresh", "run --no-sync true", "sync --package x"];
        foreach (var command in refused)
            Assert.Equal(2, (await line.TypeAsync(command)).Code);
        (await line.TypeAsync("upgrade --all-packages --refresh")).Failed(2, "--package NAME");
        Assert.Equal(locked, line.Read("pylock.toml"));
        Assert.Equal(manifest, line.Read("api/pyproject.toml"));
        Assert.False(Directory.Exists(line.At(".venv")));
    }

    [Fact]
    public async Task Hooks_run_in_the_environments_that_have_changed()
    {
        line.Append("pyproject.toml", "[tool.krait.tasks]\nafter = \"python note.py\"\n");
        line.Append("pyproject.toml", "[tool.krait.hooks]\npost-sync = \"after\"\n");
        line.Write("note.py", "import sys\nopen('log', 'a').write(sys.prefix + '\\n')\n");
        (await line.TypeAsync("sync")).Succeeded();
        Assert.Equal([line.At("api/.venv"), line.At("worker/.venv")], LogLines);
        File.Delete(line.At("log"));
        (await line.TypeAsync("add --package worker amber")).Succeeded();
        Assert.Equal([line.At("worker/.venv")], LogLines);
    }

    private string[] LogLines => File.ReadAllLines(line.At("log"));
}
