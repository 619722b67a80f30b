using System.Buffers;

namespace Krait.Archives.Zip;

/// <summary>
/// One file of a ZIP archive that is read without the others, as its end, its directory and its own bytes arrive one after the other
/// from a server. Checks what concerns that file; whether the rest of the archive is sound is for <see cref="ZipArchive"/> to say.
/// </summary>
public sealed class ZipExcerpt
{
    /// <summary>The extra field of a local header is rarely longer than this; how long it is stands only there.</summary>
    private const int UsualExtra = 128;

    private readonly ZipDirectory.Header header;
    private readonly long directoryOffset;

    private ZipExcerpt(ZipDirectory.Header header, ZipTail tail)
    {
        this.header = header;
        directoryOffset = tail.DirectoryOffset;
    }

    /// <summary>Where in the archive the file's own header starts.</summary>
    public long Start => header.Entry.HeaderOffset;

    /// <summary>How many bytes from <see cref="Start"/> on are enough to read it, as a rule.</summary>
    public long Reach =>
        Math.Min(
            ZipLocalHeaders.HeaderSize + header.Name.Length + UsualExtra + header.Entry.CompressedSize,
            directoryOffset - Start
        );

    /// <summary>Finds files in a central directory by their raw names.</summary>
    /// <param name="tail">The end of the archive.</param>
    /// <param name="directory">The whole directory.</param>
    /// <param name="isWanted">Chooses names.</param>
    /// <exception cref="UnsafeArchiveException">The directory is damaged, or points out of the archive.</exception>
    public static IReadOnlyList<ZipExcerpt> Find(
        ZipTail tail,
        ReadOnlySpan<byte> directory,
        Func<ReadOnlySpan<byte>, bool> isWanted
    )
    {
        var headers = ZipDirectory.Find(directory, tail.EntryCount, isWanted);
        foreach (var entry in headers.ConvertAll(header => header.Entry))
        {
            if (entry.HeaderOffset >= tail.DirectoryOffset || entry.CompressedSize > tail.DirectoryOffset)
            {
                throw UnsafeArchiveException.Because(
                    "zip-overlap",
                    $"the entry `{SafeText.Escape(entry.Path.Value)}` is not inside the archive"
                );
            }
        }

        return headers.ConvertAll(header => new ZipExcerpt(header, tail));
    }

    /// <summary>Finds files of an archive that is at hand in full.</summary>
    /// <exception cref="UnsafeArchiveException">Its end or its directory is damaged.</exception>
    public static IReadOnlyList<ZipExcerpt> Find(ByteSource source, Func<ReadOnlySpan<byte>, bool> isWanted)
    {
        var tail = ZipTail.Find(source);
        return Find(tail, ZipDirectory.ReadBytes(source, tail, ArchiveLimits.Default), isWanted);
    }

    /// <summary>Reads the content.</summary>
    /// <param name="bytes">The archive from <see cref="Start"/> on, as far as it is at hand.</param>
    /// <param name="limit">The largest content that is read.</param>
    /// <exception cref="UnsafeArchiveException">It is damaged, cut off, larger than the limit, or not what the directory says.</exception>
    public byte[] Read(ReadOnlyMemory<byte> bytes, int limit)
    {
        using var source = new ShiftedSource(bytes, Start);
        return Read(source, limit);
    }

    /// <summary>Reads the content.</summary>
    /// <param name="source">The archive.</param>
    /// <param name="limit">The largest content that is read.</param>
    /// <exception cref="UnsafeArchiveException">It is damaged, cut off, larger than the limit, or not what the directory says.</exception>
    public byte[] Read(ByteSource source, int limit)
    {
        if (header.Entry.Size > limit)
        {
            throw UnsafeArchiveException.Because(
                "archive-bomb",
                $"the entry `{SafeText.Escape(header.Entry.Path.Value)}` is larger than {limit} bytes"
            );
        }

        ZipLocalHeaders.CheckOne(source, header, directoryOffset);
        using var extractor = new ZipExtractor();
        var content = new ArrayBufferWriter<byte>((int)Math.Max(header.Entry.Size, 1));
        extractor.Extract(source, header.Entry, part => content.Write(part.Span));
        return content.WrittenSpan.ToArray();
    }

    /// <summary>A part of a file, read at the offsets of the whole.</summary>
    private sealed class ShiftedSource(ReadOnlyMemory<byte> bytes, long start) : ByteSource
    {
        public override long Length => start + bytes.Length;

        public override int Read(long offset, Span<byte> buffer)
        {
            if (offset < start || offset >= Length)
                return 0;
            var available = bytes.Span[(int)(offset - start)..];
            available = available[..Math.Min(available.Length, buffer.Length)];
            available.CopyTo(buffer);
            return available.Length;
        }
    }
}
