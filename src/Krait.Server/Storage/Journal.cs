using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Krait.Platform.Files;

namespace Krait.Server.Storage;

/// <summary>
/// The changes of one namespace in their order, in `log/NAMESPACE/N.log`: for each its length, a checksum (CRC-32C) and the new state of a
/// project. A record that a crash has torn is the last one, and is dropped when the log is opened.
/// </summary>
internal sealed class Journal
{
    private const int HeadSize = 8;
    private const int LargestRecord = 64 * 1024 * 1024;
    private const long SegmentSize = 8 * 1024 * 1024;

    private readonly string folder;
    private int segment;
    private long length;

    /// <summary>Names the log of a namespace; nothing is read yet.</summary>
    public Journal(StoreFolder root, string space) => folder = root.At("log", space);

    /// <summary>The numbers of the files, in their order.</summary>
    public IReadOnlyList<int> Segments
    {
        get =>
            [
                .. DirectoryHandle
                    .ListAt(folder)
                    .Select(entry => entry.Name)
                    .Where(name => name.EndsWith(".log", StringComparison.Ordinal))
                    .Select(name => int.TryParse(name[..^4], CultureInfo.InvariantCulture, out var n) ? n : -1)
                    .Where(number => number >= 0)
                    .Order(),
            ];
    }

    /// <summary>Drops a torn end, and prepares to append.</summary>
    /// <returns>The records of the last file.</returns>
    /// <exception cref="FileSystemException">The log cannot be read or mended.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Open()
    {
        FolderTree.Create(folder);
        segment = Segments is { Count: > 0 } known ? known[^1] : 1;
        var records = Read(segment, out var whole, out var total);
        if (whole < total)
            Cut(whole);
        length = whole;
        return records;
    }

    /// <summary>Adds a record.</summary>
    /// <exception cref="FileSystemException">It cannot be written.</exception>
    public void Append(ReadOnlySpan<byte> content, bool isDurable)
    {
        if (length > SegmentSize)
            (segment, length) = (segment + 1, 0);
        var record = new byte[HeadSize + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), Checksum(content));
        content.CopyTo(record.AsSpan(HeadSize));
        var path = PathOf(segment);
        var error = PlainFile.TryAppend(path, record);
        if (error != FileError.None)
        {
            // Half a record would hide all that follow.
            Cut(length);
            throw new FileSystemException("write", path, error);
        }

        length += record.Length;
        if (isDurable)
            Flush(path);
    }

    /// <summary>The whole records of a file, and how far they reach.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Read(int number, out long whole, out long total)
    {
        (whole, total) = (0, 0);
        var records = new List<ReadOnlyMemory<byte>>();
        if (PlainFile.TryReadBytes(PathOf(number), out var content) != FileError.None)
            return records;
        total = content.Length;
        var rest = content.AsMemory();
        while (TryTake(ref rest, out var record))
            records.Add(record);
        whole = total - rest.Length;
        return records;
    }

    /// <summary>Replaces all files by one with these records.</summary>
    public void Rewrite(IEnumerable<byte[]> records)
    {
        var old = Segments;
        (segment, length) = (old.Count > 0 ? old[^1] + 1 : 1, 0);
        using var buffer = new MemoryStream();
        Span<byte> head = stackalloc byte[HeadSize];
        foreach (var record in records)
        {
            BinaryPrimitives.WriteInt32LittleEndian(head, record.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(head[4..], Checksum(record));
            buffer.Write(head);
            buffer.Write(record);
        }

        FolderTree.Create(folder);
        AtomicFile.Write(PathOf(segment), buffer.GetBuffer().AsSpan(0, (int)buffer.Length), durable: true);
        length = buffer.Length;
        foreach (var number in old)
            FolderTree.Remove(PathOf(number));
    }

    private static bool TryTake(ref Memory<byte> rest, out ReadOnlyMemory<byte> record)
    {
        record = default;
        if (rest.Length < HeadSize)
            return false;
        var size = BinaryPrimitives.ReadInt32LittleEndian(rest.Span);
        if (size is <= 0 or > LargestRecord || size > rest.Length - HeadSize)
            return false;
        record = rest.Slice(HeadSize, size);
        if (Checksum(record.Span) != BinaryPrimitives.ReadUInt32LittleEndian(rest.Span[4..]))
            return false;
        rest = rest[(HeadSize + size)..];
        return true;
    }

    private void Cut(long at)
    {
        var path = PathOf(segment);
        if (PlainFile.TryReadBytes(path, out var content) == FileError.None && content.Length > at)
            AtomicFile.Write(path, content.AsSpan(0, (int)at), durable: true);
    }

    private void Flush(string path)
    {
        using var handle = PlainFile.OpenHandle(path);
        var error = DirectoryFiles.TryFlush(handle);
        if (error == FileError.None)
        {
            using var place = DirectoryHandle.Open(folder);
            error = place.TryFlush();
        }

        if (error != FileError.None)
            throw new FileSystemException("write", path, error);
    }

    private string PathOf(int number) =>
        Path.Join(folder, string.Create(CultureInfo.InvariantCulture, $"{number:d8}.log"));

    private static uint Checksum(ReadOnlySpan<byte> content)
    {
        var sum = uint.MaxValue;
        while (content.Length >= 8)
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(content));
            content = content[8..];
        }

        foreach (var part in content)
            sum = BitOperations.Crc32C(sum, part);
        return ~sum;
    }
}
