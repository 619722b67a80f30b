using Krait.Testing;

namespace Krait.EndToEnd;

/// <summary>How files come from the cache into an environment: whatever the way, the same tree.</summary>
public sealed class LinkModeTests
{
    [Theory]
    [InlineData("hardlink")]
    [InlineData("copy")]
    [InlineData("clone")]
    [InlineData("symlink")]
    public async Task Every_way_gives_an_environment_that_works_and_can_be_emptied(string mode)
    {
        var python = Machine.RequirePython("3.12");
        using var index = MakeIndex();
        using var sandbox = new Sandbox(new Dictionary<string, string?> { ["KRAIT_INDEX_URL"] = index.Url });
        var venv = await sandbox.VenvAsync(python);
        var empty = Tree.Read(venv);
        var interpreter = $"{venv}/bin/python";

        (await sandbox.KraitAsync("pip", "install", "--python", interpreter, "--link-mode", mode, "app")).Succeeded();

        Assert.Empty(RecordCheck.Problems(venv, empty.Keys));
        Assert.Equal("1\n", (await sandbox.ProgramAsync($"{venv}/bin/app")).Succeeded().Output);
        (await sandbox.KraitAsync("pip", "check", "--python", interpreter)).Succeeded();
        ExpectKind(mode, sandbox, Module(venv));
        Assert.Contains(
            "already satisfied",
            (await sandbox.KraitAsync("pip", "install", "--python", interpreter, "app")).Error
        );

        (await sandbox.KraitAsync("pip", "uninstall", "--python", interpreter, "app")).Succeeded();
        var left = Tree.Read(venv);
        Assert.Equal("", Tree.Differences(empty, left));
    }

    [Theory]
    [InlineData("copy")]
    [InlineData("clone")]
    public async Task What_is_a_file_of_its_own_can_be_edited_without_touching_the_cache(string mode)
    {
        var python = Machine.RequirePython("3.12");
        using var index = MakeIndex();
        using var sandbox = new Sandbox(new Dictionary<string, string?> { ["KRAIT_INDEX_URL"] = index.Url });
        string[] install = ["pip", "install", "--link-mode", mode, "app", "--python"];
        var venv = await sandbox.VenvAsync(python);
        (await sandbox.KraitAsync([.. install, $"{venv}/bin/python"])).Succeeded();
        await File.AppendAllTextAsync(Module(venv), "edited = True\n", TestContext.Current.CancellationToken);
        index.ClearLog();

        var other = await sandbox.VenvAsync(python, "other");
        (await sandbox.KraitAsync([.. install, $"{other}/bin/python", "--offline"])).Succeeded();

        Assert.DoesNotContain(
            "edited",
            await File.ReadAllTextAsync(Module(other), TestContext.Current.CancellationToken)
        );
        Assert.Empty(index.Requests);
    }

    [Fact]
    public async Task Links_into_a_cache_that_goes_away_are_refused()
    {
        var python = Machine.RequirePython("3.12");
        using var index = MakeIndex();
        using var sandbox = new Sandbox(new Dictionary<string, string?> { ["KRAIT_INDEX_URL"] = index.Url });
        var venv = await sandbox.VenvAsync(python);
        var before = Tree.Read(venv);

        var run = await sandbox.KraitAsync(
            "pip",
            "install",
            "--python",
            $"{venv}/bin/python",
            "--link-mode",
            "symlink",
            "--no-cache",
            "app"
        );

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("symbolic links would point into a cache that is removed", run.Error);
        Assert.Equal("", Tree.Differences(before, Tree.Read(venv)));
    }

    private static void ExpectKind(string mode, Sandbox sandbox, string path)
    {
        var target = new FileInfo(path).LinkTarget;
        if (mode is "symlink")
        {
            Assert.StartsWith(sandbox.Cache, target);
            return;
        }

        Assert.Null(target);
        var cached = Directory.GetFiles(sandbox.Cache, "__init__.py", SearchOption.AllDirectories).Single();
        File.AppendAllText(cached, "# seen through\n");
        Assert.Equal(mode is "hardlink", File.ReadAllText(path).Contains("# seen through"));
    }

    private static FakeIndex MakeIndex() =>
        new FakeIndex().Add(
            new WheelBuilder("app", "1.0")
                .File("app/__init__.py", "def run():\n    print(1)\n")
                .File("app/data.txt", new string('x', 100_000))
                .EntryPoints("console_scripts", "app = app:run")
        );

    private static string Module(string venv) =>
        Directory.GetFiles(Path.Combine(venv, "lib"), "__init__.py", SearchOption.AllDirectories).Single();
}
