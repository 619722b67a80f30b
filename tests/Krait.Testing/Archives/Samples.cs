using System.IO.Compression;

namespace Krait.Testing.Archives;

/// <summary>Contents of many kinds and their compression by the framework.</summary>
public static class Samples
{
    public static CompressionLevel[] Levels { get; } =
    [CompressionLevel.Optimal, CompressionLevel.Fastest, CompressionLevel.NoCompression, CompressionLevel.SmallestSize];

    /// <summary>Bytes with runs, repetitions at many distances, text and noise.</summary>
    public static byte[] Make(Random random, int length)
    {
        var content = new byte[length];
        for (var at = 0; at < length; )
        {
            var count = Math.Min(length - at, random.Next(1, 400));
            var piece = content.AsSpan(at, count);
            switch (random.Next(4))
            {
                case 0:
                    piece.Fill((byte)random.Next(256));
                    break;
                case 1 when at > 0:
                    var distance = random.Next(1, Math.Min(at, 40_000) + 1);
                    for (var i = 0; i < count; i++)
                        content[at + i] = content[at + i - distance];
                    break;
                case 2:
                    random.NextBytes(piece);
                    break;
                default:
                    for (var i = 0; i < count; i++)
                        piece[i] = (byte)"etaoin shrdlu\n"[random.Next(14)];
                    break;
            }

            at += count;
        }

        return content;
    }

    public static byte[] Deflate(ReadOnlySpan<byte> content, CompressionLevel level)
    {
        using var output = new MemoryStream();
        using (var stream = new DeflateStream(output, level, leaveOpen: true))
            stream.Write(content);
        return output.ToArray();
    }

    public static int Feed(byte[] bytes, ref int position, Memory<byte> buffer, int most)
    {
        var count = Math.Min(Math.Min(most, buffer.Length), bytes.Length - position);
        bytes.AsSpan(position, count).CopyTo(buffer.Span);
        position += count;
        return count;
    }

    /// <summary>What zlib makes of a stream; whether it ended is told by what follows it being left alone.</summary>
    public static (byte[] Content, bool IsValid, bool IsComplete) Reference(byte[] stream, int room)
    {
        // A complete stream ignores what follows, an incomplete one takes it for its own.
        var (first, firstValid) = Run(stream, room);
        if (!firstValid)
            return ([], false, false);
        var (second, secondValid) = Run([.. stream, .. new byte[400]], room);
        var (third, thirdValid) = Run([.. stream, .. Enumerable.Repeat((byte)0xFF, 400)], room);
        var same =
            secondValid && thirdValid && first.AsSpan().SequenceEqual(second) && first.AsSpan().SequenceEqual(third);
        return (first, true, same);
    }

    private static (byte[] Content, bool IsValid) Run(byte[] stream, int room)
    {
        try
        {
            using var inflate = new DeflateStream(new MemoryStream(stream), CompressionMode.Decompress);
            var output = new MemoryStream();
            var buffer = new byte[8192];
            while (inflate.Read(buffer) is var count and > 0 && output.Length <= room)
                output.Write(buffer, 0, count);
            return (output.ToArray(), true);
        }
        catch (InvalidDataException)
        {
            return ([], false);
        }
    }
}
