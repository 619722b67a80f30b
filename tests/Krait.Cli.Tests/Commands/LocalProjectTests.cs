namespace Krait.Cli.Tests.Commands;

/// <summary>Projects in directories: how they are installed, and when there is nothing to do.</summary>
public sealed class LocalProjectTests : IDisposable
{
    private const string Editable = """

        def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
            note("editable")
            file = NAME + "-" + VERSION + "-py3-none-any.whl"
            with zipfile.ZipFile(os.path.join(wheel_directory, file), "w") as wheel:
                wheel.writestr(NAME + ".pth", os.getcwd() + "\n")
                wheel.writestr(INFO + "/METADATA", metadata())
                wheel.writestr(INFO + "/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
                wheel.writestr(INFO + "/RECORD", "")
            return file


        def prepare_metadata_for_build_editable(metadata_directory, config_settings=None):
            return prepare_metadata_for_build_wheel(metadata_directory)
        """;

    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    private string[] Calls => File.Exists(line.At("hooks.log")) ? File.ReadAllLines(line.At("hooks.log")) : [];

    private void Write(string folder, string name, string more = "", params string[] requires)
    {
        new SmallProject(name, "1.0")
        {
            Log = line.At("hooks.log"),
            Extra = Editable,
            Requires = requires,
        }.WriteTo(line.At(folder));
        File.AppendAllText(line.At($"{folder}/pyproject.toml"), more);
    }

    private string Origin(string name) => File.ReadAllText(line.SiteFile($"{name}-1.0.dist-info/direct_url.json"));

    [Theory]
    [InlineData("-e demo")]
    [InlineData("./demo")]
    public async Task A_second_installation_asks_nobody_and_builds_nothing(string what)
    {
        await line.WithEnvironmentAsync();
        line.Index.Add("amber", "1.0");
        Write("demo", "demo", requires: "amber");
        (await line.TypeAsync($"pip install {what}")).Succeeded();
        var calls = Calls.Length;
        var requests = line.Index.Requests.Count;
        var again = (await line.TypeAsync($"pip install {what}")).Succeeded();
        Assert.Contains("already satisfied", again.Error, StringComparison.Ordinal);
        Assert.Equal(requests, line.Index.Requests.Count);
        Assert.Equal(calls, Calls.Length);
        // What is no longer as it was is put right.
        (await line.TypeAsync("pip uninstall amber")).Succeeded();
        (await line.TypeAsync($"pip install {what}")).Succeeded();
        Assert.Contains("amber==1.0", await line.InstalledAsync());
        Write("demo", "demo", "# changed\n", "amber");
        (await line.TypeAsync($"pip install {what}")).Succeeded();
        Assert.True(Calls.Length > calls);
    }

