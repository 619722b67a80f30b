using Krait.Cli.Settings;
using Krait.Platform.Files;

namespace Krait.Cli.Tests.Commands;

/// <summary>`pip lock`, `config`, `cache` and `debug`, in the shapes of pip's own output.</summary>
public sealed class PipSurfaceTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    private string UserFile =>
        Path.Combine(Path.GetDirectoryName(line.At("."))!, "..", "home", ".config", "pip", "pip.conf");

    [Fact]
    public async Task Lock_names_one_file_for_each_package()
    {
        await line.WithEnvironmentAsync();
        line.Index.Add("amber", "1.0", "flint").Add("flint", "2.0").Add("flint", "1.0");
        new SmallProject("demo", "1.0")
        {
            Log = line.At("hooks.log"),
            Extra = "\n\nbuild_editable = build_wheel\n",
        }.WriteTo(line.At("demo"));
        line.Write("r.txt", "amber\n");
        (await line.TypeAsync("pip lock -r r.txt -e demo")).Succeeded();
        var text = line.Read("pylock.toml");
        Assert.StartsWith("lock-version = \"1.0\"\ncreated-by = \"krait\"\n", text, StringComparison.Ordinal);
        Assert.Contains("name = \"flint\"\nversion = \"2.0\"", text, StringComparison.Ordinal);
        Assert.Contains("directory = { path = \"demo\", editable = true }", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("sha256 = ").Length - 1);
        (await line.TypeAsync("pip install -r pylock.toml")).Succeeded();
        Assert.Equal(3, (await line.InstalledAsync()).Length);
        var output = (await line.TypeAsync("pip lock amber --no-deps -o -")).Succeeded();
        Assert.DoesNotContain("flint", output.Output, StringComparison.Ordinal);
        var warned = (await line.TypeAsync("pip lock amber -o other.toml")).Succeeded();
        Assert.Contains("`other.toml` is not a name that lock files have", warned.Error, StringComparison.Ordinal);
        (await line.TypeAsync("pip lock")).Failed(2, "nothing to lock");
        (await line.TypeAsync("pip lock nowhere -o none.toml")).Failed(1, "nowhere");
        Assert.False(File.Exists(line.At("none.toml")));
    }

    [Fact]
    public async Task Config_reads_and_writes_pips_own_files()
    {
        var set = (await line.TypeAsync("pip config set global.index_url https://one.example/simple")).Succeeded();
        Assert.StartsWith("Writing to ", set.Output, StringComparison.Ordinal);
        (await line.TypeAsync("pip config set install.no-deps true")).Succeeded();
        Assert.Equal(
            "https://one.example/simple\n",
            (await line.TypeAsync("pip config get global.index-url")).Succeeded().Output
        );
        (await line.TypeAsync("pip config unset install.no_deps")).Succeeded();
        (await line.TypeAsync("pip config unset install.no_deps")).Failed(1, "no such key");
        (await line.TypeAsync("pip config get install.no-deps")).Failed(1, "no such key");
    }

    [Fact]
    public async Task Config_shows_files_and_variables_together()
    {
        (await line.TypeAsync("pip config set global.index_url https://one.example/simple")).Succeeded();
        (await line.TypeAsync("pip config set install.no-deps true")).Succeeded();
        line["PIP_TIMEOUT"] = "5";
        var list = (await line.TypeAsync("pip config --user list")).Succeeded();
        Assert.Equal(
            "global.index-url='https://one.example/simple'\ninstall.no-deps='true'\n:env:.timeout='5'\n",
            list.Output
        );
        var debug = (await line.TypeAsync("pip config debug")).Succeeded().Output;
        Assert.StartsWith("env_var:\n  PIP_TIMEOUT='5'\nenv:\nglobal:\n", debug, StringComparison.Ordinal);
        Assert.Contains(
            "pip.conf, exists: True\n    global.index-url: https://one.example/simple\n",
            debug,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("get timeout", "global.timeout")]
    [InlineData("", "debug, edit, get, list, set, unset")]
    [InlineData("set one", "KEY and VALUE")]
    [InlineData("--user --global list", "exactly one file")]
    [InlineData("--site set global.timeout 1", "no environment is active")]
    public async Task Config_says_what_is_wrong_with_a_command(string words, string says) =>
        (await line.TypeAsync("pip config " + words)).Failed(1, says);

    [Fact]
    public async Task Configuration_values_over_several_lines_go_as_a_whole()
    {
        const string Text =
            "[global]\nextra-index-url =\n    https://one.example\n\n# another\n    https://two.example\n"
            + "timeout = 3\n";
        line["PIP_CONFIG_FILE"] = line.Write("pip.conf", Text);
        (await line.TypeAsync("pip config set global.extra-index-url https://three.example")).Succeeded();
        Assert.Equal("[global]\nextra-index-url = https://three.example\ntimeout = 3\n", line.Read("pip.conf"));
        line.Write("pip.conf", Text);
        (await line.TypeAsync("pip config unset global.extra-index-url")).Succeeded();
        Assert.Equal("[global]\ntimeout = 3\n", line.Read("pip.conf"));
    }

    [Fact]
    public async Task Config_changes_the_file_that_is_named()
    {
        var file = line.Write("own.conf", "[global]\n# why\ntimeout = 3\n");
        line["PIP_CONFIG_FILE"] = file;
        (await line.TypeAsync("pip config set global.timeout 4")).Succeeded();
        Assert.Equal("[global]\n# why\ntimeout = 4\n", line.Read("own.conf"));
        (await line.TypeAsync("pip config edit --editor cat")).Succeeded();
        (await line.TypeAsync("pip config edit --editor false")).Failed(1, "exit code 1");
        line["PIP_CONFIG_FILE"] = "/dev/null";
        (await line.TypeAsync("pip config set global.timeout 4")).Failed(1, "/dev/null");
    }

    [Theory]
    [InlineData("", "[a]\nx = 1\n")]
    [InlineData("[a]\n\n[b]\ny = 2\n", "[a]\nx = 1\n\n[b]\ny = 2\n")]
    [InlineData("[b]\ny = 2\n", "[b]\ny = 2\n\n[a]\nx = 1\n")]
    [InlineData("[a]\nX = one\n  two\n# last\n", "[a]\nx = 1\n# last\n")]
    [InlineData("[a]\r\n; c\r\nw=0\r\n", "[a]\r\n; c\r\nw=0\r\nx = 1\r\n")]
    public void A_value_is_set_and_the_rest_of_the_file_stays(string before, string after)
    {
        var editor = new IniEditor(before);
        editor.Set("a", "x", "1");
        Assert.Equal(after, editor.Text);
        Assert.True(editor.Unset("a", "x"));
        Assert.False(editor.Unset("a", "x"));
        Assert.DoesNotContain("x = 1", editor.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*-1.*.whl", "amber-1.0-py3-none-any.whl", true)]
    [InlineData("a?ber-*.whl", "amber-1.0-py3-none-any.whl", true)]
    [InlineData("[!b-z]mber-*.whl", "amber-1.0-py3-none-any.whl", true)]
    [InlineData("[b-z]mber-*.whl", "amber-1.0-py3-none-any.whl", false)]
    [InlineData("amber", "amber-1.0-py3-none-any.whl", false)]
    public void Patterns_are_those_of_fnmatch(string pattern, string name, bool matches) =>
        Assert.Equal(matches, GlobPattern.MatchesName(pattern, name));

    [Fact]
    public async Task Cache_lists_and_removes_the_wheels_that_were_built()
    {
        await line.WithEnvironmentAsync();
        var none = (await line.TypeAsync("pip cache list")).Succeeded();
        Assert.Equal("No locally built wheels cached.\n", none.Output);
        foreach (var name in (string[])["demo", "other"])
        {
            new SmallProject(name, "1.0") { Log = line.At("hooks.log") }.WriteTo(line.At(name));
            (await line.TypeAsync($"pip install ./{name}")).Succeeded();
        }

        var list = (await line.TypeAsync("pip cache list")).Succeeded().Output;
        Assert.Matches(
            @"^Cache contents:\n\n - demo-1.0-py3-none-any.whl \(.* (kB|bytes)\)\n - other-1.0-py3-none-any.whl \(.*\)\n$",
            list
        );
        var paths = (await line.TypeAsync("pip cache list demo --format abspath")).Succeeded().Output;
        Assert.EndsWith("/demo-1.0-py3-none-any.whl\n", paths, StringComparison.Ordinal);
        Assert.Contains(
            "Number of locally built wheels: 2\n",
            (await line.TypeAsync("pip cache info")).Succeeded().Output
        );
        var removed = (await line.TypeAsync("pip cache remove demo-1*")).Succeeded();
        Assert.StartsWith("Files removed: 1 (", removed.Output, StringComparison.Ordinal);
        var again = (await line.TypeAsync("pip cache remove demo")).Succeeded();
        Assert.Contains("no matching packages", again.Error, StringComparison.Ordinal);
        Assert.Equal("Files removed: 0 (0 bytes)\nDirectories removed: 0\n", again.Output);
        // What was removed is built again.
        (await line.TypeAsync("pip install --force-reinstall ./demo")).Succeeded();
        (await line.TypeAsync("pip cache purge")).Succeeded();
        Assert.Equal("No locally built wheels cached.\n", (await line.TypeAsync("pip cache list")).Output);
    }

    [Theory]
    [InlineData("", "dir, info, list, purge, remove")]
    [InlineData("remove", "needs a pattern")]
    [InlineData("dir x", "too many arguments")]
    [InlineData("list --no-cache-dir", "disabled")]
    public async Task Cache_says_what_is_wrong_with_a_command(string words, string says) =>
        (await line.TypeAsync("pip cache " + words)).Failed(1, says);

    [Fact]
    public async Task Debug_names_the_interpreter_and_its_tags()
    {
        await line.WithEnvironmentAsync();
        var output = (await line.TypeAsync("pip debug")).Succeeded().Output;
        Assert.Contains("sys.platform: ", output, StringComparison.Ordinal);
        Assert.Matches(@"Compatible tags: \d+\n", output);
        Assert.Contains("[First 10 tags shown. Pass --verbose to show all.]", output, StringComparison.Ordinal);
        var foreign = (await line.TypeAsync("pip debug --platform win_amd64 --python-version 3.11")).Succeeded().Output;
        Assert.Contains("(target: platform=win_amd64 python-version=3.11)", foreign, StringComparison.Ordinal);
        Assert.Contains("cp311-cp311-win_amd64", foreign, StringComparison.Ordinal);
    }
}
