using System.Buffers.Binary;

namespace Krait.Archives.Zip;

/// <summary>
/// Walks the local headers of a ZIP archive (APPNOTE 4.3.7 and 4.3.9) in file order, from the first byte to the central directory:
/// each must say what its central header says, and each must start where the one before it ended.
/// </summary>
internal static class ZipLocalHeaders
{
    private const uint Signature = 0x04034b50;
    private const uint DescriptorSignature = 0x08074b50;

    /// <summary>The length of a header without its name and extra field.</summary>
    public const int HeaderSize = 30;

    private const int HasDescriptor = 0x0008;
    private const int WindowSize = 4096;

    /// <summary>Compares all local headers, and notes where each entry's bytes start.</summary>
    /// <exception cref="UnsafeArchiveException">The two directories disagree, or entries overlap or leave gaps.</exception>
    public static void Check(ByteSource source, List<ZipDirectory.Header> headers, long directoryOffset)
    {
        var ordered = headers.ToArray();
        Array.Sort(ordered, static (a, b) => a.Entry.HeaderOffset.CompareTo(b.Entry.HeaderOffset));
        var reader = new Window(source);
        long expected = 0;
        for (var index = 0; index < ordered.Length; index++)
        {
            var header = ordered[index];
            if (header.Entry.HeaderOffset != expected)
                throw Misplaced(header, header.Entry.HeaderOffset < expected ? "overlaps another" : "follows a gap");
            var next = index + 1 < ordered.Length ? ordered[index + 1].Entry.HeaderOffset : directoryOffset;
            var isWide = CheckHeader(reader, header, next);
            var end = header.Entry.BytesOffset + header.Entry.CompressedSize;
            if (end > next)
                throw Misplaced(header, "overlaps another");
            if ((header.Flags & HasDescriptor) != 0)
                end += CheckDescriptor(reader, header, end, next - end, isWide);
            expected = end;
        }

        if (expected != directoryOffset)
        {
            throw UnsafeArchiveException.Because(
                expected < directoryOffset ? "zip-gap" : "zip-overlap",
                "the archive has bytes that belong to no entry"
            );
        }
    }

    /// <summary>Compares the local header of one entry, and notes where its bytes start.</summary>
    /// <exception cref="UnsafeArchiveException">The two headers disagree.</exception>
    public static void CheckOne(ByteSource source, ZipDirectory.Header header, long directoryOffset)
    {
        CheckHeader(new Window(source), header, directoryOffset);
        if (header.Entry.CompressedSize > directoryOffset - header.Entry.BytesOffset)
            throw Misplaced(header, "overlaps the directory");
    }

    private static UnsafeArchiveException Misplaced(ZipDirectory.Header header, string how) =>
        UnsafeArchiveException.Because("zip-overlap", $"the entry `{SafeText.Escape(header.Entry.Path.Value)}` {how}");

    private static UnsafeArchiveException Disagree(ZipDirectory.Header header, string what) =>
        UnsafeArchiveException.Because(
            "zip-two-headers",
            $"the two headers of `{SafeText.Escape(header.Entry.Path.Value)}` disagree in {what}"
        );

    /// <summary>Compares one local header.</summary>
    /// <returns>Whether the local header has 64-bit sizes, and so its descriptor.</returns>
    private static bool CheckHeader(Window reader, ZipDirectory.Header header, long next)
    {
        var at = header.Entry.HeaderOffset;
        var local = reader.Get(at, (int)Math.Min(HeaderSize, next - at));
        if (local.Length < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(local) != Signature)
            throw UnsafeArchiveException.Because("zip-local", "an entry of the archive has no local header");
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(local[26..]);
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
        var whole = HeaderSize + nameLength + extraLength;
        header.Entry.BytesOffset = at + whole;
        if (whole > next - at)
            throw Misplaced(header, "overlaps another");
        local = reader.Get(at, whole);
        var name = local.Slice(HeaderSize, nameLength);
        if (!name.SequenceEqual(header.Name))
            throw Disagree(header, "their name");
        if (BinaryPrimitives.ReadUInt16LittleEndian(local[6..]) != header.Flags)
            throw Disagree(header, "their flags");
        if (BinaryPrimitives.ReadUInt16LittleEndian(local[8..]) != header.Method)
            throw Disagree(header, "their method");
        if (BinaryPrimitives.ReadUInt32LittleEndian(local[10..]) != header.Time)
            throw Disagree(header, "their time");
        var extra = ZipExtra.Parse(local[(HeaderSize + nameLength)..]);
        extra.CheckName(name);
        CheckSizes(local, header, extra);
        return !extra.Sizes.IsEmpty;
    }

