using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Krait.Protocol.Content;

/// <summary>The SHA-256 digest of a document: its name, and all that is needed to check it.</summary>
public readonly struct ContentDigest : IEquatable<ContentDigest>, IComparable<ContentDigest>
{
    /// <summary>How many bytes it has.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private readonly Bytes bytes;

    private ContentDigest(Bytes bytes) => this.bytes = bytes;

    /// <summary>The digest as 64 lower-case hexadecimal digits.</summary>
    public string Hex => Convert.ToHexStringLower(bytes);

    /// <summary>The digest of a document.</summary>
    public static ContentDigest Of(ReadOnlySpan<byte> content)
    {
        Bytes computed = default;
        SHA256.HashData(content, computed);
        return new ContentDigest(computed);
    }

    /// <summary>Reads 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public static ContentDigest FromBytes(ReadOnlySpan<byte> digest)
    {
        if (digest.Length != Size)
            throw new ArgumentException($"a digest has {Size} bytes", nameof(digest));
        Bytes copied = default;
        digest.CopyTo(copied);
        return new ContentDigest(copied);
    }

    /// <summary>Reads 64 lower-case hexadecimal digits; nothing else is a digest.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out ContentDigest digest)
    {
        digest = default;
        if (hex.Length != 2 * Size || hex.ContainsAnyExcept(Digits))
            return false;
        Bytes parsed = default;
        _ = Convert.FromHexString(hex, parsed, out _, out _);
        digest = new ContentDigest(parsed);
        return true;
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination) => ((ReadOnlySpan<byte>)bytes).CopyTo(destination);

    /// <inheritdoc/>
    public bool Equals(ContentDigest other) => ((ReadOnlySpan<byte>)bytes).SequenceEqual(other.bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ContentDigest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(bytes);

    /// <inheritdoc/>
    public int CompareTo(ContentDigest other) => ((ReadOnlySpan<byte>)bytes).SequenceCompareTo(other.bytes);

    /// <summary>The digest as 64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Hex;

    public static bool operator ==(ContentDigest left, ContentDigest right) => left.Equals(right);

    public static bool operator !=(ContentDigest left, ContentDigest right) => !left.Equals(right);

    public static bool operator <(ContentDigest left, ContentDigest right) => left.CompareTo(right) < 0;

    public static bool operator <=(ContentDigest left, ContentDigest right) => left.CompareTo(right) <= 0;

    public static bool operator >(ContentDigest left, ContentDigest right) => left.CompareTo(right) > 0;

    public static bool operator >=(ContentDigest left, ContentDigest right) => left.CompareTo(right) >= 0;

    [InlineArray(Size)]
    private struct Bytes
    {
        private byte first;
    }
}
