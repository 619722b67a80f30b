using System.IO.Compression;
using Krait.Archives;
using Krait.Archives.Deflate;
using Krait.Archives.Zip;
using ZipArchive = Krait.Archives.Zip.ZipArchive;

namespace Krait.Fuzz;

/// <summary>Archives: unsafe code that reads what strangers wrote, compared with the runtime's own readers.</summary>
internal static class ArchiveTargets
{
    private const int Room = 1 << 16;
    private const int Guard = 64;
    private static readonly Inflater Inflater = new();

    public static FuzzTarget Inflate { get; } =
        new("inflate", RunInflate, Deflated(CompressionLevel.Optimal), Deflated(CompressionLevel.NoCompression));

    public static FuzzTarget Zip { get; } = new("zip", RunZip, Zipped());

    private static void RunInflate(byte[] input)
    {
        var output = new byte[Room + Guard];
        output.AsSpan(Room).Fill(0xA5);
        var outcome = Inflater.Inflate(input, output.AsSpan(0, Room), out var consumed, out var written);
        FuzzTargets.Require(!output.AsSpan(Room).ContainsAnyExcept((byte)0xA5), "nothing is written past the output");
        FuzzTargets.Require(consumed <= input.Length && written <= Room, "the counts stay inside the buffers");
        if (outcome is not InflateOutcome.Complete)
            return;

        using var stream = new DeflateStream(new MemoryStream(input), CompressionMode.Decompress);
        var expected = new byte[Room];
        var length = stream.ReadAtLeast(expected, Room, throwOnEndOfStream: false);
        FuzzTargets.Require(
            output.AsSpan(0, written).SequenceEqual(expected.AsSpan(0, length)),
            "the content is what zlib reads"
        );
    }

    private static void RunZip(byte[] bytes)
    {
        try
        {
            using var archive = ZipArchive.Open(ByteSource.Over(bytes), "demo.zip");
            using var extractor = new ZipExtractor();
            foreach (var entry in archive.Entries)
                extractor.Extract(archive, entry, static _ => { });
        }
        catch (UnsafeArchiveException)
        {
            // The only way to refuse an archive.
        }
    }

    private static byte[] Deflated(CompressionLevel level)
    {
        using var output = new MemoryStream();
        using (var stream = new DeflateStream(output, level))
            stream.Write("a text, a text, another text, and numbers 0123456789"u8);
        return output.ToArray();
    }

    private static byte[] Zipped()
    {
        using var output = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(output, ZipArchiveMode.Create))
        {
            foreach (var name in (string[])["demo/__init__.py", "demo-1.dist-info/RECORD"])
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write("some content, some content"u8);
            }
        }

        return output.ToArray();
    }
}
