using System.Buffers;
using Krait.Archives.Deflate;

namespace Krait.Archives.Zip;

/// <summary>
/// Reads the contents of entries and checks them: exactly the announced number of bytes on both sides and the announced CRC-32.
/// Holds buffers that are used again; one for each worker.
/// </summary>
public sealed class ZipExtractor : IDisposable
{
    /// <summary>Larger entries go through a window instead of one buffer.</summary>
    public const int WholeSize = 1 << 20;

    private const int ChunkSize = 256 * 1024;
    private readonly Inflater inflater = new();
    private byte[] input = [];
    private byte[] output = [];

    /// <summary>Gives an entry's content to a callback: whole when it is small, else in pieces, in order.</summary>
    /// <exception cref="UnsafeArchiveException">The content is damaged, or not what the headers say.</exception>
    public void Extract(ZipArchive archive, ZipEntry entry, Action<ReadOnlyMemory<byte>> write)
    {
        try
        {
            Extract(archive.Source, entry, write);
        }
        catch (UnsafeArchiveException e)
        {
            throw e.In(archive.FileName);
        }
    }

    /// <summary>Gives the whole content of an entry of at most <see cref="WholeSize"/> bytes; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Read(ZipArchive archive, ZipEntry entry)
    {
        try
        {
            return Read(archive.Source, entry);
        }
        catch (UnsafeArchiveException e)
        {
            throw e.In(archive.FileName);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (input.Length > 0)
            ArrayPool<byte>.Shared.Return(input);
        if (output.Length > 0)
            ArrayPool<byte>.Shared.Return(output);
        (input, output) = ([], []);
    }

    /// <summary>The same of an entry whose archive has no name yet.</summary>
    internal void Extract(ByteSource source, ZipEntry entry, Action<ReadOnlyMemory<byte>> write)
    {
        if (entry.Size <= WholeSize && entry.CompressedSize <= WholeSize)
            write(Read(source, entry));
        else if (entry.IsDeflated)
            InflateLarge(source, entry, write);
        else
            CopyLarge(source, entry, write);
    }

    private ReadOnlyMemory<byte> Read(ByteSource source, ZipEntry entry)
    {
        if (entry.Size > WholeSize || entry.CompressedSize > WholeSize)
            throw new ArgumentException("The entry is too large to be read whole", nameof(entry));
        var compressed = Fill(ref input, (int)entry.CompressedSize);
        if (source.Read(entry.BytesOffset, compressed.Span) != compressed.Length)
            throw Fault(entry, "archive-truncated", "is cut");
        if (!entry.IsDeflated)
        {
            Check(entry, Crc32.Append(0, compressed.Span), compressed.Length);
            return compressed;
        }

        var content = Fill(ref output, (int)entry.Size);
        var outcome = inflater.Inflate(compressed.Span, content.Span, out var consumed, out var written);
        CheckOutcome(entry, outcome, compressed.Length - consumed);
        Check(entry, Crc32.Append(0, content.Span[..written]), written);
        return content;
    }

    private static Memory<byte> Fill(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            if (buffer.Length > 0)
                ArrayPool<byte>.Shared.Return(buffer);
            buffer = ArrayPool<byte>.Shared.Rent(Math.Max(length, ChunkSize));
        }

        return buffer.AsMemory(0, length);
    }

    private void InflateLarge(ByteSource source, ZipEntry entry, Action<ReadOnlyMemory<byte>> write)
    {
        long taken = 0,
            written = 0;
        uint crc = 0;
        var outcome = inflater.Inflate(
            buffer =>
            {
                var wanted = (int)Math.Min(buffer.Length, entry.CompressedSize - taken);
                var count = source.Read(entry.BytesOffset + taken, buffer.Span[..wanted]);
                taken += count;
                return count;
            },
            bytes =>
            {
                crc = Crc32.Append(crc, bytes.Span);
                written += bytes.Length;
                write(bytes);
            },
            entry.Size,
            out var unread
        );
        CheckOutcome(entry, outcome, entry.CompressedSize - taken + unread);
        Check(entry, crc, written);
    }

    private void CopyLarge(ByteSource source, ZipEntry entry, Action<ReadOnlyMemory<byte>> write)
    {
        uint crc = 0;
        for (long done = 0; done < entry.Size; )
        {
            var piece = Fill(ref input, (int)Math.Min(ChunkSize, entry.Size - done));
            if (source.Read(entry.BytesOffset + done, piece.Span) != piece.Length)
                throw Fault(entry, "archive-truncated", "is cut");
            crc = Crc32.Append(crc, piece.Span);
            done += piece.Length;
            write(piece);
        }

        Check(entry, crc, entry.Size);
    }

    private static void CheckOutcome(ZipEntry entry, InflateOutcome outcome, long left)
    {
        switch (outcome)
        {
            case InflateOutcome.Truncated:
                throw Fault(entry, "archive-truncated", "is cut");
            case InflateOutcome.Corrupt:
                throw Fault(entry, "archive-corrupt", "is damaged");
            case InflateOutcome.TooLong:
                throw Fault(entry, "zip-size", "is longer than it says");
        }

        if (left != 0)
            throw Fault(entry, "zip-size", "has bytes after its compressed content");
    }

    private static void Check(ZipEntry entry, uint crc, long written)
    {
        if (written != entry.Size)
            throw Fault(entry, "zip-size", "is shorter than it says");
        if (crc != entry.Crc)
            throw Fault(entry, "archive-corrupt", "does not have the checksum it should have");
    }

    private static UnsafeArchiveException Fault(ZipEntry entry, string code, string how) =>
        UnsafeArchiveException.Because(code, $"the entry `{SafeText.Escape(entry.Path.Value)}` {how}");
}
