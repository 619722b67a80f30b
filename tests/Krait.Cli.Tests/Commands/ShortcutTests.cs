using Krait.Platform.Locks;

namespace Krait.Cli.Tests.Commands;

/// <summary>
/// What `sync`, `run` and `lock` remember to answer at once, and everything that makes them look again. Whoever looks again needs the
/// workspace for itself, which these tests hold: that tells the two ways apart.
/// </summary>
public sealed class ShortcutTests : IDisposable
{
    private const string Manifest = """
        [project]
        name = "edited"
        version = "1"
        requires-python = ">=3.9"
        dependencies = ["amber"]
        [project.optional-dependencies]
        more = ["flint"]

        """;

    private readonly CommandLine line = new();

    public ShortcutTests()
    {
        line.Index.Add("amber", "1.0").Add("amber", "2.0").Add("flint", "2.0");
        line["KRAIT_LOCK_TIMEOUT"] = "0";
        line.Write("pyproject.toml", Manifest);
    }

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData("sync", "sync", true)]
    [InlineData("sync", "run true", true)]
    [InlineData("run true", "run true", true)]
    [InlineData("run true", "run python -c 1", true)]
    [InlineData("run true", "sync --inexact", true)]
    [InlineData("run --exact true", "sync", true)]
    [InlineData("lock", "lock", true)]
    [InlineData("run true", "sync", false)]
    [InlineData("sync --inexact", "run --exact true", false)]
    [InlineData("sync", "sync --extra more", false)]
    [InlineData("sync", "sync --reinstall", false)]
    [InlineData("sync", "sync --upgrade", false)]
    [InlineData("sync", "sync --refresh", false)]
    [InlineData("sync", "sync -v", false)]
    [InlineData("sync", "sync --index-url https://other.example/simple", false)]
    [InlineData("sync", "run --isolated true", false)]
    [InlineData("lock", "lock --upgrade", false)]
    [InlineData("lock", "lock --upgrade-package amber", false)]
    [InlineData("lock", "lock --resolution lowest", false)]
    [InlineData("sync", "lock", false)]
    public async Task A_command_knows_what_the_one_before_found(string before, string after, bool isKnown)
    {
        await PrepareAsync(before);
        Assert.Equal(isKnown, await IsKnownAsync(after));
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("lock")]
    [InlineData("run true")]
    public async Task The_project_may_be_named(string command)
    {
        var words = command.Split(' ', 2);
        var named = $"{words[0]} --project . {(words.Length > 1 ? words[1] : "")}";
        await PrepareAsync(named);
        Assert.True(await IsKnownAsync(named));
        Assert.False(await IsKnownAsync($"{words[0]} --project nowhere {(words.Length > 1 ? words[1] : "")}"));
    }

    [Theory]
    [InlineData("[tool.krait.hooks]\npre-lock = \"note\"\n[tool.krait.tasks]\nnote = \"true\"\n", "lock")]
    [InlineData("[tool.krait]\ncache-keys = [{ file = \"data.txt\" }]\n", "sync")]
    [InlineData("[tool.uv]\ncache-keys = [{ git = true }]\n", "lock")]
    public async Task What_depends_on_more_is_looked_at_each_time(string more, string command)
    {
        line.Append("pyproject.toml", more);
        await PrepareAsync(command);
        Assert.False(await IsKnownAsync(command));
    }

    [Fact]
    public async Task Projects_whose_version_is_in_a_module_are_looked_at_each_time()
    {
        new SmallProject("part", "1.0")
        {
            Log = line.At("hooks.log"),
            Extra = "\n\nbuild_editable = build_wheel\n",
        }.WriteTo(line.At("part"));
        line.Append("part/pyproject.toml", "[tool.hatch.version]\npath = \"backend.py\"\n");
        line.Append("pyproject.toml", "[tool.krait.sources]\namber = { path = \"part\", editable = true }\n");
        line.Write("pyproject.toml", line.Read("pyproject.toml").Replace("amber", "part", StringComparison.Ordinal));
        await PrepareAsync("lock");
        Assert.False(await IsKnownAsync("lock"));
    }

    [Theory]
    [InlineData("sync --reinstall")]
    [InlineData("sync --reinstall-package amber")]
    public async Task What_a_project_installs_again_comes_from_the_cache(string command)
    {
        await PrepareAsync("sync");
        File.Delete(line.SiteFile("amber/__init__.py"));
        line.Index.ClearLog();
        (await line.TypeAsync(command)).Succeeded();
        Assert.True(File.Exists(line.SiteFile("amber/__init__.py")));
        Assert.Empty(line.Index.Requests);
    }

    [Fact]
    public async Task A_task_is_found_though_everything_else_is_known()
    {
        line.Append("pyproject.toml", "[tool.krait.tasks]\nnote = \"touch noted\"\n");
        await PrepareAsync("sync");
        Assert.True(await IsKnownAsync("run note"));
        Assert.True(File.Exists(line.At("noted")));
    }

    [Fact]
    public async Task A_lock_without_a_range_of_Pythons_depends_on_the_interpreter()
    {
        line.Write("pyproject.toml", Manifest.Replace("requires-python = \">=3.9\"\n", "", StringComparison.Ordinal));
        await PrepareAsync("lock");
        Assert.False(await IsKnownAsync("lock"));
    }

    public static TheoryData<string> OfEnvironment => [.. Environment.Keys];

    [Theory]
    [MemberData(nameof(OfEnvironment))]
    public async Task A_changed_environment_is_looked_at_again(string change)
    {
        await PrepareAsync("sync");
        Environment[change](line);
        Assert.False(await IsKnownAsync("sync"));
        Assert.False(await IsKnownAsync("run true"));
        (await line.TypeAsync("sync")).Succeeded();
        Assert.Equal(["amber==2.0"], await line.InstalledAsync());
        (await line.TypeAsync(["run", "python", "-c", "import amber"])).Succeeded();
    }

    public static TheoryData<string> OfProject => [.. Project.Keys];

    [Theory]
    [MemberData(nameof(OfProject))]
    public async Task A_changed_project_is_looked_at_again(string change)
    {
        await PrepareAsync("sync");
        await PrepareAsync("lock");
        Assert.True(await IsKnownAsync("sync"));
        Assert.True(await IsKnownAsync("lock"));
        Project[change](line);
        Assert.False(await IsKnownAsync("sync"));
        Assert.False(await IsKnownAsync("lock"));
    }

    [Fact]
    public async Task A_file_that_does_not_count_may_come_and_go()
    {
        await PrepareAsync("sync");
        await PrepareAsync("lock");
        line.Write("notes.txt", "not for us\n");
        Assert.True(await IsKnownAsync("lock"));
        Assert.True(await IsKnownAsync("sync"));
        File.Delete(line.At("notes.txt"));
        line.Write("setup.py", "import setuptools\nsetuptools.setup()\n");
        Assert.False(await IsKnownAsync("lock"));
        Assert.False(await IsKnownAsync("sync"));
    }

    [Fact]
    public async Task A_link_that_led_nowhere_may_lead_somewhere()
    {
        File.CreateSymbolicLink(line.At("src"), line.At("../elsewhere"));
        await PrepareAsync("lock");
        Assert.True(await IsKnownAsync("lock"));
        Directory.CreateDirectory(line.At("../elsewhere"));
        Assert.False(await IsKnownAsync("lock"));
    }

    public static TheoryData<string> OfMemory => [.. Memory.Keys];

    [Theory]
    [MemberData(nameof(OfMemory))]
    public async Task A_damaged_memory_is_no_memory(string change)
    {
        await PrepareAsync("sync");
        await PrepareAsync("lock");
        var ofLock = Assert.Single(Directory.GetFiles(line.At("../cache/locks-v1")));
        foreach (
            var (file, command) in ((string, string)[])[(line.At(".venv/.krait-synced"), "sync"), (ofLock, "lock")]
        )
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            File.Delete(file);
            if (Memory[change](bytes) is { } changed)
                await File.WriteAllBytesAsync(file, changed, TestContext.Current.CancellationToken);
            else
                Directory.CreateDirectory(file);
            Assert.False(await IsKnownAsync(command));
            (await line.TypeAsync(command)).Succeeded();
        }
    }

    [Fact]
    public async Task What_others_may_have_written_into_the_cache_is_not_believed()
    {
        await PrepareAsync("lock");
        var folder = line.At("../cache/locks-v1");
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherWrite);
        Assert.False(await IsKnownAsync("lock"));
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
        using var held = FolderLock.TryAcquire(line.At("."));
        Assert.NotNull(held);
        return (await line.TypeAsync(command)).Code == 0;
    }

    private static void Keep(string path, Action change)
    {
        var time = File.GetLastWriteTimeUtc(path);
        change();
        File.SetLastWriteTimeUtc(path, time);
    }

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[^2] ^= 1;
        using var file = File.OpenWrite(path);
        file.Write(bytes);
    }

    private static readonly Dictionary<string, Action<CommandLine>> Environment = new(StringComparer.Ordinal)
    {
        ["a module is longer"] = line => File.AppendAllText(line.SiteFile("amber/__init__.py"), "\n# more\n"),
        ["a module is other"] = line => Flip(line.SiteFile("amber/__init__.py")),
        ["a module is other and as old"] = line =>
            Keep(line.SiteFile("amber/__init__.py"), () => Flip(line.SiteFile("amber/__init__.py"))),
        ["a module is gone"] = line => File.Delete(line.SiteFile("amber/__init__.py")),
        ["a module is a link"] = line =>
        {
            File.Delete(line.SiteFile("amber/__init__.py"));
            File.CreateSymbolicLink(line.SiteFile("amber/__init__.py"), "/dev/null");
        },
        ["a module is a directory"] = line =>
        {
            File.Delete(line.SiteFile("amber/__init__.py"));
            Directory.CreateDirectory(line.SiteFile("amber/__init__.py"));
        },
        ["a package is gone"] = line => Directory.Delete(line.SiteFile("amber"), recursive: true),
        ["its description is gone"] = line => Directory.Delete(line.SiteFile("amber-2.0.dist-info"), recursive: true),
        ["its metadata is gone"] = line => File.Delete(line.SiteFile("amber-2.0.dist-info/METADATA")),
        ["its metadata is other"] = line => Flip(line.SiteFile("amber-2.0.dist-info/METADATA")),
        ["its record is gone"] = line => File.Delete(line.SiteFile("amber-2.0.dist-info/RECORD")),
        ["another package is there"] = line =>
        {
            Directory.CreateDirectory(line.SiteFile("flint-2.0.dist-info"));
            File.WriteAllText(
                line.SiteFile("flint-2.0.dist-info/METADATA"),
                "Metadata-Version: 2.1\nName: flint\nVersion: 2.0\n"
            );
            File.WriteAllText(line.SiteFile("flint-2.0.dist-info/RECORD"), "flint-2.0.dist-info/METADATA,,\n");
        },
        ["its interpreter is gone"] = line => File.Delete(line.At(".venv/bin/python")),
        ["its configuration is other"] = line => line.Append(".venv/pyvenv.cfg", "prompt = other\n"),
        ["its packages are elsewhere"] = line => Directory.Move(line.SiteFile(""), line.At("moved")),
        ["it is gone"] = line => Directory.Delete(line.At(".venv"), recursive: true),
        ["it is elsewhere"] = line => Directory.Move(line.At(".venv"), line.At("moved")),
    };

    private static readonly Dictionary<string, Action<CommandLine>> Project = new(StringComparer.Ordinal)
    {
        ["another requirement"] = line =>
            line.Write("pyproject.toml", Manifest.Replace("\"amber\"", "\"amber<2\"", StringComparison.Ordinal)),
        ["a manifest that is as long and as old"] = line =>
            Keep(
                line.At("pyproject.toml"),
                () => line.Write("pyproject.toml", Manifest.Replace("amber", "flint", StringComparison.Ordinal))
            ),
        ["a manifest put in its place"] = line =>
        {
            var time = File.GetLastWriteTimeUtc(line.At("pyproject.toml"));
            line.Write("new.toml", Manifest.Replace("amber", "flint", StringComparison.Ordinal));
            File.SetLastWriteTimeUtc(line.At("new.toml"), time);
            File.Move(line.At("new.toml"), line.At("pyproject.toml"), overwrite: true);
        },
        ["a manifest that cannot be used"] = line => line.Write("pyproject.toml", "x ="),
        ["no manifest"] = line => File.Delete(line.At("pyproject.toml")),
        ["no lock"] = line => File.Delete(line.At("pylock.toml")),
        ["another lock"] = line =>
            line.Write("pylock.toml", line.Read("pylock.toml").Replace("2.0", "1.0", StringComparison.Ordinal)),
        ["a lock that is as long and as old"] = line =>
            Keep(
                line.At("pylock.toml"),
                () =>
                    line.Write("pylock.toml", line.Read("pylock.toml").Replace("2.0", "1.0", StringComparison.Ordinal))
            ),
        ["a setup.py"] = line => line.Write("setup.py", "import setuptools\nsetuptools.setup()\n"),
        ["a setup.cfg"] = line => line.Write("setup.cfg", "[metadata]\nname = edited\n"),
        ["sources in `src`"] = line => Directory.CreateDirectory(line.At("src")),
        ["another Python"] = line => line.Write(".python-version", "3.99\n"),
        ["another Python above"] = line => line.Write("../.python-version", "3.99\n"),
        ["settings"] = line => line.Write("krait.toml", "no-index = true\n"),
        ["settings of uv"] = line => line.Write("uv.toml", "no-index = true\n"),
        ["settings above"] = line => line.Write("../krait.toml", "no-index = true\n"),
        ["settings of the user"] = line => line.Write("../home/.config/krait/krait.toml", "no-index = true\n"),
        ["a variable"] = line => line["KRAIT_RESOLUTION"] = "lowest",
        ["a variable of uv"] = line => line["UV_RESOLUTION"] = "lowest",
        ["another index"] = line => line["KRAIT_INDEX_URL"] = "https://other.example/simple",
        ["a search path"] = line => line["PATH"] = "/nowhere",
        ["a home"] = line => line["HOME"] = "/nowhere",
    };

    private static readonly Dictionary<string, Func<byte[], byte[]?>> Memory = new(StringComparer.Ordinal)
    {
        ["empty"] = _ => [],
        ["text"] = _ => "hello\n"u8.ToArray(),
        ["a directory"] = _ => null,
        ["cut"] = right => right[..(right.Length / 2)],
        ["cut by one"] = right => right[..^1],
        ["longer"] = right => [.. right, (byte)'x'],
        ["a line more"] = right => [.. right, .. "x\n"u8],
        ["an empty line more"] = right => [.. right, (byte)'\n'],
        ["another form"] = right => [.. right.Select((b, i) => i == 13 ? (byte)'1' : b)],
        ["another request"] = right => [.. right.Select((b, i) => i == 20 ? (byte)(b ^ 1) : b)],
        ["another stamp"] = right =>
            [.. right.Select((b, i) => i == right.AsSpan().LastIndexOf((byte)':') + 1 ? (byte)(b ^ 1) : b)],
        ["another path"] = right => [.. right[..^2], (byte)(right[^2] ^ 1), (byte)'\n'],
        ["zeros"] = right => new byte[right.Length],
    };
}
