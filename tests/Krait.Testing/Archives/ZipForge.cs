using System.Buffers.Binary;

namespace Krait.Testing.Archives;

/// <summary>Writes ZIP archives byte by byte, so that any of them can be wrong.</summary>
public sealed record ZipForge(params ForgedEntry[] Entries)
{
    public byte[] Prefix { get; init; } = [];
    public byte[] BeforeDirectory { get; init; } = [];
    public byte[] Suffix { get; init; } = [];
    public byte[] Comment { get; init; } = [];
    public int CountChange { get; init; }
    public int OffsetChange { get; init; }
    public int SizeChange { get; init; }
    public ushort Disk { get; init; }
    public bool Zip64 { get; init; }
    public Func<byte[], byte[]>? ChangeEnd64 { get; init; }
    public Func<byte[], byte[]>? ChangeLocator { get; init; }
    public bool KeepsOffsetsWithoutPrefix { get; init; }

    public byte[] Build()
    {
        var file = new List<byte>(Prefix);
        var directory = new List<byte>();
        var shift = KeepsOffsetsWithoutPrefix ? Prefix.Length : 0;
        var all = Entries.SelectMany(entry => entry.Followers.Prepend(entry)).ToList();
        foreach (var entry in all)
        {
            file.AddRange(entry.Before);
            var offset = file.Count - shift;
            if (entry.HasLocal)
            {
                file.AddRange(Header(entry.Local, offset, isCentral: false));
                file.AddRange(entry.Bytes);
                file.AddRange(entry.Descriptor);
            }

            if (entry.HasCentral)
                directory.AddRange(Header(entry.Central, offset, isCentral: true));
        }

        file.AddRange(BeforeDirectory);
        var start = file.Count - shift;
        file.AddRange(directory);
        file.AddRange(End(all.Count(e => e.HasCentral), directory.Count, start, file.Count));
        file.AddRange(Suffix);
        return [.. file];
    }

    private byte[] End(int count, int size, int start, int position)
    {
        var end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(4), Disk);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)(count + CountChange));
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)(count + CountChange));
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)(size + SizeChange));
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), (uint)(start + OffsetChange));
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(20), (ushort)Comment.Length);
        if (!Zip64)
            return [.. end, .. Comment];
        var wide = new byte[56];
        BinaryPrimitives.WriteUInt32LittleEndian(wide, 0x06064b50);
        BinaryPrimitives.WriteUInt64LittleEndian(wide.AsSpan(4), 44);
        BinaryPrimitives.WriteUInt64LittleEndian(wide.AsSpan(24), (ulong)count);
        BinaryPrimitives.WriteUInt64LittleEndian(wide.AsSpan(32), (ulong)count);
        BinaryPrimitives.WriteUInt64LittleEndian(wide.AsSpan(40), (ulong)size);
        BinaryPrimitives.WriteUInt64LittleEndian(wide.AsSpan(48), (ulong)start);
        var locator = new byte[20];
        BinaryPrimitives.WriteUInt32LittleEndian(locator, 0x07064b50);
        BinaryPrimitives.WriteUInt64LittleEndian(locator.AsSpan(8), (ulong)position);
        BinaryPrimitives.WriteUInt32LittleEndian(locator.AsSpan(16), 1);
        return [.. ChangeEnd64?.Invoke(wide) ?? wide, .. ChangeLocator?.Invoke(locator) ?? locator, .. end, .. Comment];
    }

    private static byte[] Header(ForgedHeader header, int offset, bool isCentral)
    {
        var fixedSize = isCentral ? 46 : 30;
        var bytes = new byte[fixedSize];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, isCentral ? 0x02014b50u : 0x04034b50u);
        var at = 4;
        if (isCentral)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), header.VersionMadeBy);
            at = 6;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), 20);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 2), header.Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 4), header.Method);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 6), header.Time);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 10), header.Crc);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 14), header.CompressedSize);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 18), header.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 22), (ushort)header.Name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at + 24), (ushort)header.Extra.Length);
        if (!isCentral)
            return [.. bytes, .. header.Name, .. header.Extra];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(32), (ushort)header.Comment.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(34), header.Disk);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(38), header.ExternalAttributes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(42), header.Offset ?? (uint)offset);
        return [.. bytes, .. header.Name, .. header.Extra, .. header.Comment];
    }
}
