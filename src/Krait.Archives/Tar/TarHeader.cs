using System.Text;

namespace Krait.Archives.Tar;

/// <summary>
/// One header block (POSIX.1 ustar, GNU, or the older form without magic), read strictly: every field that readers disagree on is a
/// reason to refuse the archive.
/// </summary>
internal sealed class TarHeader
{
    /// <summary>The size of a header, and what contents are padded to.</summary>
    public const int BlockSize = 512;

    private const int ChecksumStart = 148;
    private const int ChecksumLength = 8;
    private const int PrefixStart = 345;
    private const int PrefixEnd = 500;

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private TarHeader() { }

    /// <summary>What the member is, as a letter or digit; zero is an older spelling of a file.</summary>
    public required char Type { get; init; }

    /// <summary>The path, with the prefix in front where the form has one.</summary>
    public required string Name { get; init; }

    /// <summary>What a link points to; else empty.</summary>
    public required string LinkTarget { get; init; }

    /// <summary>How many bytes follow.</summary>
    public required long Size { get; init; }

    /// <summary>Permission bits.</summary>
    public required long Mode { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long Modified { get; init; }

    /// <summary>Whether a block could be a header: not all zeros, and its checksum is right.</summary>
    public static bool HasRightChecksum(ReadOnlySpan<byte> block)
    {
        if (!TryReadNumber(block.Slice(ChecksumStart, ChecksumLength), out var stated) || stated == 0)
            return false;
        long unsigned = 0,
            signed = 0;
        for (var index = 0; index < BlockSize; index++)
        {
            var isChecksum = index is >= ChecksumStart and < ChecksumStart + ChecksumLength;
            var value = isChecksum ? (byte)' ' : block[index];
            unsigned += value;
            signed += (sbyte)value;
        }

        // Some old systems added the bytes up as signed numbers; every reader takes both.
        return stated == unsigned || stated == signed;
    }

    /// <summary>Reads a block.</summary>
    /// <exception cref="UnsafeArchiveException">It is not a header, or readers would disagree about it.</exception>
    public static TarHeader Read(ReadOnlySpan<byte> block)
    {
        if (!HasRightChecksum(block))
            throw Malformed("has a wrong checksum");
        var isPosix = IsPosix(block);
        var prefix = block[PrefixStart..PrefixEnd];
        if (!isPosix && prefix.ContainsAnyExcept((byte)0))
            throw Malformed("uses fields that only some readers know");
        var name = Text(block[..100], "name");
        var folder = isPosix ? Text(prefix, "prefix") : "";
        _ = Number(block[108..116], "owner");
        _ = Number(block[116..124], "group");
        return new TarHeader
        {
            Type = block[156] == 0 ? '\0' : (char)block[156],
            Name = folder.Length > 0 ? $"{folder}/{name}" : name,
            LinkTarget = Text(block[157..257], "link target"),
            Size = Number(block[124..136], "size"),
            Mode = Number(block[100..108], "mode"),
            Modified = Number(block[136..148], "time"),
        };
    }

    /// <summary>Decodes a text that must be UTF-8.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, string field)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed($"has a {field} that is not UTF-8");
        }
    }

    public static UnsafeArchiveException Malformed(string problem) =>
        UnsafeArchiveException.Because("tar-header", $"a header of the archive {problem}");

    private static bool IsPosix(ReadOnlySpan<byte> block)
    {
        var magic = block[257..265];
        if (magic.StartsWith("ustar\0"u8))
        {
            return magic[6..] is [(byte)'0', (byte)'0'] or [0, 0] or [(byte)' ', (byte)' ']
                ? true
                : throw Malformed("has an unknown format version");
        }

        // The older form has no magic, and GNU's differs in its last three bytes.
        return magic.SequenceEqual("ustar  \0"u8) || !magic.ContainsAnyExcept((byte)0)
            ? false
            : throw Malformed("does not have the magic of a tar archive");
    }

    /// <summary>The text before the first zero; what follows it would be read by some and not by others.</summary>
    private static string Text(ReadOnlySpan<byte> field, string name)
    {
        var end = field.IndexOf((byte)0);
        var text = end < 0 ? field : field[..end];
        return end >= 0 && field[end..].ContainsAnyExcept((byte)0)
            ? throw Malformed($"has a zero byte inside its {name}")
            : Decode(text, name);
    }

    private static long Number(ReadOnlySpan<byte> field, string name) =>
        TryReadNumber(field, out var value) ? value : throw Malformed($"has an invalid {name}");

    /// <summary>Octal digits between spaces and zeros, or a big-endian number behind the byte 0x80; never negative.</summary>
    private static bool TryReadNumber(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        if (field[0] >= 0x80)
        {
            var digits = field[1..];
            foreach (var digit in digits)
            {
                if (value > long.MaxValue >> 8)
                    return false;
                value = (value << 8) | digit;
            }

            return field[0] == 0x80;
        }

        var octal = field.TrimStart((byte)' ').TrimEnd(" \0"u8);
        foreach (var digit in octal)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return false;
            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }
}
