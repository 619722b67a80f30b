using Krait.Platform.Files;
using Krait.Platform.Locks;

namespace Krait.Cli.Tests.Commands;

/// <summary>`--script`: a script with inline metadata where other commands have a project.</summary>
public sealed class ScriptTests : IDisposable
{
    private const string Script =
        "# /// script\n# requires-python = \">=3.9\"\n# dependencies = [\"amber\"]\n# ///\n"
        + "import importlib.metadata as m\nopen('out', 'w').write(m.version('amber'))\n";

    private readonly CommandLine line = new();

    public ScriptTests()
    {
        line.Index.Add("amber", "1.0", "flint").Add("flint", "2.0");
        line.Write("x.py", Script);
    }

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task Sync_makes_the_environment_of_the_script_and_leaves_the_project_alone()
    {
        line.Write("pyproject.toml", "[project]\nname = \"around\"\nversion = \"1\"\ndependencies = [\"nowhere\"]\n");
        var first = (await line.TypeAsync("sync --script x.py")).Succeeded();
        Assert.Contains("Creating virtual environment at", first.Error, StringComparison.Ordinal);
        Assert.Contains(" + amber==1.0", first.Error, StringComparison.Ordinal);
        Assert.Contains(" + flint==2.0", first.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(line.At(".venv")));
        Assert.False(File.Exists(line.At("pylock.x.toml")));
        Assert.False(File.Exists(line.At("pylock.toml")));
        var again = (await line.TypeAsync("sync --script x.py")).Succeeded();
        Assert.Contains("Using the environment of the script at", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(" + ", again.Error, StringComparison.Ordinal);
        (await line.TypeAsync("run --offline x.py")).Succeeded();
        Assert.Equal("1.0", line.Read("out"));
    }

    [Fact]
    public async Task Sync_takes_the_versions_of_the_lock_and_removes_what_is_no_longer_needed()
    {
        (await line.TypeAsync("lock --script x.py")).Succeeded();
        line.Index.Add("amber", "2.0");
        (await line.TypeAsync("sync --script x.py --locked")).Succeeded();
        (await line.TypeAsync("run x.py")).Succeeded();
        Assert.Equal("1.0", line.Read("out"));
        line.Write("x.py", Script.Replace("\"amber\"", "\"flint\"", StringComparison.Ordinal));
        (await line.TypeAsync("sync --script x.py --locked")).Failed(1, "pylock.x.toml", "krait lock --script x.py");
        var synced = (await line.TypeAsync("sync --script x.py")).Succeeded();
        Assert.Contains(" - amber==1.0", synced.Error, StringComparison.Ordinal);
        (await line.TypeAsync("sync --script x.py --locked")).Succeeded();
    }

    [Fact]
    public async Task A_run_notices_that_sync_has_changed_the_environment()
    {
        (await line.TypeAsync("run x.py")).Succeeded();
        line.Index.Add("amber", "2.0");
        (await line.TypeAsync("sync --script x.py --refresh")).Succeeded();
        (await line.TypeAsync("run x.py")).Succeeded();
        Assert.Equal("2.0", line.Read("out"));
    }

    [Fact]
    public async Task A_run_that_waits_for_the_directory_keeps_nobody_from_the_environment()
    {
        (await line.TypeAsync("lock --script x.py")).Succeeded();
        (await line.TypeAsync("run x.py")).Succeeded();
        var place = Assert.Single(Directory.GetFiles(line.At("../cache"), "x-*.lock", SearchOption.AllDirectories));
        line.Write("x.py", Script.Replace("\"amber\"", "\"amber\", \"flint\"", StringComparison.Ordinal));
        var folder = FolderLock.TryAcquire(line.At("."));
        Assert.NotNull(folder);
        var run = Task.Run(() => line.TypeAsync("run x.py"));
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.False(run.IsCompleted);
        using (var environment = FileLock.TryAcquire(place, LockMode.Exclusive))
            Assert.NotNull(environment);
        folder.Dispose();
        (await run).Succeeded();
    }

    [Theory]
    [InlineData("sync --script x.py --locked", 1, "krait lock --script x.py")]
    [InlineData("sync --script x.py --frozen", 1, "krait lock --script x.py")]
    [InlineData("export --script x.py --frozen", 1, "krait lock --script x.py")]
    [InlineData("tree --script x.py --locked", 1, "krait lock --script x.py")]
    [InlineData("sync --script plain.py", 2, "krait init --script plain.py")]
    [InlineData("sync --script none.py", 2, "none.py")]
    [InlineData("sync --script x.py --package a", 2, "--package")]
    [InlineData("sync --script x.py --group dev", 2, "--group")]
    [InlineData("sync --script x.py --no-install-project", 2, "--no-install-project")]
    [InlineData("export --script x.py --all-packages", 2, "--all-packages")]
    [InlineData("tree --script x.py --no-dev", 2, "--no-dev")]
    public async Task Refuses_what_a_script_does_not_have(string command, int code, string says)
    {
        line.Write("plain.py", "print(1)\n");
        (await line.TypeAsync(command)).Failed(code, says);
    }

    [Fact]
    public async Task Looking_at_a_script_writes_no_lock_and_shows_what_it_needs()
    {
        var tree = (await line.TypeAsync("tree --script x.py")).Succeeded();
        Assert.Equal("amber v1.0\n└── flint v2.0\n", tree.Output);
        var inverted = (await line.TypeAsync("tree --script x.py --invert")).Succeeded();
        Assert.Equal("flint v2.0\n└── amber v1.0\n", inverted.Output);
        var exported = (await line.TypeAsync("export --script x.py --no-hashes --no-header")).Succeeded();
        Assert.Equal("amber==1.0\nflint==2.0\n    # via amber\n", exported.Output);
        Assert.False(File.Exists(line.At("pylock.x.toml")));
        var check = await line.TypeAsync("sync --script x.py --check");
        check.Failed(1, " + amber==1.0");
    }

    [Fact]
    public async Task The_active_environment_is_used_where_it_is_asked_for()
    {
        await line.WithEnvironmentAsync();
        line["VIRTUAL_ENV"] = line.At(".venv");
        (await line.TypeAsync("sync --script x.py")).Succeeded();
        Assert.Empty(await line.InstalledAsync());
        (await line.TypeAsync("sync --script x.py --active")).Succeeded();
        Assert.Equal(["amber==1.0", "flint==2.0"], await line.InstalledAsync());
    }
}
