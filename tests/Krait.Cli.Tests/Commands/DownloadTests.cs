namespace Krait.Cli.Tests.Commands;

/// <summary>`krait pip download` and `krait pip wheel`: a resolution as files.</summary>
public sealed class DownloadTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    private string[] Calls => File.Exists(line.At("hooks.log")) ? File.ReadAllLines(line.At("hooks.log")) : [];

    private string[] Files(string folder) =>
        [.. Directory.GetFiles(line.At(folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private SmallProject Publish(string name, params string[] requires)
    {
        var project = new SmallProject(name, "1.0") { Log = line.At("hooks.log"), Requires = requires };
        line.Index.AddFile(name, project.FileName, project.Pack());
        return project;
    }

    [Fact]
    public async Task Wheels_and_source_distributions_are_saved_as_the_index_has_them()
    {
        await line.WithEnvironmentAsync();
        var source = Publish("source", "lib");
        line.Index.Add("app", "2.0", "source").Add("lib", "1.0").Add("lib", "1.1");
        var saved = (await line.TypeAsync("pip download -d files app")).Succeeded();
        Assert.Equal(["app-2.0-py3-none-any.whl", "lib-1.1-py3-none-any.whl", "source-1.0.tar.gz"], Files("files"));
        Assert.Contains("Saved ./files/app-2.0-py3-none-any.whl\n", saved.Output, StringComparison.Ordinal);
        Assert.Contains("Successfully downloaded ", saved.Output, StringComparison.Ordinal);
        Assert.Equal(
            source.Pack(),
            await File.ReadAllBytesAsync(line.At("files/source-1.0.tar.gz"), TestContext.Current.CancellationToken)
        );
        Assert.Empty(Calls);
        Assert.Empty(await line.InstalledAsync());
        // What was saved is enough to install from.
        (await line.TypeAsync("pip install --no-index --find-links files app")).Succeeded();
        Assert.Equal(["app==2.0", "lib==1.1", "source==1.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task A_file_with_the_same_content_stays_and_another_is_replaced()
    {
        await line.WithEnvironmentAsync();
        line.Index.Add("lib", "1.0");
        (await line.TypeAsync("pip download lib")).Succeeded();
        var file = line.At("lib-1.0-py3-none-any.whl");
        var content = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        var time = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(file, time);
        var again = (await line.TypeAsync("pip download lib")).Succeeded();
        Assert.Contains($"File was already downloaded {file}", again.Output, StringComparison.Ordinal);
        Assert.Equal(time, File.GetLastWriteTimeUtc(file));
        await File.WriteAllTextAsync(file, "damaged", TestContext.Current.CancellationToken);
        var third = (await line.TypeAsync("pip download lib")).Succeeded();
        Assert.Contains("Saved ./lib-1.0-py3-none-any.whl", third.Output, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Dependencies_and_kinds_of_files_are_chosen_by_options()
    {
        await line.WithEnvironmentAsync();
        Publish("source");
        line.Index.Add("app", "1.0", "source");
        (await line.TypeAsync("pip download -d one --no-deps app")).Succeeded();
        Assert.Equal(["app-1.0-py3-none-any.whl"], Files("one"));
        (await line.TypeAsync("pip download -d two --only-deps app")).Succeeded();
        Assert.Equal(["source-1.0.tar.gz"], Files("two"));
        (await line.TypeAsync("pip download -d three --only-binary :all: app")).Failed(1, "source");
        Assert.False(Directory.Exists(line.At("three")));
        var quiet = (await line.TypeAsync("pip download -q -d four app")).Succeeded();
        Assert.Empty(quiet.Output);
    }

    [Fact]
    public async Task Files_for_another_machine_are_wheels_or_stand_alone()
    {
        await line.WithEnvironmentAsync();
        line.Index.AddFile("lib", "lib-1.0.tar.gz", [1]);
        var wheel = new Testing.WheelBuilder("lib", "1.0") { Tags = "cp39-cp39-win_amd64" };
        line.Index.AddFile("lib", wheel.FileName, wheel.Build());
        const string There = "--platform win_amd64 --python-version 3.9 --implementation cp lib";
        (await line.TypeAsync($"pip download {There}")).Failed(2, "--only-binary :all:", "--no-deps");
        (await line.TypeAsync($"pip download -d files --only-binary=:all: {There}")).Succeeded();
        Assert.Equal([wheel.FileName], Files("files"));
    }

    [Fact]
    public async Task A_digest_that_does_not_fit_saves_nothing()
    {
        await line.WithEnvironmentAsync();
        line.Index.Add("lib", "1.0");
        line.Write("wanted.txt", $"lib==1.0 --hash=sha256:{new string('0', 64)}\n");
        Assert.Equal(1, (await line.TypeAsync("pip download -d files -r wanted.txt")).Code);
        Assert.False(Directory.Exists(line.At("files")) && Files("files").Length > 0);
        (await line.TypeAsync("pip download")).Failed(2, "nothing to download");
        (await line.TypeAsync("pip download missing")).Failed(1, "missing");
    }

    [Fact]
    public async Task Wheels_are_built_where_the_index_has_none()
    {
        await line.WithEnvironmentAsync();
        Publish("source", "lib");
        line.Index.Add("lib", "1.0");
        var saved = (await line.TypeAsync("pip wheel -w wheels source")).Succeeded();
        Assert.Equal(["lib-1.0-py3-none-any.whl", "source-1.0-py3-none-any.whl"], Files("wheels"));
        Assert.Contains("Successfully built source\n", saved.Output, StringComparison.Ordinal);
        Assert.Equal(["wheel source"], Calls);
        (await line.TypeAsync("pip wheel --wheel-dir wheels source")).Succeeded();
        Assert.Equal(["wheel source"], Calls);
        // The cache keeps what was installed unpacked, and has no file of it any more.
        (await line.TypeAsync("pip install source")).Succeeded();
        (await line.TypeAsync("pip wheel -w others source")).Succeeded();
        Assert.Equal(["lib-1.0-py3-none-any.whl", "source-1.0-py3-none-any.whl"], Files("others"));
        (await line.TypeAsync("pip install --no-index --find-links others --reinstall source")).Succeeded();
    }

    [Fact]
    public async Task A_folder_becomes_a_wheel_and_is_not_copied()
    {
        await line.WithEnvironmentAsync();
        new SmallProject("demo", "1.0") { Log = line.At("hooks.log"), Requires = ["lib"] }.WriteTo(line.At("demo"));
        line.Index.Add("lib", "1.0");
        (await line.TypeAsync("pip wheel -w wheels -e ./demo")).Succeeded();
        Assert.Equal(["demo-1.0-py3-none-any.whl", "lib-1.0-py3-none-any.whl"], Files("wheels"));
        var saved = (await line.TypeAsync("pip download -d files ./demo")).Succeeded();
        Assert.Equal(["lib-1.0-py3-none-any.whl"], Files("files"));
        Assert.Contains("as it is a directory: ./demo\n", saved.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_build_is_told_with_its_reason()
    {
        await line.WithEnvironmentAsync();
        var broken = new SmallProject("broken", "1.0")
        {
            Log = line.At("hooks.log"),
            Extra = "def build_wheel(*rest, **others):\n    raise RuntimeError('no compiler')\n",
        };
        line.Index.AddFile("broken", broken.FileName, broken.Pack());
        (await line.TypeAsync("pip wheel -w wheels broken")).Failed(1, "no compiler");
        Assert.Empty(Files("wheels"));
    }
}
