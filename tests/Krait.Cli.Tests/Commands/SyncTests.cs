using System.Text.Json;
using Krait.Resolver.Reporting;
using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

public sealed class SyncTests : IDisposable
{
    private readonly CommandLine line = new();

    public SyncTests() => line.Index.Add("app", "1.0", "lib").Add("lib", "1.0").Add("lib", "1.1").Add("tool", "3.0");

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task Makes_the_environment_hold_what_the_usual_file_lists()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip sync")).Failed(2, "requirements.txt");
        line.Write("requirements.txt", "tool==3.0\n");
        (await line.TypeAsync("pip install app")).Succeeded();
        (await line.TypeAsync("pip sync -n")).Failed(1, "- app==1.0", "+ tool==3.0");
        Assert.Equal(["app==1.0", "lib==1.1"], await line.InstalledAsync());
        (await line.TypeAsync("pip sync")).Succeeded();
        Assert.Equal(["tool==3.0"], await line.InstalledAsync());
        (await line.TypeAsync("pip sync --dry-run")).Succeeded();
    }

    [Theory]
    [InlineData("y", true)]
    [InlineData("YES", true)]
    [InlineData("", false)]
    [InlineData("n", false)]
    [InlineData(null, false)]
    public async Task Asks_before_it_changes_anything(string? typed, bool agrees)
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "tool==3.0\n");
        (await line.TypeAsync("pip install app")).Succeeded();
        if (typed is not null)
            line.Typed.Enqueue(typed);
        var answer = await line.TypeAsync("pip sync --ask");
        Assert.Contains("- app==1.0", answer.Error, StringComparison.Ordinal);
        Assert.Contains("Do this? [y/N]", answer.Error, StringComparison.Ordinal);
        Assert.Equal(agrees ? 0 : 1, answer.Code);
        Assert.Equal(agrees ? ["tool==3.0"] : ["app==1.0", "lib==1.1"], await line.InstalledAsync());
    }

    [Fact]
    public async Task Asks_nothing_where_there_is_nothing_to_do()
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "tool==3.0\n");
        (await line.TypeAsync("pip sync")).Succeeded();
        var answer = (await line.TypeAsync("pip sync -a")).Succeeded();
        Assert.DoesNotContain("[y/N]", answer.Error, StringComparison.Ordinal);
        line.Write("requirements.txt", "missing==3.0\n");
        Assert.DoesNotContain("[y/N]", (await line.TypeAsync("pip sync -a")).Failed(1, "missing").Error);
    }

    [Fact]
    public async Task Lists_changes_for_programs()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install lib==1.0")).Succeeded();
        line.Write("requirements.txt", "lib==1.1\n");
        var dry = await line.TypeAsync("pip sync --dry-run --output-format json");
        Assert.Equal(["uninstalled lib 1.0", "installed lib 1.1"], ChangesIn(dry, isDryRun: true));
        line.Typed.Enqueue("y");
        var done = await line.TypeAsync("pip sync --ask --output-format json");
        Assert.Equal(["uninstalled lib 1.0", "installed lib 1.1"], ChangesIn(done, isDryRun: false));
        Assert.Empty(ChangesIn(await line.TypeAsync("pip sync --output-format json"), isDryRun: false));
        var added = await line.TypeAsync("pip install --output-format json tool");
        Assert.Equal(["installed tool 3.0"], ChangesIn(added, isDryRun: false));
        var again = await line.TypeAsync("pip install --output-format json --reinstall-package tool tool");
        Assert.Equal(["uninstalled tool 3.0", "installed tool 3.0"], ChangesIn(again, isDryRun: false));
        Assert.Equal("", (await line.TypeAsync("pip install --output-format json missing")).Failed(1).Output);
    }

    private static string[] ChangesIn(Answer answer, bool isDryRun)
    {
        var list = JsonDocument.Parse(answer.Output).RootElement;
        Assert.Equal(isDryRun, list.GetProperty("dry_run").GetBoolean());
        return
        [
            .. list.GetProperty("changes")
                .EnumerateArray()
                .Select(change =>
                    $"{change.GetProperty("action")} {change.GetProperty("name")} {change.GetProperty("version")}"
                ),
        ];
    }

    [Fact]
    public async Task Joins_files_and_refuses_two_lines_on_a_package()
    {
        await line.WithEnvironmentAsync();
        line.Write("a.txt", "tool==3.0\nlib==1.0\n");
        line.Write("b.txt", "tool==3.0\nlib==1.1\n");
        (await line.TypeAsync("pip sync a.txt b.txt")).Failed(2, "`lib`", "a.txt", "b.txt");
        (await line.TypeAsync("pip sync a.txt b.txt --force")).Succeeded();
        Assert.Equal(["lib==1.1", "tool==3.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task Refuses_a_source_and_a_pin_that_a_constraint_excludes()
    {
        await line.WithEnvironmentAsync();
        line.Write("a.in", "tool==3.0\n");
        (await line.TypeAsync("pip sync a.in")).Failed(2, "`a.in`", "krait pip compile");
        (await line.TypeAsync("pip sync a.in --force")).Succeeded();
        line.Write("c.txt", "tool<3\n");
        line.Write("a.txt", "tool==3.0\n");
        (await line.TypeAsync("pip sync a.txt -c c.txt")).Failed(1, "`tool==3.0`", "`tool<3`", "c.txt");
    }

    [Fact]
    public async Task Takes_a_pin_without_local_label_for_the_highest_version_that_has_one_and_fits()
    {
        line.Index.Add("local", "1.0").Add("local", "1.0+a").Add("local", "1.0+b").Add("local", "1.0.post1");
        line.Index.Add(new WheelBuilder("local", "1.0+c") { Tags = "cp27-cp27m-win32" });
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "local==1.0\n");
        (await line.TypeAsync("pip sync")).Succeeded();
        Assert.Equal(["local==1.0+b"], await line.InstalledAsync());
        (await line.TypeAsync("pip sync --dry-run")).Succeeded();
        line.Write("requirements.txt", "local==1.0+a\n");
        (await line.TypeAsync("pip sync")).Succeeded();
        Assert.Equal(["local==1.0+a"], await line.InstalledAsync());
        line.Write("requirements.txt", "local==1.0.post2\n");
        (await line.TypeAsync("pip sync")).Failed(1, "there is no version 1.0.post2");
    }

    [Fact]
    public async Task Empties_an_environment_only_when_told()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install tool")).Succeeded();
        line.Write("requirements.txt", "# nothing\n");
        (await line.TypeAsync("pip sync requirements.txt")).Failed(2, "--allow-empty-requirements");
        (await line.TypeAsync("pip sync requirements.txt --allow-empty-requirements")).Succeeded();
        Assert.Empty(await line.InstalledAsync());
    }

    [Fact]
    public async Task Keeps_the_seeds_of_an_environment_that_another_tool_made()
    {
        line.Index.Add("pip", "26.0").Add("wheel", "1.0");
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install pip wheel app")).Succeeded();
        line.Write("requirements.txt", "tool==3.0\n");
        var configuration = line.Read(".venv/pyvenv.cfg");
        var foreign = configuration.Split('\n').Where(text => !text.StartsWith("krait", StringComparison.Ordinal));
        line.Write(".venv/pyvenv.cfg", string.Join('\n', foreign));
        var answer = (await line.TypeAsync("pip sync requirements.txt -v")).Succeeded();
        Assert.Contains("kept pip==26.0", answer.Error);
        Assert.Equal(["pip==26.0", "tool==3.0", "wheel==1.0"], await line.InstalledAsync());
        line.Write(".venv/pyvenv.cfg", configuration);
        (await line.TypeAsync("pip sync requirements.txt")).Succeeded();
        Assert.Equal(["tool==3.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task Takes_extras_and_groups_from_a_lock_file()
    {
        await line.WithEnvironmentAsync();
        line.Write(
            "pylock.toml",
            $"""
            lock-version = "1.0"
            created-by = "someone"
            extras = ["more"]
            dependency-groups = ["dev"]

            {Locked("app", "1.0", "")}
            {Locked("tool", "3.0", "'more' in extras")}
            {Locked("lib", "1.0", "'dev' in dependency_groups")}
            """
        );
        (await line.TypeAsync("pip sync pylock.toml")).Succeeded();
        Assert.Equal(["app==1.0"], await line.InstalledAsync());
        (await line.TypeAsync("pip sync pylock.toml --extra more --group dev")).Succeeded();
        Assert.Equal(["app==1.0", "lib==1.0", "tool==3.0"], await line.InstalledAsync());
        (await line.TypeAsync("pip sync pylock.toml --all-extras")).Succeeded();
        Assert.Equal(["app==1.0", "tool==3.0"], await line.InstalledAsync());
        (await line.TypeAsync("pip sync pylock.toml --extra none")).Failed(2, "none");
    }

    private string Locked(string name, string version, string marker)
    {
        var file = $"{name}-{version}-py3-none-any.whl";
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(line.Index.Content(file)));
        return $$"""
            [[packages]]
            name = "{{name}}"
            version = "{{version}}"
            {{(marker.Length == 0 ? "" : $"marker = \"{marker}\"")}}
            wheels = [{ url = "{{line.Index.FileUrl(file)}}", hashes = { sha256 = "{{digest}}" } }]
            """;
    }

    [Fact]
    public async Task Fills_a_plain_folder_with_exactly_the_set()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install tool")).Succeeded();
        line.Write("a.txt", "lib==1.0\n");
        (await line.TypeAsync("pip sync a.txt --target out")).Succeeded();
        Assert.True(Directory.Exists(line.At("out/lib-1.0.dist-info")));
        Assert.Equal(["tool==3.0"], await line.InstalledAsync());
        line.Write("a.txt", "tool==3.0\n");
        (await line.TypeAsync("pip sync a.txt --target out")).Succeeded();
        Assert.False(Directory.Exists(line.At("out/lib-1.0.dist-info")));
    }

    [Fact]
    public async Task Looks_for_what_does_not_fit_when_strict()
    {
        await line.WithEnvironmentAsync();
        line.Write("a.txt", "app==1.0\n");
        (await line.TypeAsync("pip sync a.txt --strict")).Failed(1, "lib");
        (await line.TypeAsync("pip sync a.txt --strict")).Failed(1, "lib");
        (await line.TypeAsync("pip sync a.txt")).Succeeded();
    }

    [Fact]
    public async Task Does_not_take_wheels_that_are_forbidden_or_too_new()
    {
        line.Index.Add(new WheelBuilder("fresh", "1.0"), uploaded: DateTimeOffset.UtcNow.AddHours(-1));
        await line.WithEnvironmentAsync();
        line.Write("a.txt", "tool==3.0\n");
        (await line.TypeAsync("pip sync a.txt --no-binary tool")).Failed(1, "`tool==3.0`", "--no-binary");
        line.Write("b.txt", "fresh==1.0\n");
        (await line.TypeAsync("pip", "sync", "b.txt", "--exclude-newer", "2 days")).Failed(1, "fresh");
        (await line.TypeAsync("pip", "sync", "b.txt", "--exclude-newer", "30 minutes")).Succeeded();
    }

    [Fact]
    public async Task Leaves_the_choice_among_extras_that_exclude_each_other_to_who_installs()
    {
        await line.WithEnvironmentAsync();
        line.Write(
            "pyproject.toml",
            """
            [project]
            name = "me"
            version = "1"
            requires-python = ">=3.9"
            dependencies = ["tool ; sys_platform != 'amiga'"]
            [project.optional-dependencies]
            old = ["lib==1.0"]
            new = ["lib==1.1"]
            [tool.krait]
            conflicts = [[{ extra = "old" }, { extra = "new" }]]
            """
        );
        const string Compile = "pip compile pyproject.toml --all-extras --universal";
        (await line.TypeAsync(Compile)).Failed(1, "`new` and `old` cannot be used together", "--format pylock.toml");
        (await line.TypeAsync($"{Compile} -o pylock.toml")).Succeeded();
        var text = line.Read("pylock.toml");
        Assert.Contains("extras = [\"new\", \"old\"]", text);
        Assert.DoesNotContain("extra ==", text);
        Assert.Contains("marker = \"sys_platform != 'amiga'\"", text);
        (await line.TypeAsync($"{Compile} -o pylock.toml")).Succeeded();
        Assert.Equal(text, line.Read("pylock.toml"));

        (await line.TypeAsync("pip sync pylock.toml")).Succeeded();
        Assert.Equal(["tool==3.0"], await line.InstalledAsync());
        (await line.TypeAsync("pip sync pylock.toml --extra old")).Succeeded();
        Assert.Equal(["lib==1.0", "tool==3.0"], await line.InstalledAsync());
        (await line.TypeAsync("pip sync pylock.toml --extra new")).Succeeded();
        Assert.Equal(["lib==1.1", "tool==3.0"], await line.InstalledAsync());
        (await line.TypeAsync("pip sync pylock.toml --all-extras")).Failed(2, "more than one `lib`");
        (await line.TypeAsync("pip compile pyproject.toml --extra old --universal")).Succeeded();
    }

    [Fact]
    public async Task Installs_from_its_own_output_what_comes_from_elsewhere_than_an_index()
    {
        await line.WithEnvironmentAsync();
        line.WriteWheel(new WheelBuilder("own", "1.0"));
        Directory.CreateDirectory(line.At("links"));
        Directory.CreateDirectory(line.At("out"));
        var linked = new WheelBuilder("linked", "1.0");
        File.Move(line.WriteWheel(linked), line.At("links/" + linked.FileName));
        var remote = line.Index.FileUrl("tool-3.0-py3-none-any.whl");
        line.Write("a.in", $"./own-1.0-py3-none-any.whl\ntool @ {remote}#egg=tool\nlinked\n");
        string[] all = ["linked==1.0", "own @ file://", "tool @ http://"];

        (await line.TypeAsync("pip compile a.in -o out/pylock.toml --find-links links")).Succeeded();
        var text = line.Read("out/pylock.toml");
        Assert.Contains("archive = { path = \"../own-1.0-py3-none-any.whl\", hashes = { sha256 = ", text);
        Assert.Contains($"archive = {{ url = \"{remote}\", hashes = {{ sha256 = ", text);
        Assert.DoesNotContain("hashes = {}", text);
        Assert.DoesNotContain("hashes = { }", text);
        (await line.TypeAsync("pip sync out/pylock.toml")).Succeeded();
        Assert.All((await line.InstalledAsync()).Zip(all), pair => Assert.StartsWith(pair.Second, pair.First));

        (await line.TypeAsync("pip compile a.in -o a.txt --find-links links --generate-hashes")).Succeeded();
        Assert.Equal(3, line.Read("a.txt").Split("--hash=sha256:").Length - 1);
        (await line.TypeAsync("pip sync a.txt --find-links links --require-hashes --reinstall")).Succeeded();
        Assert.All((await line.InstalledAsync()).Zip(all), pair => Assert.StartsWith(pair.Second, pair.First));
    }

    [Fact]
    public async Task Reads_the_files_of_an_index_that_states_no_hashes()
    {
        line.Index.HasHashes = false;
        line.Write("a.in", "tool\n");
        (await line.TypeAsync("pip compile a.in -o pylock.toml")).Succeeded();
        var file = "tool-3.0-py3-none-any.whl";
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(line.Index.Content(file)));
        Assert.Contains($"hashes = {{ sha256 = \"{digest}\" }}", line.Read("pylock.toml"));
        var hashed = await line.TypeAsync("pip compile a.in --generate-hashes");
        Assert.Contains($"--hash=sha256:{digest}", hashed.Succeeded().Output);
    }
}
