using System.Buffers.Binary;
using Krait.Archives.Deflate;

namespace Krait.Archives.Gzip;

/// <summary>
/// Decompresses gzip files (RFC 1952) to their end: every member is complete, has the checksum and the length that its trailer states,
/// and nothing but zeros follows the last one.
/// </summary>
internal sealed class GzipReader
{
    private const int FixedHeader = 10;
    private const int Trailer = 8;
    private const int LongestHeader = 64 * 1024;

    /// <summary>Tapes and some tools pad a file with zeros.</summary>
    private const int LongestPadding = 64 * 1024;

    private const byte HasHeaderChecksum = 2;
    private const byte HasExtra = 4;
    private const byte HasName = 8;
    private const byte HasComment = 16;
    private const byte Reserved = 0xE0;

    private readonly Inflater inflater = new();
    private readonly ByteSource source;
    private readonly Action<ReadOnlyMemory<byte>> write;
    private long room;
    private long offset;

    private GzipReader(ByteSource source, Action<ReadOnlyMemory<byte>> write, long limit)
    {
        this.source = source;
        this.write = write;
        room = limit;
    }

    /// <summary>Whether bytes start as a gzip file does.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> start) => start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    /// <summary>Gives the content to a callback, in order.</summary>
    /// <param name="source">The file.</param>
    /// <param name="write">Takes the content.</param>
    /// <param name="limit">How long the content may be.</param>
    /// <exception cref="UnsafeArchiveException">The file is damaged, incomplete, or its content is too long.</exception>
    public static void Decompress(ByteSource source, Action<ReadOnlyMemory<byte>> write, long limit) =>
        new GzipReader(source, write, limit).Run();

    private void Run()
    {
        do
        {
            SkipHeader();
            ReadMember();
        } while (!IsAtEnd());
    }

    private void SkipHeader()
    {
        var header = new byte[(int)Math.Min(LongestHeader, source.Length - offset)];
        var count = source.Read(offset, header);
        var start = header.AsSpan(0, count);
        if (!HasMagic(start))
        {
            throw UnsafeArchiveException.Because(
                "gzip-header",
                offset == 0 ? "it is not a gzip file" : "something that is not gzip data follows the compressed data"
            );
        }

        if (start.Length < FixedHeader)
            throw Truncated();
        var flags = start[3];
        if (start[2] != 8 || (flags & Reserved) != 0)
            throw UnsafeArchiveException.Because("gzip-header", "its gzip header uses an unknown compression method");
        var length = FixedHeader;
        if ((flags & HasExtra) != 0)
            length += 2 + (start.Length >= length + 2 ? BinaryPrimitives.ReadUInt16LittleEndian(start[length..]) : 0);
        if ((flags & HasName) != 0)
            length = EndOfText(start, length);
        if ((flags & HasComment) != 0)
            length = EndOfText(start, length);
        if ((flags & HasHeaderChecksum) != 0)
        {
            CheckHeader(start, length);
            length += 2;
        }

        if (length > start.Length)
            throw Truncated();
        offset += length;
    }

    private static int EndOfText(ReadOnlySpan<byte> header, int from)
    {
        var length = from > header.Length ? -1 : header[from..].IndexOf((byte)0);
        return length < 0 ? throw Truncated() : from + length + 1;
    }

    private static void CheckHeader(ReadOnlySpan<byte> header, int length)
    {
        if (header.Length < length + 2)
            throw Truncated();
        var expected = BinaryPrimitives.ReadUInt16LittleEndian(header[length..]);
        if (expected != (ushort)Crc32.Append(0, header[..length]))
            throw UnsafeArchiveException.Because("gzip-header", "the checksum of its gzip header is wrong");
    }

    private void ReadMember()
    {
        long taken = 0,
            written = 0;
        uint crc = 0;
        var outcome = inflater.Inflate(
            buffer =>
            {
                var count = source.Read(offset + taken, buffer.Span);
                taken += count;
                return count;
            },
            bytes =>
            {
                crc = Crc32.Append(crc, bytes.Span);
                written += bytes.Length;
                write(bytes);
            },
            room,
            out var unread
        );
        if (outcome == InflateOutcome.Truncated)
            throw Truncated();
        if (outcome == InflateOutcome.TooLong)
        {
            throw UnsafeArchiveException.Because(
                "archive-bomb",
                $"its {source.Length} bytes would become far more than a source distribution has"
            );
        }

        if (outcome != InflateOutcome.Complete)
            throw UnsafeArchiveException.Because("gzip-corrupt", "its compressed data is corrupt");
        offset += taken - unread;
        room -= written;
        CheckTrailer(crc, written);
    }

    private void CheckTrailer(uint crc, long written)
    {
        Span<byte> trailer = stackalloc byte[Trailer];
        if (source.Read(offset, trailer) != Trailer)
            throw Truncated();
        offset += Trailer;
        var isRight =
            BinaryPrimitives.ReadUInt32LittleEndian(trailer) == crc
            && BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) == (uint)written;
        if (!isRight)
        {
            throw UnsafeArchiveException.Because(
                "gzip-corrupt",
                "its compressed data does not have the checksum or the length that it states"
            );
        }
    }

    /// <summary>Whether nothing but padding is left; another member may follow.</summary>
    private bool IsAtEnd()
    {
        var left = source.Length - offset;
        if (left == 0)
            return true;
        var rest = new byte[(int)Math.Min(left, LongestPadding + 1)];
        var count = source.Read(offset, rest);
        if (rest.AsSpan(0, count).ContainsAnyExcept((byte)0))
            return false;
        return count <= LongestPadding
            ? true
            : throw UnsafeArchiveException.Because("gzip-trailing", "something follows its compressed data");
    }

    private static UnsafeArchiveException Truncated() =>
        UnsafeArchiveException.Because("archive-truncated", "its compressed data ends too early");
}
