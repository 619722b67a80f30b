using System.Diagnostics;

namespace Krait.Cli.Tests.Commands;

/// <summary>`pip install -e git+…`: the clone stays in `src`, and is never changed where work could be lost.</summary>
public sealed class EditableRepositoryTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    private string Url => $"git+file://{line.At("repository")}";

    private void Git(string folder, params string[] words)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = line.At(folder), RedirectStandardOutput = true };
        foreach (var word in (string[])["-c", "user.name=a", "-c", "user.email=a@example.com", .. words])
            start.ArgumentList.Add(word);
        using var process = Process.Start(start)!; // git is needed
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private void Commit(string version)
    {
        const string Editable = """

            build_editable = build_wheel
            """;
        new SmallProject("demo", version) { Log = line.At("hooks.log"), Extra = Editable }.WriteTo(
            line.At("repository")
        );
        if (!Directory.Exists(line.At("repository/.git")))
            Git("repository", "init", "-q", "-b", "main");
        Git("repository", "add", "-A");
        Git("repository", "commit", "-qm", version);
        Git("repository", "tag", $"v{version}");
    }

    [Fact]
    public async Task The_clone_stays_in_the_environment_and_is_frozen_as_such()
    {
        await line.WithEnvironmentAsync();
        Commit("1.0");
        Commit("2.0");
        (await line.TypeAsync("pip", "install", "-e", $"{Url}#egg=demo")).Succeeded();
        Assert.True(File.Exists(line.At(".venv/src/demo/backend.py")));
        var frozen = Assert.Single(await line.InstalledAsync());
        Assert.StartsWith($"-e {Url}@", frozen, StringComparison.Ordinal);
        Assert.EndsWith("#egg=demo", frozen, StringComparison.Ordinal);
        // What was frozen installs the same again.
        (await line.TypeAsync("pip", "install", "-e", frozen[3..])).Succeeded();
        Assert.Equal([frozen], await line.InstalledAsync());
        (await line.TypeAsync("pip", "install", "-e", $"{Url}@v1.0#egg=demo")).Succeeded();
        Assert.Contains(
            "demo 1.0",
            (await line.TypeAsync("pip list --format columns")).Output.Replace("   ", "", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("#egg=demo")]
    [InlineData("@main#egg=demo")]
    [InlineData("")]
    public async Task A_compiled_file_pins_the_commit_and_clones_it(string rest)
    {
        await line.WithEnvironmentAsync();
        Commit("1.0");
        line.Write("a.in", $"-e {Url}{rest}\n");
        (await line.TypeAsync("pip compile a.in -o pins.txt --no-header --no-annotate")).Succeeded();
        var pins = line.Read("pins.txt");
        Assert.Matches(@"^-e git\+file://\S+/repository@[0-9a-f]{40}#egg=demo\n$", pins);
        Commit("2.0");
        (await line.TypeAsync("pip install -r pins.txt")).Succeeded();
        Assert.Equal([pins.TrimEnd()], await line.InstalledAsync());
    }

    [Fact]
    public async Task A_lock_of_this_machine_has_the_clone_and_one_of_many_the_commit()
    {
        Commit("1.0");
        (await line.TypeAsync("pip", "lock", "-e", $"{Url}#egg=demo")).Succeeded();
        Assert.Contains(
            "directory = { path = \"src/demo\", editable = true }",
            line.Read("pylock.toml"),
            StringComparison.Ordinal
        );
        Assert.True(File.Exists(line.At("src/demo/backend.py")));
        line.Write("a.in", $"-e {Url}#egg=demo\n");
        var many = (await line.TypeAsync("pip compile a.in --format pylock.toml")).Succeeded();
        Assert.Contains("commit-id = ", many.Output, StringComparison.Ordinal);
        Assert.Contains("`demo` is locked as a commit", many.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--src there")]
    [InlineData("--source-dir=there")]
    public async Task The_place_can_be_chosen(string option)
    {
        await line.WithEnvironmentAsync();
        Commit("1.0");
        (await line.TypeAsync(["pip", "install", .. option.Split(' '), "-e", $"demo @ {Url}"])).Succeeded();
        Assert.True(File.Exists(line.At("there/demo/backend.py")));
    }

    [Fact]
    public async Task Work_in_the_clone_is_never_lost()
    {
        await line.WithEnvironmentAsync();
        Commit("1.0");
        (await line.TypeAsync("pip", "install", "-e", $"{Url}#egg=demo")).Succeeded();
        Commit("2.0");
        line.Append(".venv/src/demo/backend.py", "# mine\n");
        var install = (string[])["pip", "install", "-e", $"{Url}#egg=demo"];
        (await line.TypeAsync(install)).Failed(1, "changes that are not committed", "--exists-action");
        Git(".venv/src/demo", "commit", "-qam", "mine");
        (await line.TypeAsync(install)).Failed(1, "commits of its own");
        (await line.TypeAsync([.. install, "--exists-action", "i"])).Succeeded();
        Assert.EndsWith("# mine\n", line.Read(".venv/src/demo/backend.py"), StringComparison.Ordinal);
        (await line.TypeAsync([.. install, "--exists-action", "a"])).Failed(1, "stays as it is");
        (await line.TypeAsync([.. install, "--exists-action", "b"])).Succeeded();
        Assert.EndsWith("# mine\n", line.Read(".venv/src/demo.bak/backend.py"), StringComparison.Ordinal);
        Assert.DoesNotContain("# mine", line.Read(".venv/src/demo/backend.py"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_repository_at_the_place_is_asked_about()
    {
        await line.WithEnvironmentAsync();
        Commit("1.0");
        line.Write(".venv/src/demo/note", "mine");
        var install = (string[])["pip", "install", "-e", $"{Url}#egg=demo"];
        (await line.TypeAsync(install)).Failed(1, "not a clone");
        (await line.TypeAsync([.. install, "--exists-action", "s", "--exists-action", "w"])).Succeeded();
        Git(".", "clone", "-q", line.At("repository"), line.At("second"));
        var other = (string[])["pip", "install", "-e", $"git+file://{line.At("second")}#egg=demo"];
        (await line.TypeAsync(other)).Failed(1, "it is a clone of");
        line["PIP_EXISTS_ACTION"] = "s";
        (await line.TypeAsync(other)).Succeeded();
        Assert.Contains("/second@", Assert.Single(await line.InstalledAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_clones_nothing_and_a_name_is_needed()
    {
        await line.WithEnvironmentAsync();
        Commit("1.0");
        (await line.TypeAsync("pip", "install", "--dry-run", "-e", $"{Url}#egg=demo")).Succeeded();
        Assert.False(Directory.Exists(line.At(".venv/src")));
        (await line.TypeAsync("pip", "install", "-e", Url)).Failed(2, "does not say the name", "#egg=NAME");
        (await line.TypeAsync("pip", "install", "-e", $"{Url}@nowhere#egg=demo")).Failed(1, "nowhere");
        Assert.False(Directory.Exists(line.At(".venv/src/demo")));
    }
}
