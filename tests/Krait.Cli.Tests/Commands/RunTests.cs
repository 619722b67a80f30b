namespace Krait.Cli.Tests.Commands;

public sealed class RunTests
{
    private const string Manifest =
        "[project]\nname = \"edited\"\nversion = \"1\"\nrequires-python = \">=3.9\"\ndependencies = [\"amber\"]\n";

    [Fact]
    public async Task The_words_after_the_command_are_its_own()
    {
        using var line = new CommandLine();
        (
            await line.TypeAsync(
                "run",
                "--no-project",
                "sh",
                "-c",
                "printf '%s|' \"$@\" > out",
                "-",
                "--frozen",
                "-v",
                "--",
                "a b"
            )
        ).Succeeded();
        Assert.Equal("--frozen|-v|--|a b|", line.Read("out"));
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("kill -15 $$", 143)]
    public async Task The_exit_code_is_that_of_the_program(string script, int code)
    {
        using var line = new CommandLine();
        Assert.Equal(code, (await line.TypeAsync("run", "--no-project", "sh", "-c", script)).Code);
    }

    [Fact]
    public async Task The_environment_is_synced_and_its_variables_are_set()
    {
        using var line = new CommandLine();
        line.Index.Add("amber", "1.0");
        line.Write("pyproject.toml", Manifest);
        line.Write(".env", "SIZE=4\n");
        (
            await line.TypeAsync(
                "run",
                "--env-file",
                ".env",
                "sh",
                "-c",
                "echo $SIZE $VIRTUAL_ENV $(command -v python) > out"
            )
        ).Succeeded();
        Assert.Equal($"4 {line.At(".venv")} {line.At(".venv/bin/python")}\n", line.Read("out"));
        Assert.Equal(["amber==1.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task A_script_has_an_environment_of_its_own_that_is_used_again()
    {
        using var line = new CommandLine();
        line.Index.Add("amber", "1.0");
        line.Write("pyproject.toml", "broken");
        line.Write(
            "x.py",
            "# /// script\n# dependencies = [\"amber\"]\n# ///\nimport importlib.metadata, sys\nopen('out', 'w').write(importlib.metadata.version('amber') + sys.argv[1])\n"
        );
        (await line.TypeAsync("run x.py !")).Succeeded();
        Assert.Equal("1.0!", line.Read("out"));
        Assert.False(Directory.Exists(line.At(".venv")));
        (await line.TypeAsync("run --offline x.py ?")).Succeeded();
        Assert.Equal("1.0?", line.Read("out"));
        (await line.TypeAsync("run --locked x.py")).Failed(1, "krait lock --script x.py");
    }

    [Fact]
    public async Task Packages_for_one_run_leave_the_environment_as_it_is()
    {
        using var line = new CommandLine();
        line.Index.Add("amber", "1.0").Add("flint", "2.0");
        line.Write("pyproject.toml", Manifest);
        (await line.TypeAsync("sync")).Succeeded();
        const string Script =
            "import importlib.metadata as m; open('out', 'w').write(m.version('amber') + m.version('flint'))";
        (await line.TypeAsync("run", "--with", "flint", "python", "-c", Script)).Succeeded();
        Assert.Equal("1.02.0", line.Read("out"));
        Assert.Equal(["amber==1.0"], await line.InstalledAsync());
        (await line.TypeAsync("run --with nowhere python -c 1")).Failed(1, "nowhere");
    }

    [Theory]
    [InlineData("run", "needs a command")]
    [InlineData("run --no-project no-such-command", "no-such-command")]
    [InlineData("run --env-file none.env sh", "none.env")]
    [InlineData("run --script none.py", "none.py")]
    [InlineData("run --group x sh", "--group")]
    public async Task Refuses_what_cannot_be_run(string command, string says)
    {
        using var line = new CommandLine();
        (await line.TypeAsync(command)).Failed(2, says);
    }
}
