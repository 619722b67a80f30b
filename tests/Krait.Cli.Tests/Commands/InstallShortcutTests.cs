using Krait.Platform.Locks;
using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

/// <summary>
/// What `pip install` and `pip sync` remember to answer at once, and everything that makes them look again. Whoever looks again needs the
/// environment for itself, which these tests hold: that tells the two ways apart.
/// </summary>
public sealed class InstallShortcutTests : IAsyncLifetime
{
    private readonly CommandLine line = new();

    public async ValueTask InitializeAsync()
    {
        line.Index.Add("amber", "1.0").Add("amber", "2.0").Add("flint", "2.0");
        line["KRAIT_LOCK_TIMEOUT"] = "0";
        line.Write("requirements.txt", "amber==2.0\n");
        line.Write("limits.txt", "amber<3\n");
        await line.WithEnvironmentAsync();
    }

    public ValueTask DisposeAsync()
    {
        line.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("pip sync", "pip sync", true)]
    [InlineData("pip sync requirements.txt", "pip sync requirements.txt", true)]
    [InlineData("pip sync --python .venv", "pip sync --python .venv", true)]
    [InlineData("pip sync --python .venv/bin/python", "pip sync --python .venv/bin/python", true)]
    [InlineData("pip install amber", "pip install amber", true)]
    [InlineData("pip install -r requirements.txt", "pip install -r requirements.txt", true)]
    [InlineData("pip install amber -c limits.txt", "pip install amber -c limits.txt", true)]
    [InlineData("pip install --no-deps amber", "pip install --no-deps amber", true)]
    [InlineData("pip sync", "pip sync -v", false)]
    [InlineData("pip sync", "pip install -r requirements.txt", false)]
    [InlineData("pip install amber", "pip install flint", false)]
    [InlineData("pip install amber", "pip install amber flint", false)]
    [InlineData("pip install amber", "pip install amber --no-deps", false)]
    [InlineData("pip install amber", "pip install amber --upgrade", false)]
    [InlineData("pip install amber", "pip install amber --reinstall", false)]
    [InlineData("pip install amber", "pip install amber --index-url https://other.example/simple", false)]
    [InlineData("pip install --upgrade amber", "pip install --upgrade amber", false)]
    [InlineData("pip install --reinstall amber", "pip install --reinstall amber", false)]
    [InlineData("pip install --exact amber", "pip install --exact amber", false)]
    [InlineData("pip install --strict amber", "pip install --strict amber", false)]
    [InlineData("pip install --report seen.json amber", "pip install --report seen.json amber", false)]
    [InlineData("pip sync --removal-check warn", "pip sync --removal-check warn", false)]
    [InlineData("pip sync --output-format json", "pip sync --output-format json", false)]
    public async Task A_command_knows_what_the_one_before_found(string before, string after, bool isKnown)
    {
        await PrepareAsync(before);
        Assert.Equal(isKnown, await IsKnownAsync(after));
    }

    [Theory]
    [InlineData("pip install amber")]
    [InlineData("pip sync")]
    public async Task The_first_run_is_enough(string command)
    {
        await Task.Delay(60, TestContext.Current.CancellationToken);
        (await line.TypeAsync(command)).Succeeded();
        Assert.True(await IsKnownAsync(command));
    }

    [Theory]
    [InlineData("pip sync")]
    [InlineData("pip sync --python .venv")]
    [InlineData("pip install amber")]
    public async Task Both_ways_say_the_same(string command)
    {
        await PrepareAsync(command);
        Assert.True(await IsKnownAsync(command));
        var known = await line.TypeAsync(command);
        Directory.Delete(line.At("../cache/locks-v1"), recursive: true);
        var looked = await line.TypeAsync(command);
        Assert.Equal((looked.Output, looked.Error), (known.Output, known.Error));
    }

    [Fact]
    public async Task The_environment_is_named_where_it_is_not_the_obvious_one()
    {
        await PrepareAsync("pip install amber");
        line["VIRTUAL_ENV"] = line.At(".venv");
        Directory.CreateDirectory(line.At("below"));
        await PrepareAsync("--directory below pip install amber");
        Assert.True(await IsKnownAsync("--directory below pip install amber"));
        Assert.Contains("environment at", (await line.TypeAsync("--directory below pip install amber")).Error);
    }

    [Theory]
    [InlineData("amber @ WHEEL\n")]
    [InlineData("amber${SUFFIX}\n")]
    public async Task What_may_be_other_without_a_change_is_looked_at_each_time(string text)
    {
        line["SUFFIX"] = "==2.0";
        var wheel = line.WriteWheel(new WheelBuilder("amber", "2.0"));
        line.Write("requirements.txt", text.Replace("WHEEL", $"file://{wheel}", StringComparison.Ordinal));
        await PrepareAsync("pip install -r requirements.txt");
        Assert.False(await IsKnownAsync("pip install -r requirements.txt"));
    }

    [Fact]
    public async Task A_lock_file_with_a_local_file_is_looked_at_each_time()
    {
        var wheel = line.WriteWheel(new WheelBuilder("amber", "2.0"));
        line.Write("requirements.txt", $"amber @ file://{wheel}\n");
        (await line.TypeAsync("pip compile requirements.txt -o pylock.toml")).Succeeded();
        await PrepareAsync("pip sync pylock.toml");
        Assert.False(await IsKnownAsync("pip sync pylock.toml"));
    }

    public static TheoryData<string> OfEnvironment => [.. Environment.Keys];

