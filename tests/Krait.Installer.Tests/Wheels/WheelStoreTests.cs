using System.Security.Cryptography;
using System.Text;
using Krait.Archives;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Platform.Caching;
using Krait.Testing;
using Krait.Testing.Archives;

namespace Krait.Installer.Tests.Wheels;

public sealed class WheelStoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Finds_what_was_added_under_its_full_name_and_source_only()
    {
        using var store = new Store();
        using var added = store.Add(new WheelForge());
        Assert.NotNull(store.Wheels.TryFind(added.Key, expected: null));
        Assert.Null(store.Wheels.TryFind(Store.Key("demo-1.0-py2-none-any.whl"), expected: null));
        Assert.Null(
            store.Wheels.TryFind(
                added.Key with
                {
                    Source = WheelKey.SourceOf("https://other.example/"),
                },
                expected: null
            )
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(store.Cache.Root, "temporary-v1")));
    }

    [Fact]
    public void Takes_another_archive_of_the_same_name_for_another_file()
    {
        using var store = new Store();
        var first = new WheelForge().Build();
        var second = (new WheelForge() with { Files = [("demo/__init__.py", "x = 2\n")] }).Build();
        using var added = store.Add("demo-1.0-py3-none-any.whl", first);
        Assert.NotNull(store.Wheels.TryFind(added.Key, new ExpectedHashes([HashOf(first)], [])));
        Assert.Null(store.Wheels.TryFind(added.Key, new ExpectedHashes([HashOf(second)], [])));
        using var replaced = store.Add("demo-1.0-py3-none-any.whl", second);
        Assert.NotNull(store.Wheels.TryFind(added.Key, new ExpectedHashes([HashOf(second)], [])));
        Assert.Equal("x = 2\n", File.ReadAllText(Path.Combine(replaced.Tree, "demo", "__init__.py")));
    }

    [Fact]
    public void Takes_a_manifest_that_is_damaged_at_any_byte_for_none()
    {
        using var store = new Store();
        using var added = store.Add(new WheelForge());
        var manifest = Path.Combine(added.Folder, "manifest");
        var right = File.ReadAllBytes(manifest);
        for (var at = 0; at < right.Length; at++)
        {
            var wrong = right.ToArray();
            wrong[at] ^= (byte)(1 + (at % 255));
            File.Delete(manifest);
            File.WriteAllBytes(manifest, wrong);
            Assert.Null(store.Wheels.TryFind(added.Key, expected: null));
            File.Delete(manifest);
            File.WriteAllBytes(manifest, right[..at]);
            Assert.Null(store.Wheels.TryFind(added.Key, expected: null));
        }

        using var again = store.Add(new WheelForge());
        Assert.NotNull(store.Wheels.TryFind(added.Key, expected: null));
    }

    [Fact]
    public async Task Lets_whoever_is_first_win()
    {
        using var store = new Store();
        var path = store.Write("demo-1.0-py3-none-any.whl", new WheelForge().Build());
        using var other = new WheelStore(store.Cache);
        var key = Store.Key("demo-1.0-py3-none-any.whl");
        var stores = new[] { store.Wheels, other };
        var adding = Enumerable.Range(0, 40).Select(i => stores[i % 2].AddAsync(key, path, hashes: [], Token));
        foreach (var wheel in await Task.WhenAll(adding))
            Assert.Equal(4 + 1, wheel.FileCount);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(store.Cache.Root, "temporary-v1")));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void Writes_every_file_of_a_large_wheel_whoever_helps()
    {
        var files = Enumerable
            .Range(0, 600)
            .Select(i => ($"demo/part{i % 7}/module{i:000}.py", string.Concat(Enumerable.Repeat($"x = {i}\n", 300))))
            .ToList();
        using var store = new Store(strict: true);
        using var wheel = store.Add(new WheelForge() with { Files = files });
        Assert.Equal(files.Count + 4, wheel.FileCount);
        foreach (var (path, content) in files)
            Assert.Equal(content, File.ReadAllText(Path.Combine(wheel.Tree, path)));
        var record = File.ReadAllLines(Path.Combine(wheel.Tree, "demo-1.0.dist-info", "RECORD"));
        Assert.Superset(
            files
                .Select(f => WheelForge.Row(f.Item1, Encoding.UTF8.GetBytes(f.Item2)))
                .ToHashSet(StringComparer.Ordinal),
            record.ToHashSet(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Keeps_nothing_of_a_large_wheel_that_one_file_spoils()
    {
        var files = Enumerable.Range(0, 600).Select(i => ($"demo/module{i:000}.py", $"value = {i}\n")).ToList();
        var wheel = (new WheelForge() with { Files = files }).Build();
        var name = "demo/module599.py"u8;
        wheel[wheel.AsSpan().IndexOf(name) + name.Length + 3] ^= 1;
        using var store = new Store();
        var refused = Assert.Throws<UnsafeArchiveException>(() => store.Add("demo-1.0-py3-none-any.whl", wheel));
        Assert.Contains("module599.py", refused.Message, StringComparison.Ordinal);
        Assert.Empty(store.Everything());
    }

    [Fact]
    public async Task Makes_downloads_wait_for_room_and_none_for_more_than_there_is()
    {
        using var store = new Store();
        var rooms = new List<IDisposable>();
        for (var i = 0; i < 4; i++)
            rooms.Add(await store.Wheels.ReserveAsync(long.MaxValue, Token));
        var fifth = store.Wheels.ReserveAsync(size: null, Token).AsTask();
        Assert.False(fifth.IsCompleted);
        rooms[0].Dispose();
        (await fifth).Dispose();
    }

    [Fact]
    public void Replaces_what_is_no_entry()
    {
        using var store = new Store();
        var key = Store.Key("demo-1.0-py3-none-any.whl");
        var place = Path.Combine(store.Bucket, key.RelativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!); // below the bucket
        File.WriteAllBytes(place, new WheelForge().Build());
        Assert.Null(store.Wheels.TryFind(key, expected: null));
        using var added = store.Add(new WheelForge());
        Assert.NotNull(store.Wheels.TryFind(key, expected: null));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    public async Task What_is_replaced_is_missing_at_no_moment(string kind)
    {
        using var store = new Store();
        var key = Store.Key("demo-1.0-py3-none-any.whl");
        var place = Path.Combine(store.Bucket, key.RelativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!); // below the bucket
        var wheel = new WheelForge().Build();
        for (var round = 0; round < 30; round++)
        {
            if (kind is "file")
                await File.WriteAllBytesAsync(place, wheel, TestContext.Current.CancellationToken);
            else
                Directory.CreateDirectory(Path.Combine(place, "tree"));
            using var watching = new ManualResetEventSlim();
            var isReplaced = false;
            var watcher = Task.Run(
                () =>
                {
                    var isMissing = false;
                    watching.Set();
                    while (!Volatile.Read(ref isReplaced))
                        isMissing |= !Path.Exists(place);
                    return isMissing;
                },
                TestContext.Current.CancellationToken
            );
            watching.Wait(TestContext.Current.CancellationToken);

            store.Add("demo-1.0-py3-none-any.whl", wheel).Dispose();
            Volatile.Write(ref isReplaced, true);

            Assert.False(await watcher, "between two moments there was nothing");
            Assert.True(File.Exists(Path.Combine(place, "manifest")));
            Directory.Delete(place, recursive: true);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(store.Cache.Root, "temporary-v1")));
    }

    [Fact]
    public void Sweeps_what_a_killed_process_left_and_nothing_else()
    {
        using var store = new Store();
        var temporary = Path.Combine(store.Cache.Root, "temporary-v1");
        Directory.CreateDirectory(Path.Combine(temporary, "unpack-dead", "tree"));
        File.WriteAllText(Path.Combine(temporary, "unpack-dead", "tree", "x"), "x");
        Directory.CreateDirectory(Path.Combine(temporary, "unpack-alive"));
        File.WriteAllText(Path.Combine(temporary, "download"), "x");
        using (Krait.Platform.Locks.FolderLock.TryAcquire(Path.Combine(temporary, "unpack-alive")))
        {
            using var added = store.Add(new WheelForge());
        }

        Assert.Equal(
            ["download", "unpack-alive"],
            Directory.EnumerateFileSystemEntries(temporary).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    public static TheoryData<string> WrongRecords => [.. Records.Keys];

    private static Dictionary<string, WheelForge> Records => field ??= MakeRecords();

    [Theory]
    [MemberData(nameof(WrongRecords))]
    public void Warns_of_a_wrong_RECORD_and_writes_a_right_one(string name)
    {
        using var store = new Store();
        using var wheel = store.Add(Records[name]);
        Assert.NotEmpty(wheel.Warnings);
        var record = File.ReadAllText(Path.Combine(wheel.Tree, "demo-1.0.dist-info", "RECORD"));
        Assert.Contains(WheelForge.Row("demo/__init__.py", "x = 1\n"u8.ToArray()), record, StringComparison.Ordinal);
        Assert.EndsWith("demo-1.0.dist-info/RECORD,,\n", record, StringComparison.Ordinal);

        using var strict = new Store(strict: true);
        if (wheel.Warnings.Any(w => w.Code is "wheel-record"))
            Assert.Throws<UnsafeArchiveException>(() => strict.Add(Records[name]));
    }

    [Fact]
    public void Says_little_of_a_RECORD_that_is_wrong_about_everything()
    {
        using var store = new Store();
        var files = Enumerable.Range(0, 300).Select(i => ($"demo/f{i}.py", "x")).ToList();
        using var unlisted = store.Add(
            new WheelForge("demo", "1.0") with
            {
                Files = files,
                ChangeRecord = rows => rows.Select(row => row.Replace("=", "=A", StringComparison.Ordinal)),
            }
        );
        Assert.InRange(unlisted.Warnings.Count(), 2, 12);
        Assert.Contains(unlisted.Warnings, w => w.Message.Contains("292 more files", StringComparison.Ordinal));
        using var twice = store.Add(
            new WheelForge("demo", "1.1") with
            {
                Files = files,
                ChangeRecord = rows => rows.Concat(rows),
            }
        );
        Assert.InRange(twice.Warnings.Count(), 2, 12);
        using var empty = store.Add(
            new WheelForge("demo", "1.2") with
            {
                ChangeRecord = rows => rows.Concat(Enumerable.Repeat(",,", 100_000)),
            }
        );
        Assert.Empty(empty.Warnings);
    }

    [Fact]
    public void Makes_one_program_of_a_name_in_both_groups_and_keeps_those_of_another_case()
    {
        using var store = new Store();
        using var wheel = store.Add(
            new WheelForge() with
            {
                EntryPoints = "[console_scripts]\nx = a:b\nX = a:c\n[gui_scripts]\nx = a:d\n",
            }
        );
        Assert.Equal(
            ["X a:c", "x a:d"],
            wheel.Scripts.Select(s => $"{s.Name} {s.Module}:{s.Attribute}").Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Keeps_an_egg_info_of_its_own()
    {
        using var store = new Store();
        using var wheel = store.Add(
            new WheelForge() with
            {
                Files = [("Demo.egg-info/PKG-INFO", ""), ("demo/_vendor/other-1.0.dist-info/METADATA", "")],
            }
        );
        Assert.Empty(wheel.Warnings);
    }

    [Fact]
    public void Says_nothing_of_a_right_RECORD()
    {
        using var store = new Store(strict: true);
        using var wheel = store.Add(new WheelForge());
        Assert.Empty(wheel.Warnings);
        using var quoted = store.Add(new WheelForge("demo", "1.1") with { Files = [("demo/a, \"b\".txt", "x")] });
        Assert.Empty(quoted.Warnings);
    }

    [Fact]
    public void Takes_the_first_of_several_format_versions()
    {
        using var store = new Store();
        using var wheel = store.Add(
            new WheelForge() with
            {
                Wheel = "Wheel-Version: 1.0\nWheel-Version: 2.0\nRoot-Is-Purelib: true\n",
            }
        );
        Assert.Empty(wheel.Warnings);
    }

    private static FileHash HashOf(byte[] wheel) =>
        FileHash.Create(Krait.Packaging.Distributions.HashAlgorithm.Sha256, SHA256.HashData(wheel));

    private static Dictionary<string, WheelForge> MakeRecords()
    {
        var right = new WheelForge();
        WheelForge Changed(Func<IReadOnlyList<string>, IEnumerable<string>> change) =>
            right with
            {
                ChangeRecord = change,
            };
        return new(StringComparer.Ordinal)
        {
            ["missing row"] = Changed(rows => rows.Skip(1)),
            ["row without a file"] = Changed(rows => rows.Append("demo/ghost.py,,")),
            ["wrong hash"] = Changed(rows =>
                rows.Select(r => r.Replace("sha256=", "sha256=A", StringComparison.Ordinal))
            ),
            ["wrong size"] = Changed(rows =>
                rows.Select(r => r.EndsWith(",6", StringComparison.Ordinal) ? r[..^1] + "7" : r)
            ),
            ["no hash"] = Changed(rows =>
                rows.Select(r => r.StartsWith("demo/", StringComparison.Ordinal) ? "demo/__init__.py,," : r)
            ),
            ["row twice"] = Changed(rows => rows.Prepend(rows[0])),
            ["absolute row"] = Changed(rows => rows.Append("/etc/passwd,,")),
            ["row that leads out"] = Changed(rows => rows.Append("../../../x,,")),
            ["open quote"] = Changed(rows => rows.Append("\"demo")),
            ["UTF-16"] = right with { RawRecord = System.Text.Encoding.Unicode.GetBytes("demo/__init__.py,,\n") },
            ["not UTF-8"] = right with { RawRecord = [0xFF, 0xFE, (byte)',', (byte)','] },
        };
    }

    [Fact]
    public async Task Replaces_an_entry_that_a_lower_layer_of_the_file_system_holds()
    {
        using var folder = new TempFolder();
        var place = new CacheLocation(folder.At("cache"), IsExplicit: true);
        var token = TestContext.Current.CancellationToken;
        var key = Store.Key("demo-1.0-py3-none-any.whl");
        using (var cache = await CacheFolder.OpenAsync(place, TimeSpan.FromSeconds(9), waiting: null, token))
        {
            using var store = new WheelStore(cache);
            store.Add(key, ByteSource.Over(new WheelForge().Build()), hashes: [], token).Dispose();
        }

        using var mount = TestMount.TryLayer(place.Path);
        Assert.SkipWhen(mount is null, "nothing can be mounted here");
        using (var cache = await CacheFolder.OpenAsync(place, TimeSpan.FromSeconds(9), waiting: null, token))
        {
            using var store = new WheelStore(cache);
            var rebuilt = new WheelForge { Files = [("demo/__init__.py", "x = 2\n")] };

            using var wheel = store.Add(key, ByteSource.Over(rebuilt.Build()), hashes: [], token);

            Assert.Equal(
                "x = 2\n",
                await File.ReadAllTextAsync(Path.Combine(wheel.Tree, "demo", "__init__.py"), token)
            );
            Assert.Empty(Directory.GetFileSystemEntries(cache.PathOf(CacheBucket.Temporary)));
        }
    }
}
