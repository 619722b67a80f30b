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
}
