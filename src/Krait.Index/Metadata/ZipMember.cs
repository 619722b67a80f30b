using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Text;

namespace Krait.Index.Metadata;

/// <summary>One member of a ZIP archive, as its directory describes it.</summary>
/// <param name="Name">Its path.</param>
/// <param name="Method">0 for stored, 8 for deflated.</param>
/// <param name="Checksum">The CRC-32 of its content.</param>
/// <param name="PackedSize">Its length in the archive.</param>
/// <param name="Size">The length of its content.</param>
/// <param name="Start">Where its own header starts.</param>
internal sealed record ZipMember(string Name, int Method, uint Checksum, long PackedSize, long Size, long Start)
{
    /// <summary>The longest METADATA that is read.</summary>
    public const int LargestSize = 16 * 1024 * 1024;

    private const uint DirectorySignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;
    private const int DirectoryHeadSize = 46;
    private const int EncryptedFlag = 1;

    /// <summary>The length of a member's own header without its name and extra field.</summary>
    public const int LocalHeadSize = 30;

    /// <summary>Finds the one METADATA of a wheel in its directory.</summary>
    /// <param name="directory">The whole directory.</param>
    /// <param name="count">How many entries it must have.</param>
    /// <param name="member">The member.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    public static bool TryFindMetadata(
        ReadOnlySpan<byte> directory,
        long count,
        [NotNullWhen(true)] out ZipMember? member,
        [NotNullWhen(false)] out string? problem
    )
    {
        member = null;
        problem = null;
        var seen = 0L;
        for (; !directory.IsEmpty; seen++)
        {
            if (!TryReadEntry(directory, out var entry, out var length))
            {
                problem = "its directory is damaged";
                return false;
            }

            directory = directory[length..];
            if (entry is null)
                continue;
            if (member is not null)
            {
                problem = "it has more than one METADATA file";
                return false;
            }

            member = entry;
        }

        if (seen != count)
            problem = "its directory has another number of entries than it says";
        else if (member is null)
            problem = "it has no METADATA file";
        else if (member.Size > LargestSize || member.PackedSize > LargestSize)
            problem = "its METADATA file is too large";
        else if (member.Method is not (0 or 8))
            problem = "its METADATA file is compressed in an unknown way";
        return problem is null;
    }

    /// <summary>The content, from bytes that start with the member's own header; both headers must agree.</summary>
    public bool TryRead(ReadOnlySpan<byte> local, [NotNullWhen(true)] out byte[]? content)
    {
        content = null;
        if (local.Length < LocalHeadSize || BinaryPrimitives.ReadUInt32LittleEndian(local) != LocalSignature)
            return false;
        if (BinaryPrimitives.ReadUInt16LittleEndian(local[8..]) != Method)
            return false;
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(local[26..]);
        var start = LocalHeadSize + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
        if (start + PackedSize > local.Length)
            return false;
        if (!local.Slice(LocalHeadSize, nameLength).SequenceEqual(Encoding.UTF8.GetBytes(Name)))
            return false;
        return TryUnpack(local.Slice(start, (int)PackedSize), out content);
    }

    /// <summary>Reads the next entry: what it is when it is a METADATA file, and how long it is in any case.</summary>
    private static bool TryReadEntry(ReadOnlySpan<byte> data, out ZipMember? metadata, out int length)
    {
        metadata = null;
        length = 0;
        if (data.Length < DirectoryHeadSize || BinaryPrimitives.ReadUInt32LittleEndian(data) != DirectorySignature)
            return false;
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(data[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(data[30..]);
        length = DirectoryHeadSize + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(data[32..]);
        if (length > data.Length)
            return false;
        var name = data.Slice(DirectoryHeadSize, nameLength);
        if (!IsMetadata(name))
            return true;
        if ((BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & EncryptedFlag) != 0)
            return false;
        metadata = new ZipMember(
            Encoding.UTF8.GetString(name),
            BinaryPrimitives.ReadUInt16LittleEndian(data[10..]),
            BinaryPrimitives.ReadUInt32LittleEndian(data[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(data[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(data[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(data[42..])
        );
        return metadata.TryWiden(data.Slice(DirectoryHeadSize + nameLength, extraLength), out metadata);
    }

    private static bool IsMetadata(ReadOnlySpan<byte> name) =>
        name.EndsWith(".dist-info/METADATA"u8) && name.IndexOf((byte)'/') == name.Length - "/METADATA".Length;

    /// <summary>Takes values that do not fit from the extra field (ZIP64, header 1).</summary>
    private bool TryWiden(ReadOnlySpan<byte> extra, [NotNullWhen(true)] out ZipMember? wide)
    {
        wide = this;
        if (Size != uint.MaxValue && PackedSize != uint.MaxValue && Start != uint.MaxValue)
            return true;
        while (extra.Length >= 4)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
                return false;
            if (id == 1)
                return TryWidenFrom(extra.Slice(4, length), out wide);
            extra = extra[(4 + length)..];
        }

        return false;
    }

    private bool TryWidenFrom(ReadOnlySpan<byte> values, [NotNullWhen(true)] out ZipMember? wide)
    {
        wide = null;
        var (size, packed, start) = (Size, PackedSize, Start);
        if (!TryTake(ref values, ref size) || !TryTake(ref values, ref packed) || !TryTake(ref values, ref start))
            return false;
        wide = this with { Size = size, PackedSize = packed, Start = start };
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> values, ref long value)
    {
        if (value != uint.MaxValue)
            return true;
        if (values.Length < 8)
            return false;
        value = BinaryPrimitives.ReadInt64LittleEndian(values);
        values = values[8..];
        return value >= 0;
    }

    private bool TryUnpack(ReadOnlySpan<byte> packed, [NotNullWhen(true)] out byte[]? content)
    {
        content = null;
        // Dressed up as a gzip file, the library checks the checksum as well. A stored member becomes one stored block after another.
        using var gzip = new MemoryStream();
        gzip.Write([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
        if (Method == 8)
            gzip.Write(packed);
        else
            WriteStored(gzip, packed);
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Checksum);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)Size);
        gzip.Write(trailer);
        gzip.Position = 0;
        try
        {
            using var stream = new GZipStream(gzip, CompressionMode.Decompress);
            var buffer = new byte[Size];
            var read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (read != Size || stream.ReadByte() != -1)
                return false;
            content = buffer;
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static void WriteStored(MemoryStream output, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[5];
        do
        {
            var block = content[..Math.Min(content.Length, ushort.MaxValue)];
            content = content[block.Length..];
            head[0] = (byte)(content.IsEmpty ? 1 : 0);
            BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)block.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(head[3..], (ushort)~block.Length);
            output.Write(head);
            output.Write(block);
        } while (!content.IsEmpty);
    }
}
