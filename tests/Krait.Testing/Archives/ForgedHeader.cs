namespace Krait.Testing.Archives;

/// <summary>The fields of one header, written as they are, right or wrong.</summary>
public sealed record ForgedHeader
{
    public byte[] Name { get; init; } = [];
    public ushort Flags { get; init; }
    public ushort Method { get; init; }
    public uint Time { get; init; } = 0x58210000;
    public uint Crc { get; init; }
    public uint CompressedSize { get; init; }
    public uint Size { get; init; }
    public byte[] Extra { get; init; } = [];
    public uint ExternalAttributes { get; init; } = 0x81A40000;
    public ushort VersionMadeBy { get; init; } = 0x0314;
    public ushort Disk { get; init; }
    public uint? Offset { get; init; }
    public byte[] Comment { get; init; } = [];
}
