using System.Buffers.Binary;

namespace Krait.Index.Metadata;

/// <summary>Finds a ZIP archive's directory from its last bytes (APPNOTE 4.3.14 to 4.3.16).</summary>
internal static class ZipTail
{
    private const uint EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint LargeEndSignature = 0x06064b50;
    private const int EndSize = 22;
    private const int LocatorSize = 20;
    private const int LargeEndSize = 56;

    /// <summary>Finds the directory; false when the bytes are no archive's end, or its parts contradict each other.</summary>
    /// <param name="tail">The last bytes of the archive.</param>
    /// <param name="archiveLength">The length of the whole archive.</param>
    /// <param name="place">Where the directory is.</param>
    public static bool TryFind(ReadOnlySpan<byte> tail, long archiveLength, out ZipDirectoryPlace place)
    {
        place = default;
        var end = FindEnd(tail);
        if (end < 0)
            return false;
        var record = tail[end..];
        var count = (long)BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        var length = (long)BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        var start = (long)BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        place = new ZipDirectoryPlace(start, length, count);
        var isLarge = count == ushort.MaxValue || length == uint.MaxValue || start == uint.MaxValue;
        if (isLarge && !TryFindLarge(tail, end, archiveLength, out place))
            return false;
        var endOffset = archiveLength - tail.Length + end;
        return place.Start >= 0 && place.Length >= 0 && place.Start <= endOffset - place.Length;
    }

    /// <summary>The last signature whose comment reaches exactly to the end.</summary>
    private static int FindEnd(ReadOnlySpan<byte> tail)
    {
        for (var i = tail.Length - EndSize; i >= 0; i--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail[i..]) != EndSignature)
                continue;
            if (i + EndSize + BinaryPrimitives.ReadUInt16LittleEndian(tail[(i + 20)..]) == tail.Length)
                return i;
        }

        return -1;
    }

    private static bool TryFindLarge(ReadOnlySpan<byte> tail, int end, long archiveLength, out ZipDirectoryPlace place)
    {
        place = default;
        var locator = end - LocatorSize;
        if (locator < 0 || BinaryPrimitives.ReadUInt32LittleEndian(tail[locator..]) != LocatorSignature)
            return false;
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(tail[(locator + 8)..]);
        var first = (ulong)(archiveLength - tail.Length);
        if (offset < first || offset - first > (ulong)(tail.Length - LargeEndSize))
            return false;
        var record = tail[(int)(offset - first)..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != LargeEndSignature)
            return false;
        var count = BinaryPrimitives.ReadUInt64LittleEndian(record[32..]);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(record[40..]);
        var start = BinaryPrimitives.ReadUInt64LittleEndian(record[48..]);
        if (Math.Max(count, Math.Max(length, start)) > (ulong)archiveLength)
            return false;
        place = new ZipDirectoryPlace((long)start, (long)length, (long)count);
        return true;
    }
}
