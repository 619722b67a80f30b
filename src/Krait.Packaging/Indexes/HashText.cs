using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Krait.Packaging.Indexes;

/// <summary>Hashes as indexes write them, in UTF-8: the name of a function and a digest in hexadecimal.</summary>
internal static class HashText
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>Whether `NAME=VALUE` in the fragment of a URL is a hash, by its name or because its value is a long hexadecimal number.</summary>
    public static bool IsHash(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (IsName(name, "egg"u8) || IsName(name, "subdirectory"u8))
            return false;
        return IsName(name, "md5"u8)
            || IsFamily(name, "sha"u8)
            || IsFamily(name, "blake2"u8)
            || (value.Length >= 32 && !value.ContainsAnyExcept(HexDigits));
    }

    /// <summary>Decodes 64 hexadecimal digits.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> hex, Span<byte> digest)
    {
        if (hex.Length != digest.Length * 2)
            return false;
        var bad = 0;
        for (var i = 0; i < digest.Length; i++)
        {
            var (high, low) = (Nibble(hex[2 * i]), Nibble(hex[(2 * i) + 1]));
            bad |= high | low;
            digest[i] = (byte)((high << 4) | low);
        }

        return bad <= 15;
    }

    /// <summary>Writes `existing` and one more hash behind each other into the scratch buffer.</summary>
    public static ReadOnlySpan<byte> Append(
        List<byte> scratch,
        scoped ReadOnlySpan<byte> existing,
        scoped ReadOnlySpan<byte> algorithm,
        scoped ReadOnlySpan<byte> hex
    )
    {
        var start = scratch.Count;
        scratch.AddRange(existing);
        AddLine(scratch, algorithm);
        scratch.Add((byte)':');
        AddLine(scratch, hex);
        scratch.Add((byte)'\n');
        return CollectionsMarshal.AsSpan(scratch)[start..];
    }

    /// <summary>Adds a text without the line ends that would make several hashes of it.</summary>
    private static void AddLine(List<byte> scratch, scoped ReadOnlySpan<byte> text)
    {
        foreach (var c in text)
            scratch.Add(c is (byte)'\n' or (byte)'\r' ? (byte)'?' : c);
    }

    /// <summary>The value of a digit, or a number above 15.</summary>
    private static int Nibble(byte digit)
    {
        var value = digit - '0';
        if ((uint)value <= 9)
            return value;
        value = (digit | 0x20) - 'a';
        return (uint)value <= 5 ? value + 10 : 0x100;
    }

    private static bool IsName(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) =>
        Ascii.EqualsIgnoreCase(name, expected);

    private static bool IsFamily(ReadOnlySpan<byte> name, ReadOnlySpan<byte> family) =>
        name.Length > family.Length
        && char.IsAsciiDigit((char)name[family.Length]) | family.Length > 3
        && Ascii.EqualsIgnoreCase(name[..family.Length], family);
}