    private static void CheckSizes(ReadOnlySpan<byte> local, ZipDirectory.Header header, ZipExtra extra)
    {
        var entry = header.Entry;
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(local[14..]);
        var narrowCompressed = BinaryPrimitives.ReadUInt32LittleEndian(local[18..]);
        var narrowSize = BinaryPrimitives.ReadUInt32LittleEndian(local[22..]);
        var (size, compressedSize, _, used) = extra.Widen(narrowSize, narrowCompressed, 0);
        // Writers that stream add room for 64-bit sizes before they know whether they are needed; unused room is zero or right.
        if (used == 0 && extra.Sizes.Length == 16)
        {
            var wideSize = BinaryPrimitives.ReadUInt64LittleEndian(extra.Sizes);
            var wideCompressed = BinaryPrimitives.ReadUInt64LittleEndian(extra.Sizes[8..]);
            if (wideSize != size && wideSize != 0 || wideCompressed != compressedSize && wideCompressed != 0)
                throw Disagree(header, "their sizes");
        }
        else if (used != extra.Sizes.Length)
        {
            throw UnsafeArchiveException.Because("zip-extra", "a ZIP64 extra field of the archive has a wrong length");
        }

        var isLater = (header.Flags & HasDescriptor) != 0;
        if (crc != entry.Crc && !(isLater && crc == 0))
            throw Disagree(header, "their checksum");
        if (compressedSize != (ulong)entry.CompressedSize && !(isLater && compressedSize == 0))
            throw Disagree(header, "their compressed size");
        if (size != (ulong)entry.Size && !(isLater && size == 0))
            throw Disagree(header, "their size");
    }

    /// <summary>Checks the sizes after an entry's bytes, in whichever of the four forms fits the room exactly.</summary>
    /// <returns>How long the descriptor is.</returns>
    private static long CheckDescriptor(Window reader, ZipDirectory.Header header, long at, long room, bool isWide)
    {
        var sizes = isWide ? 16 : 8;
        // Some writers put wide sizes after an entry that announced none; the room tells.
        if (room is 20 or 24 && !isWide)
            sizes = 16;
        var length = 4 + sizes + (room == 8 + sizes ? 4 : 0);
        if (room != length)
            throw Disagree(header, "what follows their bytes");
        var descriptor = reader.Get(at, length);
        if (length == 8 + sizes)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(descriptor) != DescriptorSignature)
                throw Disagree(header, "what follows their bytes");
            descriptor = descriptor[4..];
        }

        ulong compressedSize =
            sizes == 16
                ? BinaryPrimitives.ReadUInt64LittleEndian(descriptor[4..])
                : BinaryPrimitives.ReadUInt32LittleEndian(descriptor[4..]);
        ulong size =
            sizes == 16
                ? BinaryPrimitives.ReadUInt64LittleEndian(descriptor[12..])
                : BinaryPrimitives.ReadUInt32LittleEndian(descriptor[8..]);
        if (
            BinaryPrimitives.ReadUInt32LittleEndian(descriptor) != header.Entry.Crc
            || compressedSize != (ulong)header.Entry.CompressedSize
            || size != (ulong)header.Entry.Size
        )
        {
            throw Disagree(header, "the descriptor after their bytes");
        }

        return length;
    }

    /// <summary>Reads ahead, so that small neighbouring entries share a system call.</summary>
    private sealed class Window(ByteSource source)
    {
        private byte[] bytes = new byte[WindowSize];
        private long start;
        private int length;

        public ReadOnlySpan<byte> Get(long offset, int count)
        {
            if (offset < start || offset + count > start + length)
            {
                if (count > bytes.Length)
                    bytes = new byte[Math.Max(count, WindowSize)];
                start = offset;
                length = source.Read(offset, bytes);
                if (length < count)
                {
                    throw UnsafeArchiveException.Because(
                        "archive-truncated",
                        "the file became shorter while it was read"
                    );
                }
            }

            return bytes.AsSpan((int)(offset - start), count);
        }
    }
}
