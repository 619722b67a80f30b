using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Krait.Index.Http;

/// <summary>
/// Undoes one content encoding (RFC 9110, section 8.4.1) of a body as it is read, and refuses what the framework's streams let pass: a body
/// that is cut, has something behind its end, or grows out of all proportion.
/// </summary>
internal abstract class BodyDecoder : IDisposable
{
    private readonly long bound;
    private long total;

    private BodyDecoder(long bound) => this.bound = bound;

    /// <summary>About how many bytes come out.</summary>
    public abstract long ExpectedLength { get; }

    /// <summary>Opens a body.</summary>
    /// <param name="body">The encoded bytes, which the caller keeps until the end.</param>
    /// <param name="encoding">The name of the encoding.</param>
    /// <param name="bound">How many bytes may come out.</param>
    /// <returns>Null where the encoding changes nothing.</returns>
    /// <exception cref="HttpFailure">It is damaged, or encoded in a way that was not asked for.</exception>
    public static BodyDecoder? Open(ReadOnlyMemory<byte> body, string encoding, long bound) =>
        encoding.ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => new Gzip(body, bound),
            "deflate" => new Deflate(body, bound),
            "br" => new Brotli(body, bound),
            "identity" => null,
            _ => throw Damaged($"has the unknown encoding `{encoding}`"),
        };

    /// <summary>Decodes the next bytes; 0 at the end, which only a whole body has.</summary>
    /// <exception cref="HttpFailure">It is damaged or too large.</exception>
    public int Read(Span<byte> buffer)
    {
        int count;
        try
        {
            count = Decode(buffer);
        }
        catch (InvalidDataException e)
        {
            throw Damaged("is corrupt", e);
        }

        total += count;
        if (total > bound)
            throw TooLarge(bound);
        if (count == 0 && !IsWhole(total))
            throw Damaged("is cut off, or something follows it");
        return count;
    }

    /// <summary>Decodes as many bytes as there is room for, and fewer only at the end.</summary>
    /// <exception cref="HttpFailure">It is damaged or too large.</exception>
    public int Fill(Span<byte> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length && Read(buffer[filled..]) is > 0 and var count)
            filled += count;
        return filled;
    }

    /// <summary>Decodes the rest for nothing but to know that the body is whole.</summary>
    /// <exception cref="HttpFailure">It is damaged or too large.</exception>
    public void CheckRest()
    {
        Span<byte> unused = stackalloc byte[4096];
        while (Read(unused) > 0) { }
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>A body that is not what it should be.</summary>
    public static HttpFailure Damaged(string how, Exception? inner = null) =>
        new(HttpFailureKind.DamagedAnswer, $"the compressed response {how}", inner) { IsEncoding = true };

    protected abstract int Decode(Span<byte> buffer);

    /// <summary>Whether the body was there to its end, and nothing behind it.</summary>
    protected abstract bool IsWhole(long length);

    private static HttpFailure TooLarge(long bound) =>
        new(HttpFailureKind.AnswerTooLarge, $"the response is larger than {SizeText.Of(bound)} after decompression")
        {
            IsFinal = true,
        };

    private sealed class Gzip : BodyDecoder
    {
        private const int Shortest = 18;

        private readonly GZipStream stream;
        private readonly uint length;

        public Gzip(ReadOnlyMemory<byte> body, long bound)
            : base(bound)
        {
            if (body.Length < Shortest)
                throw Damaged("is cut off");
            // The trailer tells the length: proof that nothing is missing or follows.
            length = BinaryPrimitives.ReadUInt32LittleEndian(body.Span[^4..]);
            // Of a body that is cut it tells anything, so that it is only believed within bounds.
            ExpectedLength = length <= bound ? length : body.Length;
            stream = new GZipStream(Source(body), CompressionMode.Decompress);
        }

        public override long ExpectedLength { get; }

        public override void Dispose() => stream.Dispose();

        protected override int Decode(Span<byte> buffer) => stream.Read(buffer);

        protected override bool IsWhole(long length) => length == this.length;

        private static MemoryStream Source(ReadOnlyMemory<byte> body) =>
            MemoryMarshal.TryGetArray(body, out var segment)
                ? new MemoryStream(segment.Array ?? [], segment.Offset, segment.Count, writable: false)
                : new MemoryStream(body.ToArray(), writable: false);
    }

    /// <summary>The zlib format, which is what `deflate` means; a server that sends the bare stream is asked for no encoding.</summary>
    private sealed class Deflate : BodyDecoder
    {
        private const int Shortest = 6;
        private const uint Modulus = 65_521;

        // The longest run before the sums could overflow 32 bits.
        private const int LongestRun = 5_552;

        private readonly TightStream source;
        private readonly ZLibStream stream;
        private readonly uint checksum;
        private uint low = 1;
        private uint high;

        public Deflate(ReadOnlyMemory<byte> body, long bound)
            : base(bound)
        {
            if (body.Length < Shortest)
                throw Damaged("is cut off");
            checksum = BinaryPrimitives.ReadUInt32BigEndian(body.Span[^4..]);
            ExpectedLength = body.Length * 4L;
            source = new TightStream(body);
            stream = new ZLibStream(source, CompressionMode.Decompress);
        }

        public override long ExpectedLength { get; }

        public override void Dispose()
        {
            stream.Dispose();
            source.Dispose();
        }

        protected override int Decode(Span<byte> buffer)
        {
            var count = stream.Read(buffer);
            AddToSums(buffer[..count]);
            return count;
        }

        /// <summary>Where the stream was cut, its last bytes are not the checksum (Adler-32, RFC 1950).</summary>
        protected override bool IsWhole(long length) => source.IsUsedUp && ((high << 16) | low) == checksum;

        private void AddToSums(ReadOnlySpan<byte> data)
        {
            while (!data.IsEmpty)
            {
                var run = data[..Math.Min(LongestRun, data.Length)];
                foreach (var b in run)
                {
                    low += b;
                    high += low;
                }

                low %= Modulus;
                high %= Modulus;
                data = data[run.Length..];
            }
        }
    }

    private sealed class Brotli(ReadOnlyMemory<byte> body, long bound) : BodyDecoder(bound)
    {
        private BrotliDecoder decoder;
        private ReadOnlyMemory<byte> rest = body;
        private bool isDone;

        public override long ExpectedLength { get; } = body.Length * 6L;

        public override void Dispose() => decoder.Dispose();

        protected override int Decode(Span<byte> buffer)
        {
            if (isDone)
                return 0;
            var status = decoder.Decompress(rest.Span, buffer, out var consumed, out var written);
            rest = rest[consumed..];
            isDone = status is OperationStatus.Done;
            if (isDone && !rest.IsEmpty)
                throw Damaged("has something behind its end");
            return isDone || status is OperationStatus.DestinationTooSmall
                ? written
                : throw Damaged("is cut off or corrupt");
        }

        protected override bool IsWhole(long length) => isDone;
    }
}
