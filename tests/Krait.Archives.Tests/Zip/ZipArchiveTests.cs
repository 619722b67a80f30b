using System.Buffers;
using System.IO.Compression;
using System.Text;
using Krait.Archives.Zip;
using Krait.Testing.Archives;

namespace Krait.Archives.Tests.Zip;

public sealed class ZipArchiveTests
{
    private static readonly ForgedEntry A = ForgedEntry.Of("pkg/a.py", "print('a')\n" + new string('x', 300));
    private static readonly ForgedEntry B = ForgedEntry.Of("pkg/b.py", "print('b')\n", deflated: false);

    [Fact]
    public void Reads_what_the_framework_writes()
    {
        var random = new Random(1);
        using var file = new MemoryStream();
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using (var zip = new System.IO.Compression.ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < 60; i++)
            {
                var content = Samples.Make(random, i == 7 ? 3_000_000 : random.Next(0, 5000));
                contents[$"pkg/größe {i}.py"] = content;
                using var stream = zip.CreateEntry($"pkg/größe {i}.py", Samples.Levels[i % 4]).Open();
                stream.Write(content);
            }
        }

        var read = Read(file.ToArray());
        Assert.Equal(contents.Count, read.Count);
        foreach (var (name, content) in contents)
            Assert.True(content.AsSpan().SequenceEqual(read[name]));
    }

    [Theory]
    [MemberData(nameof(HarmlessCases))]
    public void Accepts(string name)
    {
        var read = Read(Harmless[name].Build());
        Assert.Equal("print('b')\n", Encoding.UTF8.GetString(read["pkg/b.py"]));
    }

    [Theory]
    [MemberData(nameof(HostileCases))]
    public void Refuses(string name)
    {
        var error = Assert.Throws<UnsafeArchiveException>(() => Read(Hostile[name]()));
        Assert.Contains("bad-1.0-py3-none-any.whl", error.Diagnostic.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Diagnostic.Message, char.IsControl);
    }

    [Theory]
    [MemberData(nameof(WindowsCases))]
    public void Refuses_names_that_a_system_cannot_keep_on_that_system_only(string name)
    {
        var bytes = HostileOnWindows[name]();
        Assert.Throws<UnsafeArchiveException>(() => Open(bytes, FileNameRules.Windows));
        using var archive = Open(bytes, new FileNameRules(ForbidsReserved: false, FoldsNames: false));
        Assert.True(archive.Entries.Length >= 2);
        Assert.Empty(archive.Warnings);
    }

    [Fact]
    public void Refuses_an_archive_cut_at_any_byte()
    {
        var whole = new ZipForge(A, B) { Zip64 = true }.Build();
        for (var length = 0; length < whole.Length; length++)
            Assert.Throws<UnsafeArchiveException>(() => Read(whole[..length]));
    }

    [Fact]
    public void Warns_of_what_is_odd_but_harmless()
    {
        Assert.Equal(["zip-comment"], Warnings(new ZipForge(A, B) { Comment = "hello"u8.ToArray() }));
        Assert.Equal(["zip-padding"], Warnings(new ZipForge(A, B) { Suffix = new byte[100] }));
        Assert.Equal(["archive-twins"], Warnings(new ZipForge(A, B, A)));
        using var twins = Open(
            new ZipForge(B, ForgedEntry.Of("pkg/B.py", "print('b')\n")).Build(),
            FileNameRules.Windows
        );
        Assert.Equal("archive-twins", Assert.Single(twins.Warnings).Code);
        Assert.Empty(Warnings(new ZipForge(A, B)));
    }

    [Fact]
    public void Keeps_both_spellings_of_a_name_but_one_of_a_repeated_name()
    {
        using var spellings = Open(new ZipForge(B, ForgedEntry.Of("pkg/B.py", "print('b')\n")).Build());
        Assert.Equal(2, spellings.Entries.Length);
        using var repeated = Open(new ZipForge(B, B).Build());
        Assert.Single(repeated.Entries);
    }

    [Fact]
    public void Marks_files_that_anyone_may_execute()
    {
        ForgedEntry With(uint mode) => B.Both(h => h with { ExternalAttributes = mode << 16 });
        foreach (
            var (mode, expected) in new (uint, bool)[]
            {
                (0x81A4, false),
                (0x81ED, true),
                (0x8049, true),
                (0x1ED, false),
                (0, false),
            }
        )
        {
            using var archive = Open(new ZipForge(With(mode)).Build());
            Assert.Equal(expected, archive.Entries[0].IsExecutable);
        }
    }

    [Fact]
    [Trait("Speed", "slow")]
    public void Never_fails_otherwise_on_mutants_and_agrees_with_the_framework_on_those_it_accepts()
    {
        var random = new Random(9);
        byte[][] seeds =
        [
            new ZipForge(A, B).Build(),
            new ZipForge(A, B) { Zip64 = true }.Build(),
            new ZipForge(A.Streamed(signature: true, wide: false), B.Streamed(signature: false, wide: false)).Build(),
        ];
        var accepted = 0;
        for (var round = 0; round < 60_000; round++)
        {
            var mutant = seeds[round % seeds.Length].ToArray();
            for (var change = random.Next(1, 3); change > 0; change--)
                mutant[random.Next(mutant.Length)] = random.Next(3) == 0 ? (byte)0xFF : (byte)random.Next(256);
            if (TryRead(mutant) is not { } read)
                continue;
            accepted++;
            using var reference = new System.IO.Compression.ZipArchive(new MemoryStream(mutant));
            Assert.Equal(
                reference.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal),
                read.Keys.Order(StringComparer.Ordinal)
            );
            foreach (var entry in reference.Entries)
            {
                using var stream = entry.Open();
                using var copy = new MemoryStream();
                stream.CopyTo(copy);
                Assert.True(copy.ToArray().AsSpan().SequenceEqual(read[entry.FullName]));
            }
        }

        Assert.True(accepted > 100);
    }

    public static TheoryData<string> HarmlessCases => [.. Harmless.Keys];

    public static TheoryData<string> HostileCases => [.. Hostile.Keys];

    public static TheoryData<string> WindowsCases => [.. HostileOnWindows.Keys];

    private static IReadOnlyDictionary<string, Func<byte[]>> HostileOnWindows => field ??= ZipCases.HostileOnWindows(B);

    private static IReadOnlyDictionary<string, ZipForge> Harmless => field ??= ZipCases.Harmless(A, B);

    private static IReadOnlyDictionary<string, Func<byte[]>> Hostile => field ??= ZipCases.Hostile(A, B);

    private static Krait.Archives.Zip.ZipArchive Open(byte[] bytes) =>
        Krait.Archives.Zip.ZipArchive.Open(ByteSource.Over(bytes), "bad-1.0-py3-none-any.whl");

    private static Krait.Archives.Zip.ZipArchive Open(byte[] bytes, FileNameRules rules) =>
        Krait.Archives.Zip.ZipArchive.Open(
            ByteSource.Over(bytes),
            "bad-1.0-py3-none-any.whl",
            ArchiveLimits.Default,
            rules
        );

    private static string[] Warnings(ZipForge forge)
    {
        using var archive = Open(forge.Build());
        return [.. archive.Warnings.Select(w => w.Code)];
    }

    private static Dictionary<string, byte[]>? TryRead(byte[] bytes)
    {
        try
        {
            return Read(bytes);
        }
        catch (UnsafeArchiveException)
        {
            return null;
        }
    }

    private static Dictionary<string, byte[]> Read(byte[] bytes)
    {
        using var archive = Open(bytes);
        using var extractor = new ZipExtractor();
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries)
        {
            var content = new ArrayBufferWriter<byte>();
            extractor.Extract(archive, entry, piece => content.Write(piece.Span));
            files.Add(entry.Path.Value + (entry.IsDirectory ? "/" : ""), content.WrittenSpan.ToArray());
        }

        return files;
    }
}