    [Fact]
    public async Task Two_changes_within_a_second_are_two()
    {
        await line.WithEnvironmentAsync();
        var then = DateTime.UtcNow;
        foreach (var version in (string[])["1.0", "2.0"])
        {
            new SmallProject("demo", version) { Log = line.At("hooks.log"), Extra = Editable }.WriteTo(line.At("demo"));
            File.SetLastWriteTimeUtc(line.At("demo/backend.py"), then);
            (await line.TypeAsync("pip install -e demo")).Succeeded();
            Assert.StartsWith("Version: " + version, await VersionAsync(), StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(line.At("demo/__pycache__")));
    }

    private async Task<string> VersionAsync() =>
        (await line.TypeAsync("pip show demo"))
            .Output.Split('\n')
            .Single(text => text.StartsWith("Version", StringComparison.Ordinal));

    [Fact]
    public async Task A_requirement_of_an_extra_is_looked_at_too()
    {
        await line.WithEnvironmentAsync();
        Write("part", "part");
        Write("demo", "demo", requires: $"part @ file://{line.At("part")} ; extra == 'more'");
        (await line.TypeAsync("pip install ./demo[more]")).Succeeded();
        var calls = Calls.Length;
        var again = (await line.TypeAsync("pip install ./demo[more]")).Succeeded();
        Assert.Contains("already satisfied", again.Error, StringComparison.Ordinal);
        Assert.Equal(calls, Calls.Length);
    }

    [Fact]
    public async Task A_backend_that_fails_is_run_once()
    {
        const string Broken = """

            def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
                note("broken")
                raise RuntimeError("no metadata today")
            """;
        await line.WithEnvironmentAsync();
        Write("demo", "demo");
        (await line.TypeAsync("pip install ./demo")).Succeeded();
        new SmallProject("demo", "1.0") { Log = line.At("hooks.log"), Extra = Broken }.WriteTo(line.At("demo"));
        (await line.TypeAsync("pip install ./demo")).Failed(1, "no metadata today");
        Assert.Single(Calls, call => call is "broken demo");
    }

    [Fact]
    public async Task Another_way_of_installing_it_is_not_the_same()
    {
        await line.WithEnvironmentAsync();
        Write("demo", "demo");
        (await line.TypeAsync("pip install -e demo")).Succeeded();
        (await line.TypeAsync("pip install ./demo")).Succeeded();
        Assert.DoesNotContain("\"editable\":true", Origin("demo"), StringComparison.Ordinal);
        (await line.TypeAsync("pip install -e demo")).Succeeded();
        Assert.Contains("\"editable\":true", Origin("demo"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ workspace = true }", true)]
    [InlineData("{ workspace = true, editable = true }", true)]
    [InlineData("{ workspace = true, editable = false }", false)]
    public async Task Members_of_the_workspace_are_installed_as_their_source_says(string source, bool isEditable)
    {
        await line.WithEnvironmentAsync();
        line.Write("pyproject.toml", "[tool.krait.workspace]\nmembers = [\"one\", \"two\"]\n");
        Write("one", "one", $"[tool.krait.sources]\ntwo = {source}\n", "two");
        Write("two", "two");
        (await line.TypeAsync("pip install -e one")).Succeeded();
        Assert.Contains("\"editable\":true", Origin("one"), StringComparison.Ordinal);
        Assert.Equal(isEditable, Origin("two").Contains("\"editable\":true", StringComparison.Ordinal));
        var again = (await line.TypeAsync("pip install -e one")).Succeeded();
        Assert.Contains("already satisfied", again.Error, StringComparison.Ordinal);
        (await line.TypeAsync("sync --all-packages")).Succeeded();
        Assert.Equal(isEditable, Origin("two").Contains("\"editable\":true", StringComparison.Ordinal));
        Assert.Equal(
            isEditable ? 2 : 1,
            line.Read("pylock.toml").Split("editable = true", StringSplitOptions.None).Length - 1
        );
    }

    [Fact]
    public async Task The_sources_of_the_root_hold_for_a_member()
    {
        await line.WithEnvironmentAsync();
        line.Write(
            "pyproject.toml",
            "[tool.krait.workspace]\nmembers = [\"one\", \"two\"]\n[tool.krait.sources]\ntwo = { workspace = true }\n"
        );
        Write("one", "one", requires: "two");
        Write("two", "two");
        (await line.TypeAsync("pip install -e one")).Succeeded();
        Assert.Contains("\"editable\":true", Origin("two"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_names_no_member_is_an_error()
    {
        await line.WithEnvironmentAsync();
        Write("one", "one", "[tool.krait.sources]\ntwo = { workspace = true }\n", "two");
        (await line.TypeAsync("pip install -e one")).Failed(1, "`two` should come from the workspace");
    }

    [Fact]
    public async Task A_run_may_add_a_project_in_place()
    {
        Write("demo", "demo");
        line.Write("demo/demo.py", "version = 'in place'\n");
        (
            await line.TypeAsync(
                "run",
                "--no-project",
                "--with-editable",
                "demo",
                "python",
                "-c",
                "import demo; open('out', 'w').write(demo.version)"
            )
        ).Succeeded();
        Assert.Equal("in place", line.Read("out"));
        Assert.Contains("editable demo", Calls);
    }

    [Theory]
    [InlineData("lock")]
    [InlineData("sync")]
    [InlineData("run true")]
    [InlineData("build")]
    [InlineData("pip install -e .")]
    public async Task Constraints_on_builds_reach_the_builds_of_every_command(string command)
    {
        await line.WithEnvironmentAsync();
        line.Index.Add("maker", "1.0").Add("maker", "2.0");
        Write(".", "demo");
        var manifest = line.Read("pyproject.toml")
            .Replace("requires = []", "requires = [\"maker\"]", StringComparison.Ordinal);
        line.Write("pyproject.toml", manifest + "[tool.uv]\nbuild-constraint-dependencies = [\"maker<2\"]\n");
        line.Write(
            "backend.py",
            line.Read("backend.py")
                .Replace(
                    "def note(hook):",
                    "import importlib.metadata\nopen(LOG, 'a').write('maker ' + importlib.metadata.version('maker') + '\\n')\n\n\ndef note(hook):",
                    StringComparison.Ordinal
                )
        );
        (await line.TypeAsync(command)).Succeeded();
        Assert.Contains("maker 1.0", Calls);
        Assert.DoesNotContain("maker 2.0", Calls);
    }

    [Fact]
    public async Task Requirements_that_are_added_to_builds_reach_the_builds_of_a_lock()
    {
        await line.WithEnvironmentAsync();
        line.Index.Add("maker", "2.0");
        Write(".", "demo");
        line.Append("pyproject.toml", "[tool.uv.extra-build-dependencies]\ndemo = [\"maker\"]\n");
        line.Append("backend.py", "\nimport maker\n");
        (await line.TypeAsync("sync")).Succeeded();
        Assert.Contains("editable demo", Calls);
    }
}
