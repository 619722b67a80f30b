using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Krait.Server.Storage;

/// <summary>The SHA-256 of what a blob holds, in lower-case hexadecimal: its only name.</summary>
internal readonly record struct BlobId
{
    private const int HexLength = 64;
    private static readonly System.Buffers.SearchValues<char> Digits = System.Buffers.SearchValues.Create(
        "0123456789abcdef"
    );

    private BlobId(string hex) => Hex = hex;

    /// <summary>The 64 digits.</summary>
    public string Hex { get; }

    /// <summary>The blob of these bytes.</summary>
    public static BlobId Of(ReadOnlySpan<byte> content) => new(Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>The blob of a digest.</summary>
    public static BlobId OfDigest(ReadOnlySpan<byte> digest) => new(Convert.ToHexStringLower(digest));

    /// <summary>Reads 64 lower-case digits.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out BlobId id)
    {
        var isHex = text is { Length: HexLength } && !text.AsSpan().ContainsAnyExcept(Digits);
        id = isHex ? new BlobId(text!) : default; // not null: its length was seen
        return isHex;
    }

    /// <inheritdoc/>
    public override string ToString() => Hex;
}