    [Theory]
    [MemberData(nameof(OfEnvironment))]
    public async Task A_changed_environment_is_looked_at_again(string change)
    {
        await PrepareAsync("pip sync");
        Assert.True(await IsKnownAsync("pip sync"));
        Environment[change](line);
        Assert.False(await IsKnownAsync("pip sync"));
    }

    [Fact]
    public async Task An_interpreter_that_is_gone_comes_back()
    {
        await PrepareAsync("pip sync");
        File.Delete(line.At(".venv/bin/python"));
        (await line.TypeAsync("pip sync")).Succeeded();
        Assert.True(File.Exists(line.At(".venv/bin/python")));
    }

    public static TheoryData<string> OfInput => [.. Input.Keys];

    [Theory]
    [MemberData(nameof(OfInput))]
    public async Task A_changed_input_is_looked_at_again(string change)
    {
        line.Write("more.txt", "amber\n");
        line.Write("nested.txt", "-r more.txt\n-c limits.txt\n");
        await PrepareAsync("pip install -r nested.txt");
        Assert.True(await IsKnownAsync("pip install -r nested.txt"));
        Input[change](line);
        Assert.False(await IsKnownAsync("pip install -r nested.txt"));
    }

    [Fact]
    public async Task A_nearer_environment_is_the_one_that_counts()
    {
        Directory.CreateDirectory(line.At("below"));
        await PrepareAsync("--directory below pip install amber");
        Assert.True(await IsKnownAsync("--directory below pip install amber"));
        (await line.TypeAsync("--directory below venv")).Succeeded();
        (await line.TypeAsync("--directory below pip install amber")).Succeeded();
        Assert.True(File.Exists(line.At("below/.venv/bin/python")));
        Assert.Equal(2, Directory.GetFiles(line.At("../cache/locks-v1")).Length);
    }

    [Fact]
    public async Task A_memory_that_others_may_have_written_is_not_believed()
    {
        await PrepareAsync("pip sync");
        var folder = line.At("../cache/locks-v1");
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherWrite);
        Assert.False(await IsKnownAsync("pip sync"));
    }

    /// <summary>What has just changed is not remembered: the next command might not see a further change.</summary>
    private async Task PrepareAsync(string command)
    {
        await Task.Delay(60, TestContext.Current.CancellationToken);
        (await line.TypeAsync(command)).Succeeded();
        await Task.Delay(60, TestContext.Current.CancellationToken);
        (await line.TypeAsync(command)).Succeeded();
    }

    private async Task<bool> IsKnownAsync(string command)
    {
        using var held = FolderLock.TryAcquire(line.At(".venv"));
        return held is not null && (await line.TypeAsync(command)).Code == 0;
    }

    private static readonly Dictionary<string, Action<CommandLine>> Environment = new(StringComparer.Ordinal)
    {
        ["a package is gone"] = line => Directory.Delete(line.SiteFile("amber"), recursive: true),
        ["its description is gone"] = line => Directory.Delete(line.SiteFile("amber-2.0.dist-info"), recursive: true),
        ["its metadata is gone"] = line => File.Delete(line.SiteFile("amber-2.0.dist-info/METADATA")),
        ["its metadata is other"] = line => File.AppendAllText(line.SiteFile("amber-2.0.dist-info/METADATA"), "x"),
        ["its record is gone"] = line => File.Delete(line.SiteFile("amber-2.0.dist-info/RECORD")),
        ["its origin is other"] = line => File.WriteAllText(line.SiteFile("amber-2.0.dist-info/direct_url.json"), "{}"),
        ["another package is there"] = line => Directory.CreateDirectory(line.SiteFile("flint-2.0.dist-info")),
        ["a module is there"] = line => File.WriteAllText(line.SiteFile("more.py"), ""),
        ["its configuration is other"] = line => line.Append(".venv/pyvenv.cfg", "prompt = other\n"),
        ["its packages are elsewhere"] = line => Directory.Move(line.SiteFile(""), line.At("moved")),
        ["it is gone"] = line => Directory.Delete(line.At(".venv"), recursive: true),
        ["another one is active"] = line => line["VIRTUAL_ENV"] = line.At("nowhere"),
        ["another one of Conda is active"] = line => line["CONDA_PREFIX"] = line.At("nowhere"),
        ["its memory is cut"] = line => Cut(Assert.Single(Directory.GetFiles(line.At("../cache/locks-v1")))),
        ["its memory is gone"] = line => Directory.Delete(line.At("../cache/locks-v1"), recursive: true),
    };

    private static readonly Dictionary<string, Action<CommandLine>> Input = new(StringComparer.Ordinal)
    {
        ["another requirement"] = line => line.Write("more.txt", "flint\n"),
        ["another limit"] = line => line.Write("limits.txt", "amber<2\n"),
        ["one file more"] = line => line.Append("nested.txt", "-r requirements.txt\n"),
        ["a file less"] = line => File.Delete(line.At("more.txt")),
        ["settings"] = line => line.Write("krait.toml", "no-index = true\n"),
        ["settings of pip"] = line => line.Write("../home/.config/pip/pip.conf", "[global]\nno-index = true\n"),
        ["a variable"] = line => line["KRAIT_RESOLUTION"] = "lowest",
        ["a variable of uv"] = line => line["UV_RESOLUTION"] = "lowest",
        ["a variable of pip"] = line => line["PIP_NO_INDEX"] = "1",
        ["a report is wanted"] = line => line["PIP_REPORT"] = "seen.json",
    };

    private static void Cut(string path) => File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
}
