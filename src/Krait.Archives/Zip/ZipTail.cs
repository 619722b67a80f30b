using System.Buffers;
using System.Buffers.Binary;

namespace Krait.Archives.Zip;

/// <summary>
/// The end of a ZIP archive (APPNOTE 4.3.14 to 4.3.16): finds the one end record, follows it to its ZIP64 counterpart, and gives
/// the central directory's place. Everything between the directory and the end of the file must be accounted for.
/// </summary>
/// <param name="DirectoryOffset">Where the central directory starts.</param>
/// <param name="DirectorySize">How many bytes it has.</param>
/// <param name="EntryCount">How many entries it has.</param>
/// <param name="HasComment">Whether the archive carries a comment.</param>
/// <param name="Padding">How many zeros follow the archive.</param>
public readonly record struct ZipTail(
    long DirectoryOffset,
    long DirectorySize,
    long EntryCount,
    bool HasComment,
    int Padding
)
{
    private const int EndSize = 22;
    private const int LocatorSize = 20;
    private const int End64Size = 56;
    private const int LongestPadding = 64 * 1024;
    private const uint LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;

    private static ReadOnlySpan<byte> EndMark => "PK\x05\x06"u8;

    /// <summary>Finds the end of an archive.</summary>
    /// <exception cref="UnsafeArchiveException">There is none, more than one, or it contradicts itself.</exception>
    public static ZipTail Find(ByteSource source)
    {
        var reach = EndSize + ushort.MaxValue + LongestPadding + LocatorSize + End64Size;
        var start = Math.Max(0, source.Length - reach);
        var length = (int)(source.Length - start);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            if (source.Read(start, rented.AsSpan(0, length)) != length)
                throw UnsafeArchiveException.Because("archive-truncated", "the file became shorter while it was read");
            return Find(rented.AsSpan(0, length), start);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Finds the end of an archive in its last bytes.</summary>
    /// <param name="tail">The last bytes of the file.</param>
    /// <param name="start">Where in the file they start.</param>
    /// <exception cref="UnsafeArchiveException">There is none, more than one, or it contradicts itself.</exception>
    public static ZipTail Find(ReadOnlySpan<byte> tail, long start)
    {
        var end = FindEnd(tail);
        var commentLength = BinaryPrimitives.ReadUInt16LittleEndian(tail[(end + 20)..]);
        var padding = tail.Length - end - EndSize - commentLength;
        return ReadEnd(tail, end, start) with { HasComment = commentLength > 0, Padding = padding };
    }

    private static int FindEnd(ReadOnlySpan<byte> tail)
    {
        var lastContent = tail.LastIndexOfAnyExcept((byte)0);
        var found = -1;
        for (var at = tail.LastIndexOf(EndMark); at >= 0; at = tail[..at].LastIndexOf(EndMark))
        {
            if (at > tail.Length - EndSize)
                continue;
            var end = at + EndSize + BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]);
            if (end > tail.Length || lastContent >= end)
                continue;
            if (found >= 0)
                throw UnsafeArchiveException.Because("zip-two-ends", "the archive has two end records");
            found = at;
        }

        if (found < 0)
        {
            throw UnsafeArchiveException.Because(
                "zip-no-end",
                "the file is not a valid ZIP archive: it is incomplete, or has bytes after its end"
            );
        }

        var tailLength = tail.Length - found - EndSize - BinaryPrimitives.ReadUInt16LittleEndian(tail[(found + 20)..]);
        if (tailLength > LongestPadding)
            throw UnsafeArchiveException.Because("zip-trailing", "the archive is followed by too many padding bytes");
        return found;
    }

    private static ZipTail ReadEnd(ReadOnlySpan<byte> tail, int end, long start)
    {
        var record = tail[end..];
        uint disk = BinaryPrimitives.ReadUInt16LittleEndian(record[4..]);
        uint directoryDisk = BinaryPrimitives.ReadUInt16LittleEndian(record[6..]);
        ulong countHere = BinaryPrimitives.ReadUInt16LittleEndian(record[8..]);
        ulong count = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        ulong size = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        ulong offset = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        var directoryEnd = start + end;
        if (HasLocator(tail, end))
        {
            var record64 = ReadEnd64(tail, end, start);
            if (
                !Agrees(disk, ushort.MaxValue, 0)
                || !Agrees(directoryDisk, ushort.MaxValue, 0)
                || !Agrees(countHere, ushort.MaxValue, record64.Count)
                || !Agrees(count, ushort.MaxValue, record64.Count)
                || !Agrees(size, uint.MaxValue, record64.Size)
                || !Agrees(offset, uint.MaxValue, record64.Offset)
            )
            {
                throw UnsafeArchiveException.Because("zip-two-ends", "the two end records of the archive disagree");
            }

            (count, size, offset) = (record64.Count, record64.Size, record64.Offset);
            directoryEnd -= LocatorSize + End64Size;
        }
        else if (disk != 0 || directoryDisk != 0 || countHere != count)
        {
            throw UnsafeArchiveException.Because("zip-multi-disk", "the archive spans several disks");
        }

        if (size > long.MaxValue || offset > long.MaxValue || (Int128)offset + size != directoryEnd)
        {
            throw UnsafeArchiveException.Because(
                "zip-directory-place",
                "the central directory is not where the archive's end record says"
            );
        }

        return new ZipTail(
            (long)offset,
            (long)size,
            (long)Math.Min(count, long.MaxValue),
            HasComment: false,
            Padding: 0
        );
    }

    private static bool HasLocator(ReadOnlySpan<byte> tail, int end) =>
        end >= LocatorSize && BinaryPrimitives.ReadUInt32LittleEndian(tail[(end - LocatorSize)..]) == LocatorSignature;

    private static (ulong Count, ulong Size, ulong Offset) ReadEnd64(ReadOnlySpan<byte> tail, int end, long start)
    {
        var locator = tail[(end - LocatorSize)..];
        var at = end - LocatorSize - End64Size;
        if (
            at < 0
            || BinaryPrimitives.ReadUInt32LittleEndian(tail[at..]) != End64Signature
            || BinaryPrimitives.ReadUInt64LittleEndian(tail[(at + 4)..]) != End64Size - 12
            || BinaryPrimitives.ReadUInt64LittleEndian(locator[8..]) != (ulong)(start + at)
        )
        {
            throw UnsafeArchiveException.Because("zip64-end", "the ZIP64 end record is missing, misplaced or extended");
        }

        var record = tail[at..];
        var count = BinaryPrimitives.ReadUInt64LittleEndian(record[32..]);
        if (
            BinaryPrimitives.ReadUInt32LittleEndian(locator[4..]) != 0
            || BinaryPrimitives.ReadUInt32LittleEndian(locator[16..]) > 1
            || BinaryPrimitives.ReadUInt64LittleEndian(record[16..]) != 0
            || BinaryPrimitives.ReadUInt64LittleEndian(record[24..]) != count
        )
        {
            throw UnsafeArchiveException.Because("zip-multi-disk", "the archive spans several disks");
        }

        return (
            count,
            BinaryPrimitives.ReadUInt64LittleEndian(record[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(record[48..])
        );
    }

    private static bool Agrees(ulong value, ulong elsewhere, ulong record64) => value == elsewhere || value == record64;
}
