using System.Buffers.Binary;
using System.Collections.Immutable;
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

    /// <summary>All files of the log, in their order.</summary>
    public IReadOnlyList<JournalFile> ReadAll() => [.. Numbers().Select(Read)];

    /// <summary>The last file of the log, alone in a list; nothing where there is no log yet.</summary>
    public IReadOnlyList<JournalFile> ReadLast() => [.. Numbers().TakeLast(1).Select(Read)];

    /// <summary>Drops a torn end, and prepares to append.</summary>
    /// <param name="last">The last file; null where there is no log yet.</param>
    /// <exception cref="FileSystemException">The log cannot be mended.</exception>
    public void Open(JournalFile? last)
    {
        FolderTree.Create(folder);
        (segment, length) = last is null ? (1, 0) : (last.Number, last.Whole);
        if (last is { Torn: > 0 })
            Cut(length);
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

    private IEnumerable<int> Numbers() =>
        DirectoryHandle
            .ListAt(folder)
            .Select(entry => entry.Name)
            .Where(name => name.EndsWith(".log", StringComparison.Ordinal))
            .Select(name => int.TryParse(name[..^4], CultureInfo.InvariantCulture, out var n) ? n : -1)
            .Where(number => number >= 0)
            .Order();

    private JournalFile Read(int number)
    {
        var records = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        if (PlainFile.TryReadBytes(PathOf(number), out var content) != FileError.None)
            content = [];
        var rest = content.AsMemory();
        while (TryTake(ref rest, out var record))
            records.Add(record);
        return new JournalFile(number, records.ToImmutable(), content.Length - rest.Length, rest.Length);
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
