using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Krait.Packaging.Indexes;

/// <summary>
/// The binary form of a project page: a header, then versions, files, and the distinct requires-python and tag texts as records of
/// fixed size, the skipped files, and one blob with all text in UTF-8. Little endian. What a cache stores is what memory holds.
/// </summary>
internal static class FlatPage
{
    /// <summary>`KRAITPG` and a NUL, read as a little-endian number.</summary>
    public const ulong Magic = 0x0047_5054_4941_524B;

    /// <summary>Raised with every change of the layout; pages of another format are read again from their index.</summary>
    public const uint Format = 2;

    /// <summary>The checksum covers everything behind itself.</summary>
    public const int ChecksumEnd = 24;

    /// <summary>
    /// A 64-bit checksum that four independent multiplications per 32 bytes keep at memory speed. It finds damage; it does not
    /// protect against somebody who wants to be believed.
    /// </summary>
    public static ulong Checksum(ReadOnlySpan<byte> body)
    {
        const ulong prime = 0x9E37_79B9_7F4A_7C15;
        ulong a = 1,
            b = 2,
            c = 3,
            d = (ulong)body.Length;
        var words = MemoryMarshal.Cast<byte, ulong>(body);
        var i = 0;
        for (; i + 4 <= words.Length; i += 4)
        {
            a = (a ^ words[i]) * prime;
            b = (b ^ words[i + 1]) * prime;
            c = (c ^ words[i + 2]) * prime;
            d = (d ^ words[i + 3]) * prime;
            // Multiplication alone moves damage upwards only; the turn brings it back down.
            a ^= a >> 32;
            b ^= b >> 32;
            c ^= c >> 32;
            d ^= d >> 32;
        }

        for (; i < words.Length; i++)
            a = ((a ^ words[i]) * prime) ^ (a >> 29);
        foreach (var rest in body[(words.Length * 8)..])
            b = ((b ^ rest) * prime) ^ (b >> 29);
        return ulong.RotateLeft(a, 7) ^ ulong.RotateLeft(b, 19) ^ ulong.RotateLeft(c, 41) ^ d;
    }
}

/// <summary>The first bytes of a flat page.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct FlatHeader
{
    public ulong Magic;
    public uint Format;
    public uint Reserved;
    public ulong Checksum;
    public ulong TotalLength;
    public int VersionCount;
    public int FileCount;
    public int RequiresCount;
    public int TagsCount;
    public int SkipCount;

    /// <summary>How many files were skipped; only the first of them have a record.</summary>
    public int SkipTotal;
    public int BlobLength;
    public FlatText Name;
    public FlatText BaseUrl;
    public int Padding;
}

/// <summary>A text in the blob.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct FlatText
{
    public int Start;
    public int Length;
}

/// <summary>A version and its files, which stand together.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct FlatVersion
{
    public FlatText Text;
    public int FileStart;
    public int FileCount;
}

/// <summary>A file that is not offered, and why.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct FlatSkip
{
    public int Start;
    public ushort Length;
    public ushort Reason;
}

/// <summary>A file; 128 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct FlatFile
{
    public int NameStart;
    public int UrlStart;
    public int YankedStart;
    public int OtherHashesStart;
    public int OtherMetadataHashesStart;
    public ushort NameLength;
    public ushort UrlLength;
    public ushort YankedLength;
    public ushort OtherHashesLength;
    public ushort OtherMetadataHashesLength;
    public FlatFileFlags Flags;

    /// <summary>The number of its requires-python text, from 1; 0 is none.</summary>
    public int Requires;

    /// <summary>The number of its tags' text, from 1; 0 is none.</summary>
    public int Tags;
    public int VersionIndex;
    public long Size;
    public long UploadTicks;
    public FlatDigest Sha256;
    public FlatDigest MetadataSha256;
}

/// <summary>The 32 bytes of a SHA-256 digest.</summary>
[InlineArray(32)]
internal struct FlatDigest
{
    private byte first;
}

/// <summary>What is known of a file.</summary>
[Flags]
internal enum FlatFileFlags : ushort
{
    None = 0,
    IsWheel = 1,
    IsYanked = 2,
    HasMetadata = 4,
    HasSize = 8,
    HasUploadTime = 16,
    HasSha256 = 32,
    HasMetadataSha256 = 64,
    IsRelativeUrl = 128,
}
