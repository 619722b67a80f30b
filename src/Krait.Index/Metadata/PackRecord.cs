using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Krait.Index.Metadata;

/// <summary>
/// One record of a pack: magic 4, whole length 4, checksum 8 of all that follows, name length 2, guard length 2, body length 4, then name,
/// guard and body, filled up to a multiple of 8. Little endian.
/// </summary>
internal static class PackRecord
{
    private const uint Magic = 0x314d_524b; // KRM1
    private const int HeadSize = 24;
    private const int ChecksumEnd = 16;

    /// <summary>Appends a record.</summary>
    public static void Write(
        ArrayBufferWriter<byte> output,
        string name,
        ReadOnlySpan<byte> guard,
        ReadOnlySpan<byte> body
    )
    {
        var nameLength = Encoding.UTF8.GetByteCount(name);
        var length = (HeadSize + nameLength + guard.Length + body.Length + 7) & ~7;
        var record = output.GetSpan(length)[..length];
        record.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(record, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(record[16..], (ushort)nameLength);
        BinaryPrimitives.WriteUInt16LittleEndian(record[18..], (ushort)guard.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[20..], body.Length);
        Encoding.UTF8.GetBytes(name, record[HeadSize..]);
        guard.CopyTo(record[(HeadSize + nameLength)..]);
        body.CopyTo(record[(HeadSize + nameLength + guard.Length)..]);
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], Checksum(record[ChecksumEnd..]));
        output.Advance(length);
    }

    /// <summary>Reads the lengths of the record at the start; false when it is not one.</summary>
    public static bool TryReadHead(ReadOnlySpan<byte> data, out int length, out string name)
    {
        length = 0;
        name = "";
        if (data.Length < HeadSize || BinaryPrimitives.ReadUInt32LittleEndian(data) != Magic)
            return false;
        length = BinaryPrimitives.ReadInt32LittleEndian(data[4..]);
        if (length < HeadSize || length > data.Length || (length & 7) != 0)
            return false;
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(data[16..]);
        if (nameLength > length - HeadSize)
            return false;
        name = Encoding.UTF8.GetString(data.Slice(HeadSize, nameLength));
        return true;
    }

    /// <summary>Reads the body of a whole record; false when it is damaged or guarded by something else.</summary>
    public static bool TryReadBody(ReadOnlySpan<byte> record, ReadOnlySpan<byte> guard, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (BinaryPrimitives.ReadUInt64LittleEndian(record[8..]) != Checksum(record[ChecksumEnd..]))
            return false;
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(record[16..]);
        var guardLength = BinaryPrimitives.ReadUInt16LittleEndian(record[18..]);
        var bodyLength = BinaryPrimitives.ReadInt32LittleEndian(record[20..]);
        if ((long)HeadSize + nameLength + guardLength + bodyLength > record.Length || bodyLength < 0)
            return false;
        if (!record.Slice(HeadSize + nameLength, guardLength).SequenceEqual(guard))
            return false;
        body = record.Slice(HeadSize + nameLength + guardLength, bodyLength);
        return true;
    }

    private static ulong Checksum(ReadOnlySpan<byte> data)
    {
        const ulong Prime = 0x9E37_79B9_7F4A_7C15;
        var sum = (ulong)data.Length;
        for (; data.Length >= 8; data = data[8..])
        {
            sum = (sum ^ BinaryPrimitives.ReadUInt64LittleEndian(data)) * Prime;
            // Multiplication alone carries damage upwards only.
            sum = BitOperations.RotateLeft(sum, 29);
        }

        return sum;
    }
}
