using System.IO.Compression;
using System.Text;

namespace Krait.Testing.Archives;

/// <summary>One entry: two headers, the bytes between them, and what follows the bytes.</summary>
public sealed record ForgedEntry(ForgedHeader Local, ForgedHeader Central, byte[] Bytes)
{
    public byte[] Descriptor { get; init; } = [];
    public byte[] Before { get; init; } = [];
    public bool HasLocal { get; init; } = true;
    public bool HasCentral { get; init; } = true;

    /// <summary>Right entries behind this one.</summary>
    public IReadOnlyList<ForgedEntry> Followers { get; init; } = [];

    /// <summary>A right entry.</summary>
    public static ForgedEntry Of(string name, string content, bool deflated = true) =>
        Of(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(content), deflated);

    /// <summary>A right entry with any bytes for its name.</summary>
    public static ForgedEntry Of(byte[] name, byte[] content, bool deflated = true)
    {
        deflated &= content.Length > 0;
        var bytes = deflated ? Deflate(content) : content;
        var header = new ForgedHeader
        {
            Name = name,
            Flags = (ushort)(Ascii.IsValid(name) ? 0 : 0x0800),
            Method = (ushort)(deflated ? 8 : 0),
            Crc = Checksum(content),
            CompressedSize = (uint)bytes.Length,
            Size = (uint)content.Length,
        };
        return new ForgedEntry(header, header, bytes);
    }

    /// <summary>What a right entry contains.</summary>
    public byte[] Content()
    {
        if (Central.Method == 0)
            return Bytes;
        using var stream = new DeflateStream(new MemoryStream(Bytes), CompressionMode.Decompress);
        using var output = new MemoryStream();
        stream.CopyTo(output);
        return output.ToArray();
    }

    /// <summary>The bytes as a DEFLATE stream.</summary>
    public static byte[] Deflate(byte[] content)
    {
        using var output = new MemoryStream();
        using (var stream = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true))
            stream.Write(content);
        return output.ToArray();
    }

    /// <summary>The CRC-32 of bytes, a bit at a time.</summary>
    public static uint Checksum(ReadOnlySpan<byte> content)
    {
        var sum = uint.MaxValue;
        foreach (var value in content)
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum >> 1) ^ (0xEDB88320 & (0 - (sum & 1)));
        }

        return ~sum;
    }

    /// <summary>Changes both headers alike.</summary>
    public ForgedEntry Both(Func<ForgedHeader, ForgedHeader> change) =>
        this with
        {
            Local = change(Local),
            Central = change(Central),
        };

    /// <summary>The entry as streaming writers lay it down: sizes after the bytes.</summary>
    public ForgedEntry Streamed(bool signature, bool wide)
    {
        var body = new List<byte>();
        if (signature)
            body.AddRange(BitConverter.GetBytes(0x08074b50));
        body.AddRange(BitConverter.GetBytes(Central.Crc));
        if (wide)
        {
            body.AddRange(BitConverter.GetBytes((ulong)Central.CompressedSize));
            body.AddRange(BitConverter.GetBytes((ulong)Central.Size));
        }
        else
        {
            body.AddRange(BitConverter.GetBytes(Central.CompressedSize));
            body.AddRange(BitConverter.GetBytes(Central.Size));
        }

        return this with
        {
            Local = Local with { Flags = (ushort)(Local.Flags | 8), Crc = 0, CompressedSize = 0, Size = 0 },
            Central = Central with { Flags = (ushort)(Central.Flags | 8) },
            Descriptor = [.. body],
        };
    }
}
