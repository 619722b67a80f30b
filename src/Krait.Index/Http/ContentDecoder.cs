using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Krait.Index.Http;

/// <summary>
/// Undoes the content encodings of RFC 9110, section 8.4.1, in one call on the whole body, and refuses what the framework's streams let
/// pass: a body that is cut, has something behind its end, or grows out of all proportion.
/// </summary>
internal static class ContentDecoder
{
    /// <summary>What is offered to servers.</summary>
    public static string AcceptEncoding(bool allowsBrotli) => allowsBrotli ? "gzip, deflate, br" : "gzip, deflate";

    private const int MostLayers = 2;

    /// <summary>Above this size a body may be at most <see cref="LargestRatio"/> times as large as it was on the wire.</summary>
    private const int FreeOfRatio = 64 * 1024 * 1024;
    private const int LargestRatio = 200;

    /// <summary>Decodes a body; the answer is the body itself when it is not encoded, otherwise a new one and the old is disposed.</summary>
    /// <exception cref="HttpFailure">It is damaged, too large, or encoded in a way that was not asked for.</exception>
    public static PooledBytes Decode(PooledBytes body, string contentEncoding, long limit)
    {
        var encodings = contentEncoding.Split(
            ',',
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );
        if (encodings.Length > MostLayers)
            throw Damaged($"is encoded {encodings.Length} times");
        // The last one was applied last.
        foreach (var encoding in encodings.AsEnumerable().Reverse())
        {
            var bound = Math.Min(limit, Math.Max(FreeOfRatio, (long)body.Length * LargestRatio));
            var decoded = encoding.ToLowerInvariant() switch
            {
                "gzip" or "x-gzip" => Gunzip(body, bound),
                "deflate" => Inflate(body, bound),
                "br" => Unbrotli(body, bound),
                "identity" => null,
                _ => throw Damaged($"has the unknown encoding `{encoding}`"),
            };
            if (decoded is null)
                continue;
            decoded.TakeTurnOf(body);
            body.Dispose();
            body = decoded;
        }

        return body;
    }

    private static PooledBytes Gunzip(PooledBytes encoded, long bound)
    {
        var body = encoded.Memory;
        if (body.Length < 18)
            throw Damaged("is cut off");
        // The trailer tells the length: one allocation, and proof that nothing is missing or follows.
        // Of a body that is cut it tells anything, so that it is only believed within bounds.
        var length = BinaryPrimitives.ReadUInt32LittleEndian(body.Span[^4..]);
        var expected = length <= bound ? (int)length : body.Length;
        using var source = Open(body);
        using var stream = new GZipStream(source, CompressionMode.Decompress);
        var decoded = ReadToEnd(stream, expected, encoded, bound);
        if (decoded.Length == length)
            return decoded;
        decoded.Dispose();
        throw Damaged("is cut off, or something follows it");
    }

    /// <summary>The zlib format, which is what `deflate` means; a server that sends the bare stream is asked for no encoding.</summary>
    private static PooledBytes Inflate(PooledBytes encoded, long bound)
    {
        var body = encoded.Memory;
        if (body.Length < 6)
            throw Damaged("is cut off");
        using var source = new TightStream(body);
        using var stream = new ZLibStream(source, CompressionMode.Decompress);
        var decoded = ReadToEnd(stream, body.Length * 4L, encoded, bound);
        // Where the stream was cut, its last bytes are not the checksum.
        if (source.IsUsedUp && Adler32(decoded.Span) == BinaryPrimitives.ReadUInt32BigEndian(body.Span[^4..]))
            return decoded;
        decoded.Dispose();
        throw Damaged("is cut off, or something follows it");
    }

    private static PooledBytes Unbrotli(PooledBytes encoded, long bound)
    {
        var body = encoded.Span;
        var decoded = new PooledBytes((int)Math.Clamp(body.Length * 6L, 4096, PooledBytes.LargestShared));
        using var decoder = new BrotliDecoder();
        while (true)
        {
            Grow(decoded, encoded, bound);
            var status = decoder.Decompress(body, decoded.Free.Span, out var consumed, out var written);
            body = body[consumed..];
            decoded.Length += written;
            if (status is OperationStatus.Done && body.IsEmpty && decoded.Length <= bound)
                return decoded;
            if (status is OperationStatus.DestinationTooSmall && decoded.Length <= bound)
                continue;
            var isTooLarge = decoded.Length > bound;
            decoded.Dispose();
            throw isTooLarge ? TooLarge(bound)
            : status is OperationStatus.Done ? Damaged("has something behind its end")
            : Damaged("is cut off or corrupt");
        }
    }

    private static PooledBytes ReadToEnd(Stream stream, long expected, PooledBytes encoded, long bound)
    {
        var decoded = new PooledBytes((int)Math.Clamp(expected, 1024, PooledBytes.LargestShared - 1) + 1);
        try
        {
            while (true)
            {
                Grow(decoded, encoded, bound);
                var read = stream.Read(decoded.Free.Span);
                if (read == 0)
                    return decoded;
                decoded.Length += read;
                if (decoded.Length > bound)
                    throw TooLarge(bound);
            }
        }
        catch (InvalidDataException e)
        {
            decoded.Dispose();
            throw Damaged("is corrupt", e);
        }
        catch
        {
            decoded.Dispose();
            throw;
        }
    }

    private static void Grow(PooledBytes decoded, PooledBytes encoded, long bound)
    {
        if (decoded.NeedsTurn)
        {
            decoded.TakeTurnOf(encoded);
            if (decoded.NeedsTurn)
                decoded.TakeTurn();
        }

        decoded.Reserve(bound);
    }

    private static MemoryStream Open(ReadOnlyMemory<byte> body) =>
        MemoryMarshal.TryGetArray(body, out var segment)
            ? new MemoryStream(segment.Array ?? [], segment.Offset, segment.Count, writable: false)
            : new MemoryStream(body.ToArray(), writable: false);

    private static uint Adler32(ReadOnlySpan<byte> data)
    {
        uint low = 1;
        uint high = 0;
        while (!data.IsEmpty)
        {
            // The longest run before the sums could overflow 32 bits.
            var run = data[..Math.Min(5552, data.Length)];
            foreach (var b in run)
            {
                low += b;
                high += low;
            }

            low %= 65521;
            high %= 65521;
            data = data[run.Length..];
        }

        return (high << 16) | low;
    }

    private static HttpFailure Damaged(string how, Exception? inner = null) =>
        new(HttpFailureKind.DamagedAnswer, $"the compressed response {how}", inner) { IsEncoding = true };

    private static HttpFailure TooLarge(long bound) =>
        new(HttpFailureKind.AnswerTooLarge, $"the response is larger than {SizeText.Of(bound)} after decompression")
        {
            IsFinal = true,
        };
}
