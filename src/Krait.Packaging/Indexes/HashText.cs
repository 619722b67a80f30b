using System.Buffers;
using System.Runtime.InteropServices;

namespace Krait.Packaging.Indexes;

/// <summary>Hashes as indexes write them, in UTF-8: the name of a function and a digest in hexadecimal.</summary>
internal static class HashText
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    public static bool IsKnown(ReadOnlySpan<byte> algorithm) => DigitsOf(algorithm) != 0;

    /// <summary>Whether the digest is one of the function.</summary>
    public static bool IsValid(ReadOnlySpan<byte> algorithm, ReadOnlySpan<byte> hex)
    {
        var digits = DigitsOf(algorithm);
        var isLength = hex.Length == digits || (hex.Length == 64 && algorithm.StartsWith("blake2b"u8));
        return isLength && !hex.ContainsAnyExcept(HexDigits);
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
        scratch.AddRange(algorithm);
        scratch.Add((byte)':');
        scratch.AddRange(hex);
        scratch.Add((byte)'\n');
        return CollectionsMarshal.AsSpan(scratch)[start..];
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

    private static int DigitsOf(ReadOnlySpan<byte> algorithm)
    {
        if (algorithm.SequenceEqual("md5"u8))
            return 32;
        if (algorithm.SequenceEqual("sha1"u8))
            return 40;
        if (algorithm.SequenceEqual("sha224"u8))
            return 56;
        if (algorithm.SequenceEqual("sha256"u8))
            return 64;
        if (algorithm.SequenceEqual("sha384"u8))
            return 96;
        return
            algorithm.SequenceEqual("sha512"u8)
            || algorithm.SequenceEqual("blake2b"u8)
            || algorithm.SequenceEqual("blake2b_256"u8)
            ? 128
            : 0;
    }
}
