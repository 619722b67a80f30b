using Krait.Testing;

namespace Krait.EndToEnd.Faults;

/// <summary>A cache that was damaged on disk: noticed, fetched again, never installed.</summary>
public sealed class DamagedCacheTests
{
    /// <summary>The kinds of files that a cache holds, by the start of their folder's name.</summary>
    public static TheoryData<string> Buckets => ["pages-", "metadata-", "wheels-", "interpreters-"];

    /// <summary>What can happen to a file.</summary>
    private static readonly Dictionary<string, Action<string>> Damages = new(StringComparer.Ordinal)
    {
        ["emptied"] = path => File.WriteAllBytes(path, []),
        ["halved"] = path => Change(path, bytes => bytes[..(bytes.Length / 2)]),
        ["cut by a byte"] = path => Change(path, bytes => bytes[..^1]),
        ["flipped at the start"] = path => Flip(path, 0),
        ["flipped in the middle"] = path => Flip(path, 0.5),
        ["flipped at the end"] = path => Flip(path, 1),
        ["lengthened"] = path => Change(path, bytes => [.. bytes, .. "more"u8]),
        ["zeroed"] = path => Change(path, bytes => new byte[bytes.Length]),
        ["of another kind"] = path => File.WriteAllText(path, "<html>not found</html>"),
        ["removed"] = File.Delete,
    };

