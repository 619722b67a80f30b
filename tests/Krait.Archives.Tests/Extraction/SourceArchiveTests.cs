using System.IO.Compression;
using System.Text;
using Krait.Archives.Extraction;
using Krait.Testing;
using Krait.Testing.Archives;
using static Krait.Testing.Archives.ForgedMember;

namespace Krait.Archives.Tests.Extraction;

public sealed class SourceArchiveTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    public static TheoryData<string> HostileCases => [.. Hostile.Keys];

    private static IReadOnlyDictionary<string, Func<byte[]>> Hostile => field ??= TarCases.Hostile();

    [Fact]
    public void Unpacks_files_with_their_content_mode_and_time()
    {
        var archive = new TarForge(
            Folder("demo-1.0/"),
            File("demo-1.0/setup.py", "print()"),
            File("demo-1.0/configure", "#!/bin/sh") with
            {
                Mode = "0004755\0",
            },
            File("demo-1.0/secret", "") with
            {
                Mode = "0000000\0",
            },
            File("./demo-1.0/src/a/b.py", new string('x', 5000))
        );
        var source = Unpack("demo-1.0.tar.gz", archive.BuildGzip());
        Assert.Equal(["demo-1.0"], source.TopNames);
        Assert.Equal("print()", Read("demo-1.0/setup.py"));
        Assert.Equal(5000, Read("demo-1.0/src/a/b.py").Length);
        Assert.Equal("", Read("demo-1.0/secret"));
        var mode = System.IO.File.GetUnixFileMode(temp.At("out", "demo-1.0", "configure"));
        Assert.True(mode.HasFlag(UnixFileMode.UserExecute) && !mode.HasFlag(UnixFileMode.SetUser));
        Assert.Equal(
            DateTimeOffset.FromUnixTimeSeconds(Convert.ToInt64("14600000000", 8)).UtcDateTime,
            System.IO.File.GetLastWriteTimeUtc(temp.At("out", "demo-1.0", "setup.py"))
        );
    }

    [Fact]
    public void Reads_every_way_to_write_a_long_name_or_a_large_size()
    {
        var longName = "demo-1.0/" + string.Join('/', Enumerable.Repeat("folder", 30)) + "/a.py";
        var archive = new TarForge(
            Pax(("comment", "0123456789abcdef")) with
            {
                Type = (byte)'g',
            },
            Pax(("path", longName + "1"), ("mtime", "1500000000.25"), ("size", "1")),
            File("demo-1.0/x", "1"),
            LongName('L', longName + "2"),
            File("demo-1.0/y", "2"),
            File("z", "3") with
            {
                Prefix = "demo-1.0/prefix"u8.ToArray(),
            },
            File("demo-1.0/base256", "4") with
            {
                Size = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            },
            File("demo-1.0/old", "5") with
            {
                Magic = "\0\0\0\0\0\0\0\0",
                Type = 0,
                Size = "         1\0 "u8.ToArray(),
            },
            Folder("demo-1.0/oldfolder/") with
            {
                Magic = "\0\0\0\0\0\0\0\0",
                Type = 0,
            },
            File("demo-1.0/huge-owner", "6") with
            {
                Owner = "7777777\0",
            },
            File("demo-1.0/signed-é", "7") with
            {
                Checksum = Signed,
            }
        );
        _ = Unpack("demo-1.0.tar.gz", archive.BuildGzip());
        Assert.Equal("1", Read(longName + "1"));
        Assert.Equal("2", Read(longName + "2"));
        Assert.Equal("3", Read("demo-1.0/prefix/z"));
        Assert.Equal("4", Read("demo-1.0/base256"));
        Assert.Equal("5", Read("demo-1.0/old"));
        Assert.Equal("6", Read("demo-1.0/huge-owner"));
        Assert.Equal("7", Read("demo-1.0/signed-é"));

        // Two bytes above 127 count 256 less each.
        static string Signed(int sum) => Convert.ToString(sum - 512, 8).PadLeft(6, '0') + "\0 ";
    }

    [Fact]
    public void Makes_links_that_stay_inside_and_copies_of_hard_links()
    {
        var archive = new TarForge(
            Link("demo-1.0/first", "doc/../a"),
            Link("demo-1.0/self", "."),
            Link("demo-1.0/doc/up", "../doc"),
            Link("demo-1.0/chain", "first"),
            File("demo-1.0/a", "content"),
            File("demo-1.0/doc/b", "b"),
            Link("demo-1.0/hard", "demo-1.0/a", '1')
        );
        _ = Unpack("demo-1.0.tar.gz", archive.BuildGzip());
        Assert.Equal("content", Read("demo-1.0/chain"));
        Assert.Equal("content", Read("demo-1.0/hard"));
        System.IO.File.WriteAllText(temp.At("out", "demo-1.0", "hard"), "changed");
        Assert.Equal("content", Read("demo-1.0/a"));
        Assert.Equal("b", Read("demo-1.0/self/doc/up/b"));
    }

    [Fact]
    public void Warns_of_a_file_that_comes_twice_with_the_same_bytes()
    {
        var archive = new TarForge(File("p/a", "1"), File("p/b", "2"), File("p/a", "1"), File("p/B", "2"));
        var source = Unpack("p-1.tar", archive.Build(), rules: FileNameRules.Windows);
        Assert.Equal(["archive-twins", "archive-twins"], source.Warnings.Select(w => w.Code));
        Assert.Equal("2", Read("p/B"));
        Assert.Equal(["out"], Directory.GetFileSystemEntries(temp.Path, "out").Select(Path.GetFileName));
        Assert.Equal(["p"], Directory.GetFileSystemEntries(temp.At("out")).Select(Path.GetFileName));
    }

    [Fact]
    public void Takes_names_that_this_system_keeps_apart()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems keep fewer names apart");
        string[] names = ["p/a", "p/A", "p/\u00e9", "p/e\u0301", "p/aux.c", "p/dot."];
        _ = Unpack("p-1.tar", new TarForge([.. names.Select(name => File(name, name))]).Build());
        foreach (var name in names)
            Assert.Equal(name, Read(name));
        Assert.Equal(
            "archive-twins",
            Assert
                .Throws<UnsafeArchiveException>(() =>
                    Unpack("p-1.tar", new TarForge(File("p/a", "1"), File("p/a", "2")).Build())
                )
                .Diagnostic.Code
        );
    }

    [Theory]
    [MemberData(nameof(HostileCases))]
    public void Refuses_hostile_archives(string name)
    {
        var bytes = Hostile[name]();
        var canary = temp.Write("canary", "safe");
        foreach (
            var (file, content) in (ReadOnlySpan<(string, byte[])>)
                [("p-1.tar", bytes), ("p-1.tar.gz", TarForge.Gzip(bytes))]
        )
        {
            var error = Assert.Throws<UnsafeArchiveException>(() =>
                Unpack(file, content, rules: FileNameRules.Windows)
            );
            Assert.DoesNotContain(error.Message, char.IsControl);
            Assert.Contains(file, error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("safe", System.IO.File.ReadAllText(canary));
        var inside = Directory.GetFileSystemEntries(temp.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(["canary", "out", "p-1.tar", "p-1.tar.gz"], inside);
        Assert.DoesNotContain(
            Directory.GetFileSystemEntries(temp.At("out"), "*", SearchOption.AllDirectories),
            path => new FileInfo(path).LinkTarget is not null
        );
    }

    [Fact]
    public void Refuses_damaged_gzip_files()
    {
        var good = new TarForge(File("p/a", new string('x', 3000))).BuildGzip();
        for (var length = 0; length < good.Length; length++)
            _ = Assert.Throws<UnsafeArchiveException>(() => Unpack("p-1.tar.gz", good[..length]));
        for (var at = good.Length - 8; at < good.Length; at++)
        {
            var wrong = good.ToArray();
            wrong[at] ^= 1;
            _ = Assert.Throws<UnsafeArchiveException>(() => Unpack("p-1.tar.gz", wrong));
        }

        _ = Assert.Throws<UnsafeArchiveException>(() => Unpack("p-1.tar.gz", [.. good, 1]));
        _ = Assert.Throws<UnsafeArchiveException>(() => Unpack("p-1.tar.gz", [.. good, .. new byte[70_000]]));
        Assert.Equal(["p"], Unpack("p-1.tar.gz", [.. good, 0, 0]).TopNames);
    }

    [Fact]
    public void Joins_the_members_of_a_gzip_file_wherever_they_meet()
    {
        var tar = new TarForge(File("p/a", new string('x', 3000))).Build();
        foreach (var cut in (int[])[1, 100, 512, 700, tar.Length - 1])
        {
            Assert.Equal(
                ["p"],
                Unpack("p-1.tar.gz", [.. TarForge.Gzip(tar.AsSpan(0, cut)), .. TarForge.Gzip(tar.AsSpan(cut))]).TopNames
            );
        }

        Assert.Equal(3000, Read("p/a").Length);
    }

    [Fact]
    public void Reads_gzip_headers_with_every_field()
    {
        var plain = new TarForge(File("p/a")).BuildGzip();
        byte[] header = [.. plain[..3], 4 | 8 | 16, .. plain[4..10], 3, 0, 1, 2, 3, .. "name\0"u8, .. "comment\0"u8];
        Assert.Equal(["p"], Unpack("p-1.tar.gz", [.. header, .. plain[10..]]).TopNames);
        header[3] |= 0x20;
        _ = Assert.Throws<UnsafeArchiveException>(() => Unpack("p-1.tar.gz", [.. header, .. plain[10..]]));
    }

    [Fact]
    [Trait("Speed", "slow")]
    public void Refuses_bombs()
    {
        var limits = ArchiveLimits.Default with { RatioFloor = 1 << 20, Entries = 100 };
        var zeros = new TarForge(new ForgedMember { Name = "p/a"u8.ToArray(), Content = new byte[8 << 20] });
        Assert.Equal("archive-bomb", CodeOf("p-1.tar.gz", zeros.BuildGzip()));
        var content = Samples.Make(new Random(1), 300_000);
        var copies = Enumerable.Range(0, 90).Select(i => Link($"p/h{i}", "p/a", '1'));
        var linked = new TarForge([new ForgedMember { Name = "p/a"u8.ToArray(), Content = content }, .. copies]);
        limits = limits with { Ratio = 2 };
        Assert.Equal("archive-bomb", CodeOf("p-1.tar.gz", linked.BuildGzip()));
        var many = new TarForge([.. Enumerable.Range(0, 101).Select(i => File($"p/{i}", ""))]);
        Assert.Equal("archive-bomb", CodeOf("p-1.tar.gz", many.BuildGzip()));

        string CodeOf(string name, byte[] bytes) =>
            Assert.Throws<UnsafeArchiveException>(() => Unpack(name, bytes, limits)).Diagnostic.Code;
    }

    [Fact]
    public void Unpacks_zip_archives_by_the_same_rules()
    {
        var zip = Zip(("demo-1.0/setup.py", "print()"), ("demo-1.0/a/b.py", "b"));
        Assert.Equal(["demo-1.0"], Unpack("master.zip", zip).TopNames);
        Assert.Equal("b", Read("demo-1.0/a/b.py"));
        _ = Assert.Throws<UnsafeArchiveException>(() => Unpack("p.zip", Zip(("../x", "x"))));
        _ = Assert.Throws<UnsafeArchiveException>(() =>
            Unpack("p.zip", Zip(("p/a", "1"), ("p/A", "2")), rules: FileNameRules.Windows)
        );
    }

    [Fact]
    public void Believes_the_name_only_where_the_content_agrees()
    {
        var tar = new TarForge(File("p/a"));
        var zip = Zip(("p/a", "x"));
        Assert.Equal("archive-kind", CodeOf("p.tar.gz", zip));
        Assert.Equal("archive-kind", CodeOf("p.zip", tar.BuildGzip()));
        Assert.Equal("archive-kind", CodeOf("p.tar", tar.BuildGzip()));
        Assert.Equal("archive-kind", CodeOf("p.tar.gz", tar.Build()));
        Assert.Equal("archive-kind", CodeOf("p.tar.gz", "text"u8.ToArray()));
        Assert.Equal("archive-kind", CodeOf("p.tar.gz", []));
        Assert.Equal("archive-kind", CodeOf("p.tar.bz2", "BZh9"u8.ToArray()));
        // A name without an ending says nothing.
        Assert.Equal(["p"], Unpack("main", zip).TopNames);
        Assert.Equal(["p"], Unpack("main", tar.BuildGzip()).TopNames);
        Assert.Equal(["p"], Unpack("main", tar.Build()).TopNames);

        string CodeOf(string name, byte[] bytes) =>
            Assert.Throws<UnsafeArchiveException>(() => Unpack(name, bytes)).Diagnostic.Code;
    }

    [Fact]
    public void Refuses_a_file_that_is_tar_and_zip_at_once()
    {
        var zip = Zip(("q/b", "evil"));
        var member = new ForgedMember { Name = "p/z"u8.ToArray(), Content = zip };
        // The end record's comment reaches over everything that follows.
        var tar = new TarForge(member).Build();
        var end = tar.AsSpan().LastIndexOf("PK\x05\x06"u8);
        BitConverter.GetBytes((ushort)(tar.Length - end - 22)).CopyTo(tar, end + 20);
        Assert.Equal("archive-polyglot", CodeOf("p.tar", tar));
        Assert.Equal("archive-polyglot", CodeOf("p.tar.gz", TarForge.Gzip(tar, CompressionLevel.NoCompression)));

        string CodeOf(string name, byte[] bytes) =>
            Assert.Throws<UnsafeArchiveException>(() => Unpack(name, bytes)).Diagnostic.Code;
    }

    [Fact]
    public void Reads_what_Python_writes_as_Python_reads_it()
    {
        var random = new Random(20261129);
        foreach (
            var format in (System.Formats.Tar.TarEntryFormat[])
                [
                    System.Formats.Tar.TarEntryFormat.V7,
                    System.Formats.Tar.TarEntryFormat.Ustar,
                    System.Formats.Tar.TarEntryFormat.Pax,
                    System.Formats.Tar.TarEntryFormat.Gnu,
                ]
        )
        {
            var files = Enumerable
                .Range(0, 40)
                .ToDictionary(
                    i => $"p/{i % 7}/{new string('n', random.Next(1, 60))}{i}",
                    _ => Samples.Make(random, random.Next(3000)),
                    StringComparer.Ordinal
                );
            using var buffer = new MemoryStream();
            using (var writer = new System.Formats.Tar.TarWriter(buffer, format, leaveOpen: true))
            {
                foreach (var (name, content) in files)
                {
                    System.Formats.Tar.TarEntry entry = format switch
                    {
                        System.Formats.Tar.TarEntryFormat.V7 => new System.Formats.Tar.V7TarEntry(
                            System.Formats.Tar.TarEntryType.V7RegularFile,
                            name
                        ),
                        System.Formats.Tar.TarEntryFormat.Ustar => new System.Formats.Tar.UstarTarEntry(
                            System.Formats.Tar.TarEntryType.RegularFile,
                            name
                        ),
                        System.Formats.Tar.TarEntryFormat.Pax => new System.Formats.Tar.PaxTarEntry(
                            System.Formats.Tar.TarEntryType.RegularFile,
                            name
                        ),
                        _ => new System.Formats.Tar.GnuTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name),
                    };
                    entry.DataStream = new MemoryStream(content);
                    writer.WriteEntry(entry);
                }
            }

            _ = Unpack("p-1.tar", buffer.ToArray());
            foreach (var (name, content) in files)
                Assert.Equal(content, System.IO.File.ReadAllBytes(temp.At("out", name)));
        }
    }

    private UnpackedSource Unpack(string name, byte[] bytes, ArchiveLimits? limits = null, FileNameRules? rules = null)
    {
        var target = temp.At("out");
        if (Directory.Exists(target))
            Directory.Delete(target, recursive: true);
        Directory.CreateDirectory(target);
        System.IO.File.WriteAllBytes(temp.At(name), bytes);
        using var source = ByteSource.OpenFile(temp.At(name));
        return SourceArchive.Extract(
            source,
            name,
            target,
            limits ?? ArchiveLimits.Default,
            rules ?? FileNameRules.Current,
            TestContext.Current.CancellationToken
        );
    }

    private string Read(string path) => System.IO.File.ReadAllText(temp.At("out", path));

    private static byte[] Zip(params (string Name, string Content)[] files)
    {
        using var buffer = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return buffer.ToArray();
    }
}
