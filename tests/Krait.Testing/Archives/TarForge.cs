using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Krait.Testing.Archives;

/// <summary>Writes tar archives block by block, so that any of them can be wrong.</summary>
public sealed record TarForge(params ForgedMember[] Members)
{
    /// <summary>How many blocks of zeros end the archive.</summary>
    public int EndBlocks { get; init; } = 2;

    /// <summary>What follows the end.</summary>
    public byte[] Suffix { get; init; } = [];

    /// <summary>The archive without compression.</summary>
    public byte[] Build() => [.. Members.SelectMany(member => member.Build()), .. new byte[EndBlocks * 512], .. Suffix];

    /// <summary>The archive as a gzip file.</summary>
    public byte[] BuildGzip() => Gzip(Build());

    /// <summary>Bytes as one member of a gzip file.</summary>
    public static byte[] Gzip(ReadOnlySpan<byte> content, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var output = new MemoryStream();
        using (var stream = new GZipStream(output, level, leaveOpen: true))
            stream.Write(content);
        return output.ToArray();
    }
}

/// <summary>One member: a header whose fields are written as they are, right or wrong, and what follows it.</summary>
public sealed record ForgedMember
{
    public byte[] Name { get; init; } = [];
    public string Mode { get; init; } = "0000644\0";
    public string Owner { get; init; } = "0000000\0";
    public byte[]? Size { get; init; }
    public string Time { get; init; } = "14600000000\0";
    public byte Type { get; init; } = (byte)'0';
    public byte[] LinkTarget { get; init; } = [];
    public string Magic { get; init; } = "ustar\00000";
    public byte[] Prefix { get; init; } = [];
    public byte[] Content { get; init; } = [];

    /// <summary>Decides the checksum, given the right one.</summary>
    public Func<int, string>? Checksum { get; init; }

    /// <summary>Whether zeros fill the content's last block.</summary>
    public bool IsPadded { get; init; } = true;

    /// <summary>A file.</summary>
    public static ForgedMember File(string name, string content = "x") =>
        new() { Name = Encoding.UTF8.GetBytes(name), Content = Encoding.UTF8.GetBytes(content) };

    /// <summary>A folder.</summary>
    public static ForgedMember Folder(string name) =>
        new()
        {
            Name = Encoding.UTF8.GetBytes(name),
            Type = (byte)'5',
            Mode = "0000755\0",
        };

    /// <summary>A link, or another kind that has a target.</summary>
    public static ForgedMember Link(string name, string target, char type = '2') =>
        new()
        {
            Name = Encoding.UTF8.GetBytes(name),
            LinkTarget = Encoding.UTF8.GetBytes(target),
            Type = (byte)type,
        };

    /// <summary>An extended header with PAX records.</summary>
    public static ForgedMember Pax(params (string Key, string Value)[] records) =>
        new()
        {
            Name = "PaxHeaders/x"u8.ToArray(),
            Type = (byte)'x',
            Content = [.. records.SelectMany(record => Record(record.Key, record.Value))],
        };

    /// <summary>GNU's header of a long name (`L`) or link target (`K`).</summary>
    public static ForgedMember LongName(char type, string text) =>
        new()
        {
            Name = "././@LongLink"u8.ToArray(),
            Type = (byte)type,
            Magic = "ustar  \0",
            Content = [.. Encoding.UTF8.GetBytes(text), 0],
        };

    /// <summary>One PAX record with its right length.</summary>
    public static byte[] Record(string key, string value)
    {
        var rest = $" {key}={value}\n";
        var bytes = Encoding.UTF8.GetByteCount(rest);
        var length = bytes + 1;
        while (length != bytes + length.ToString(CultureInfo.InvariantCulture).Length)
            length++;
        return Encoding.UTF8.GetBytes(length.ToString(CultureInfo.InvariantCulture) + rest);
    }

    /// <summary>A size as twelve bytes of octal digits.</summary>
    public static byte[] Octal(long size) => Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0') + "\0");

    /// <summary>The member's blocks.</summary>
    public byte[] Build()
    {
        var block = new byte[512];
        Name.AsSpan(0, Math.Min(100, Name.Length)).CopyTo(block);
        Put(block, 100, Mode);
        Put(block, 108, Owner);
        Put(block, 116, Owner);
        (Size ?? Octal(Content.Length)).CopyTo(block, 124);
        Put(block, 136, Time);
        block[156] = Type;
        LinkTarget.AsSpan(0, Math.Min(100, LinkTarget.Length)).CopyTo(block.AsSpan(157));
        Put(block, 257, Magic);
        Prefix.CopyTo(block, 345);
        block.AsSpan(148, 8).Fill((byte)' ');
        var sum = block.Sum(value => value);
        Put(block, 148, Checksum?.Invoke(sum) ?? Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ");
        var padding = IsPadded ? (512 - (Content.Length % 512)) % 512 : 0;
        return [.. block, .. Content, .. new byte[padding]];
    }

    private static void Put(byte[] block, int at, string text) => Encoding.Latin1.GetBytes(text).CopyTo(block, at);
}