    [Theory]
    [MemberData(nameof(Buckets))]
    public async Task Damage_is_noticed_and_never_installed(string bucket)
    {
        var python = Machine.RequirePython("3.12");
        using var index = MakeIndex();
        using var sandbox = new Sandbox(Variables(index));
        var good = await InstallAsync(sandbox, python);
        var files = FilesOf(sandbox, bucket);
        Assert.NotEmpty(files);
        foreach (var (name, damage) in Damages)
        {
            foreach (var file in files)
            {
                if (!File.Exists(file) || new FileInfo(file).Length == 0)
                    continue;
                damage(file);
                var tree = await InstallAsync(sandbox, python);
                Expect(good, tree, $"{name}: {file}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Buckets))]
    public async Task Everything_damaged_at_once_is_fetched_again(string bucket)
    {
        var python = Machine.RequirePython("3.12");
        using var index = MakeIndex();
        using var sandbox = new Sandbox(Variables(index));
        var good = await InstallAsync(sandbox, python);
        foreach (var (name, damage) in Damages)
        {
            foreach (var file in FilesOf(sandbox, bucket).Where(file => new FileInfo(file).Length > 0))
                damage(file);
            var tree = await InstallAsync(sandbox, python);
            Expect(good, tree, name);
        }
    }

    [Fact]
    public async Task What_cannot_be_fetched_again_is_an_error_and_not_installed()
    {
        var python = Machine.RequirePython("3.12");
        using var index = MakeIndex();
        using var sandbox = new Sandbox(Variables(index));
        await InstallAsync(sandbox, python);
        var cached = FilesOf(sandbox, "wheels-");
        Flip(cached.Single(file => file.EndsWith("core.py", StringComparison.Ordinal)), 0.5);
        var venv = await sandbox.VenvAsync(python);
        var before = Tree.Read(venv);

        var run = await sandbox.KraitAsync("pip", "install", "--offline", "--python", $"{venv}/bin/python", "app");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("app-1.0-py3-none-any.whl", run.Error);
        Assert.Equal("", Tree.Differences(before, Tree.Read(venv)));
    }

    [Fact]
    public async Task An_edit_in_one_environment_does_not_reach_the_next()
    {
        var python = Machine.RequirePython("3.12");
        using var index = MakeIndex();
        using var sandbox = new Sandbox(Variables(index));
        var good = await InstallAsync(sandbox, python);
        var edited = await sandbox.VenvAsync(python, "edited");
        (await sandbox.KraitAsync("pip", "install", "--python", $"{edited}/bin/python", "app")).Succeeded();
        await File.AppendAllTextAsync(
            Directory.GetFiles(edited, "core.py", SearchOption.AllDirectories).First(path => !path.Contains("lib64")),
            "print('edited')\n",
            TestContext.Current.CancellationToken
        );

        Assert.Equal("", Tree.Differences(good, await InstallAsync(sandbox, python)));
    }

    [Fact]
    public async Task A_description_without_its_modules_is_not_called_installed()
    {
        var python = Machine.RequirePython("3.12");
        using var index = MakeIndex();
        using var sandbox = new Sandbox(Variables(index));
        var venv = await sandbox.VenvAsync(python);
        var interpreter = $"{venv}/bin/python";
        string[] install = ["pip", "install", "--python", interpreter, "app"];
        (await sandbox.KraitAsync(install)).Succeeded();
        var good = Comparable(venv);
        var pins = sandbox.Write(
            "pins.txt",
            (await sandbox.KraitAsync("pip", "freeze", "--python", interpreter)).Output
        );
        var package = Directory
            .GetDirectories(venv, "app", SearchOption.AllDirectories)
            .First(path => !path.Contains("lib64"));

        foreach (
            var again in new[]
            {
                install,
                ["pip", "sync", "--python", interpreter, pins],
                ["pip", "install", "--python", interpreter, "-r", pins],
            }
        )
        {
            Directory.Delete(package, recursive: true);
            Assert.DoesNotContain("app", (await sandbox.KraitAsync("pip", "list", "--python", interpreter)).Output);
            var check = await sandbox.KraitAsync("pip", "check", "--python", interpreter);
            Assert.Equal(1, check.ExitCode);
            Assert.Contains("not installed completely", check.Output + check.Error);

            (await sandbox.KraitAsync(again)).Succeeded();
            Assert.Equal("", Tree.Differences(good, Comparable(venv)));
        }

        File.Delete(Path.Combine(package, "__init__.py"));
        (await sandbox.KraitAsync("pip", "uninstall", "--python", interpreter, "app")).Succeeded();
        Assert.Empty(Directory.GetDirectories(venv, "app*", SearchOption.AllDirectories));
    }

    private static void Expect(
        SortedDictionary<string, string> good,
        SortedDictionary<string, string> tree,
        string what
    )
    {
        var differences = Tree.Differences(good, tree);
        Assert.True(differences.Length == 0, $"{what}\n{differences}");
    }

    /// <summary>The modules and programs of an environment, without who asked for them.</summary>
    private static SortedDictionary<string, string> Comparable(string venv)
    {
        var tree = Tree.Read(venv);
        foreach (var path in tree.Keys.Where(path => Path.GetFileName(path) is "RECORD" or "REQUESTED").ToList())
            tree.Remove(path);
        return tree;
    }

    private static FakeIndex MakeIndex() =>
        new FakeIndex()
            .Add(
                new WheelBuilder("app", "1.0")
                    .Requires("part>=1")
                    .File("app/__init__.py", "from app.core import run\n")
                    .File("app/core.py", "def run():\n    return 1\n")
                    .File("app/data/table.bin", [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))])
                    .EntryPoints("console_scripts", "app = app:run")
            )
            .Add(
                new WheelBuilder("part", "1.0")
                    .File("part.py", "x = 1\n")
                    .File("part-1.0.data/scripts/part", "#!python\n")
            );

    private static Dictionary<string, string?> Variables(FakeIndex index) => new() { ["KRAIT_INDEX_URL"] = index.Url };

    /// <summary>Installs into a fresh environment, always at the same place, and removes it again.</summary>
    private static async Task<SortedDictionary<string, string>> InstallAsync(Sandbox sandbox, string python)
    {
        var venv = await sandbox.VenvAsync(python);
        var empty = Tree.Read(venv).Keys.ToList();
        (await sandbox.KraitAsync("pip", "install", "--python", $"{venv}/bin/python", "app")).Succeeded();
        Assert.Empty(RecordCheck.Problems(venv, empty));
        var tree = Tree.Read(venv);
        Directory.Delete(venv, recursive: true);
        return tree;
    }

    private static string[] FilesOf(Sandbox sandbox, string bucket) =>
        [
            .. Directory
                .GetDirectories(sandbox.Cache, bucket + "*")
                .SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
                .Order(StringComparer.Ordinal),
        ];

    private static void Flip(string path, double place) =>
        Change(
            path,
            bytes =>
            {
                bytes[(int)((bytes.Length - 1) * place)] ^= 0x41;
                return bytes;
            }
        );

    /// <summary>Overwrites a file in its place, as a failing disk or a program with other aims would.</summary>
    private static void Change(string path, Func<byte[], byte[]> change)
    {
        var bytes = change(File.ReadAllBytes(path));
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.SetLength(bytes.Length);
        file.Write(bytes);
    }
}
