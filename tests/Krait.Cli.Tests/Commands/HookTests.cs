namespace Krait.Cli.Tests.Commands;

/// <summary>`[tool.krait.hooks]`: tasks that are run before the lock is made and after the environment has changed.</summary>
public sealed class HookTests : IDisposable
{
    private readonly CommandLine line = new();

    public HookTests()
    {
        line.Index.Add("amber", "1.0").Add("flint", "2.0");
    }

    public void Dispose() => line.Dispose();

    private void Write(string hooks) =>
        line.Write(
            "pyproject.toml",
            $"""
            [project]
            name = "app"
            version = "1"
            requires-python = ">=3.9"
            dependencies = ["amber"]

            [tool.krait.tasks]
            before = ["sh", "-c", "echo before >> log"]
            after = ["sh", "-c", "echo after $VIRTUAL_ENV >> log"]
            more = ["sh", "-c", "echo more >> log"]
            bad = "false"

            [tool.krait.hooks]
            {hooks}

            """.Replace("[\"sh\", \"-c\", ", "{ run = [[\"sh\", \"-c\", ", StringComparison.Ordinal).Replace(
                " >> log\"]",
                " >> log\"]] }",
                StringComparison.Ordinal
            )
        );

    private string[] Log => File.Exists(line.At("log")) ? File.ReadAllLines(line.At("log")) : [];

    [Theory]
    [InlineData("lock --check")]
    [InlineData("lock --dry-run")]
    [InlineData("sync --dry-run")]
    public async Task They_are_not_run_where_nothing_may_change(string words)
    {
        Write("pre-lock = \"before\"\npost-sync = [\"after\", \"more\"]");
        (await line.TypeAsync("lock")).Succeeded();
        (await line.TypeAsync(words)).Succeeded();
        Assert.Equal(["before"], Log);
    }

    [Fact]
    public async Task They_are_run_where_something_changes()
    {
        Write("pre-lock = \"before\"\npost-sync = [\"after\", \"more\"]");
        (await line.TypeAsync("lock")).Succeeded();
        (await line.TypeAsync("sync")).Succeeded();
        Assert.Equal("before", Log[0]);
        Assert.Contains($"after {line.At(".venv")}", Log);
        Assert.Contains("more", Log);
        (await line.TypeAsync("sync")).Succeeded();
        (await line.TypeAsync("run true")).Succeeded();
        Assert.Equal(3, Log.Length);
        (await line.TypeAsync("add flint")).Succeeded();
        Assert.Equal(6, Log.Length);
        (await line.TypeAsync("remove flint --no-hooks")).Succeeded();
        Assert.Equal(6, Log.Length);
    }

    [Fact]
    public async Task One_that_fails_fails_the_command()
    {
        Write("pre-lock = \"bad\"");
        (await line.TypeAsync("lock")).Failed(1, "the hook `pre-lock` failed");
        (await line.TypeAsync("add flint")).Failed(1, "the hook `pre-lock` failed");
        Assert.False(File.Exists(line.At("pylock.toml")));
        Assert.DoesNotContain("flint", line.Read("pyproject.toml"), StringComparison.Ordinal);
        Write("post-sync = \"bad\"");
        (await line.TypeAsync("sync")).Failed(1, "the hook `post-sync` failed");
        Assert.Equal(["amber==1.0"], await line.InstalledAsync());
    }

    [Theory]
    [InlineData("post-sync = \"nothing\"", "names `nothing`, which is not a task")]
    [InlineData("post-sink = \"after\"", "there is no hook `post-sink`")]
    [InlineData("post-sync = 1", "neither the name of a task nor a list")]
    public async Task One_that_cannot_be_used_is_an_error_before_anything_is_changed(string hooks, string says)
    {
        Write(hooks);
        (await line.TypeAsync("sync")).Failed(2, says, "pyproject.toml");
        Assert.False(Directory.Exists(line.At(".venv")));
        var manifest = line.Read("pyproject.toml");
        (await line.TypeAsync("add flint")).Failed(2, says, "pyproject.toml");
        Assert.False(Directory.Exists(line.At(".venv")));
        Assert.False(File.Exists(line.At("pylock.toml")));
        Assert.Equal(manifest, line.Read("pyproject.toml"));
    }

    [Fact]
    public async Task A_change_of_the_active_environment_is_followed_in_it()
    {
        Write("post-sync = \"after\"");
        (await line.TypeAsync("venv other")).Succeeded();
        line["VIRTUAL_ENV"] = line.At("other");
        (await line.TypeAsync("add flint --active")).Succeeded();
        Assert.Equal([$"after {line.At("other")}"], Log);
    }

    [Fact]
    public async Task Commands_that_a_hook_runs_run_no_hooks()
    {
        Write("post-sync = \"after\"");
        line["KRAIT_IN_HOOK"] = "post-sync";
        (await line.TypeAsync("sync")).Succeeded();
        Assert.Empty(Log);
    }
}
