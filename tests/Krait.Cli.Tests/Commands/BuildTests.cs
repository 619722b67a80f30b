namespace Krait.Cli.Tests.Commands;

/// <summary>`krait build`: source distributions and wheels of the user's own projects.</summary>
public sealed class BuildTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    private async Task<SmallProject> ProjectAsync(string folder = "demo", string name = "demo")
    {
        await line.WithEnvironmentAsync();
        var project = new SmallProject(name, "1.0") { Log = line.At("hooks.log") };
        project.WriteTo(line.At(folder));
        return project;
    }

    private string[] Calls => File.Exists(line.At("hooks.log")) ? File.ReadAllLines(line.At("hooks.log")) : [];

    private string[] Files(string folder) =>
        [.. Directory.GetFiles(line.At(folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task By_default_the_wheel_is_built_of_the_source_distribution()
    {
        await ProjectAsync();
        var built = (await line.TypeAsync("build demo")).Succeeded();
        Assert.Equal([".gitignore", "demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"], Files("demo/dist"));
        Assert.Equal(["sdist demo", "wheel demo"], Calls);
        Assert.Contains("Building wheel from source distribution...", built.Error, StringComparison.Ordinal);
        Assert.EndsWith(
            "Successfully built demo/dist/demo-1.0.tar.gz\nSuccessfully built demo/dist/demo-1.0-py3-none-any.whl\n",
            built.Error,
            StringComparison.Ordinal
        );
        Assert.Empty(built.Output);
        // A build is never taken from the cache.
        (await line.TypeAsync("build demo")).Succeeded();
        Assert.Equal(["sdist demo", "wheel demo", "sdist demo", "wheel demo"], Calls);
    }

    [Theory]
    [InlineData("--sdist", "demo-1.0.tar.gz")]
    [InlineData("--wheel", "demo-1.0-py3-none-any.whl")]
    [InlineData("--sdist --wheel", "demo-1.0-py3-none-any.whl demo-1.0.tar.gz")]
    public async Task Each_can_be_asked_for(string options, string files)
    {
        await ProjectAsync();
        (await line.TypeAsync($"build demo -o out --no-create-gitignore {options}")).Succeeded();
        Assert.Equal(files.Split(' '), Files("out"));
        Assert.False(Directory.Exists(line.At("demo/dist")));
    }

    [Fact]
    public async Task A_source_archive_becomes_a_wheel_beside_it()
    {
        var project = await ProjectAsync();
        await File.WriteAllBytesAsync(line.At(project.FileName), project.Pack(), TestContext.Current.CancellationToken);
        (await line.TypeAsync($"build {project.FileName}")).Succeeded();
        Assert.Contains("demo-1.0-py3-none-any.whl", Files("."));
        (await line.TypeAsync($"build {project.FileName} --sdist")).Failed(2, "is a source distribution already");
    }

    [Fact]
    public async Task Files_are_listed_and_nothing_is_written()
    {
        await ProjectAsync();
        var listed = (await line.TypeAsync("build demo --list")).Succeeded();
        Assert.Equal(
            """
            Building demo-1.0.tar.gz will include the following files:
            demo-1.0/backend.py
            demo-1.0/pyproject.toml
            Building demo-1.0-py3-none-any.whl will include the following files:
            demo-1.0.dist-info/METADATA
            demo-1.0.dist-info/RECORD
            demo-1.0.dist-info/WHEEL
            demo.py

            """,
            listed.Output
        );
        Assert.False(Directory.Exists(line.At("demo/dist")));
    }

    [Fact]
    public async Task Members_of_a_workspace_are_built_into_one_folder()
    {
        await ProjectAsync("ws/one", "one");
        new SmallProject("two", "1.0") { Log = line.At("hooks.log") }.WriteTo(line.At("ws/two"));
        line.Write("ws/pyproject.toml", "[tool.uv.workspace]\nmembers = [\"one\", \"two\"]\n");
        (await line.TypeAsync("build ws --package two --wheel")).Succeeded();
        Assert.Equal([".gitignore", "two-1.0-py3-none-any.whl"], Files("ws/dist"));
        (await line.TypeAsync("build ws --all-packages --wheel")).Succeeded();
        Assert.Equal([".gitignore", "one-1.0-py3-none-any.whl", "two-1.0-py3-none-any.whl"], Files("ws/dist"));
        (await line.TypeAsync("build ws --package three")).Failed(2, "no member `three`");
    }

    [Fact]
    public async Task What_earlier_builds_left_is_cleared_on_request_and_nothing_else()
    {
        await ProjectAsync();
        line.Write("demo/dist/demo-0.9.tar.gz", "");
        (await line.TypeAsync("build demo --sdist")).Succeeded();
        Assert.Equal(["demo-0.9.tar.gz", "demo-1.0.tar.gz"], Files("demo/dist"));
        (await line.TypeAsync("build demo --sdist --clear")).Succeeded();
        Assert.Equal([".gitignore", "demo-1.0.tar.gz"], Files("demo/dist"));
        (await line.TypeAsync("build demo --clear -o demo")).Failed(2, "holds more than distributions");
        (await line.TypeAsync("build demo --clear -o .")).Failed(2, "holds more than distributions");
        Assert.True(File.Exists(line.At("demo/backend.py")));
    }

    [Fact]
    public async Task What_cannot_be_built_is_refused()
    {
        await line.WithEnvironmentAsync();
        line.Write("empty/readme.txt", "");
        (await line.TypeAsync("build empty")).Failed(2, "`empty` is not a Python project");
        (await line.TypeAsync("build nowhere")).Failed(2, "at `nowhere`");
        (await line.TypeAsync("build empty/readme.txt")).Failed(2, "nor a source distribution");
    }

    [Fact]
    public async Task Without_isolation_it_is_built_with_what_the_environment_has()
    {
        await line.WithEnvironmentAsync();
        line.Index.Add("helper", "1.0");
        new SmallProject("demo", "1.0") { Log = line.At("hooks.log"), Extra = "import helper\n" }.WriteTo(
            line.At("demo")
        );
        (await line.TypeAsync("build demo --wheel")).Failed(1, "helper");
        (await line.TypeAsync("pip install helper")).Succeeded();
        (await line.TypeAsync("build demo --wheel --no-build-isolation")).Succeeded();
        (await line.TypeAsync("pip wheel ./demo --no-build-isolation -w wheels")).Succeeded();
        Assert.Equal(["demo-1.0-py3-none-any.whl"], Files("wheels"));
    }

    [Fact]
    public async Task A_failed_build_leaves_no_file()
    {
        await line.WithEnvironmentAsync();
        new SmallProject("demo", "1.0")
        {
            Log = line.At("hooks.log"),
            Extra = "def build_sdist(sdist_directory, config_settings=None):\n    raise RuntimeError('no room')\n",
        }.WriteTo(line.At("demo"));
        (await line.TypeAsync("build demo")).Failed(1, "no room");
        Assert.Equal([".gitignore"], Files("demo/dist"));
    }
}
