using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Krait.Packaging.Text;

namespace Krait.Packaging.Distributions;

/// <summary>The hash of a file, as indexes, requirements files and lock files state it (`sha256:9f86d0…`).</summary>
public sealed class FileHash : IEquatable<FileHash>
{
    private readonly byte[] digest;

    private FileHash(HashAlgorithm algorithm, byte[] digest)
    {
        Algorithm = algorithm;
        this.digest = digest;
    }

    /// <summary>The hash function.</summary>
    public HashAlgorithm Algorithm { get; }

    /// <summary>The digest's bytes.</summary>
    public ReadOnlySpan<byte> Digest => digest;

    /// <summary>The digest in lower-case hexadecimal.</summary>
    public string Hex => Convert.ToHexStringLower(digest);

    /// <summary>Whether the function is strong enough to trust a file by.</summary>
    public bool IsSecure => Algorithm is not (HashAlgorithm.Md5 or HashAlgorithm.Sha1 or HashAlgorithm.Sha224);

    /// <summary>Whether a hash function of this name is known.</summary>
    public static bool IsKnown(ReadOnlySpan<char> algorithm) => AlgorithmOf(algorithm) is not null;

    /// <summary>A hash of known bytes.</summary>
    /// <exception cref="ArgumentException">The digest has not the function's length.</exception>
    public static FileHash Create(HashAlgorithm algorithm, ReadOnlySpan<byte> digest)
    {
        if (!IsLength(algorithm, digest.Length))
            throw new ArgumentException($"{digest.Length} bytes are no {algorithm} digest", nameof(digest));
        return new FileHash(algorithm, digest.ToArray());
    }

    /// <summary>Parses `sha256:…` or `sha256=…`.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out FileHash? hash,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        var separator = text.IndexOfAny(':', '=');
        if (separator < 0)
        {
            hash = null;
            error = new Diagnostic(
                "invalid-hash",
                $"invalid hash `{PythonText.Printable(text)}`: expected a hash function and `:` before the digits"
            );
            return false;
        }

        return TryParse(text[..separator], text[(separator + 1)..], out hash, out error);
    }

    /// <summary>Parses the name of a hash function and a digest in hexadecimal.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> algorithm,
        ReadOnlySpan<char> hex,
        [NotNullWhen(true)] out FileHash? hash,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        hash = null;
        error = null;
        if (AlgorithmOf(algorithm) is not { } known)
            error = Invalid(algorithm, hex, "unknown hash function");
        else if (hex.Length % 2 != 0 || !IsLength(known, hex.Length / 2))
            error = Invalid(
                algorithm,
                hex,
                $"{Title(known)} hash has {DigitsOf(known)} hexadecimal digits, this has {hex.Length}"
            );
        else if (hex.IndexOfAnyExcept(HexDigits) is >= 0 and var wrong)
            error = Invalid(
                algorithm,
                hex,
                $"`{PythonText.Printable(hex.Slice(wrong, 1))}` is not a hexadecimal digit"
            );
        else
            hash = new FileHash(known, Convert.FromHexString(hex));
        return hash is not null;
    }

    /// <summary>Whether a text (`sha256:…`) names a hash function that is known, whatever its digits.</summary>
    public static bool NamesKnownFunction(ReadOnlySpan<char> text) =>
        text.IndexOfAny(':', '=') is >= 0 and var end && AlgorithmOf(text[..end]) is not null;

    /// <summary>The name of a hash function, as Python's `hashlib` has it.</summary>
    public static string Name(HashAlgorithm algorithm) =>
        algorithm switch
        {
            HashAlgorithm.Md5 => "md5",
            HashAlgorithm.Sha1 => "sha1",
            HashAlgorithm.Sha224 => "sha224",
            HashAlgorithm.Sha256 => "sha256",
            HashAlgorithm.Sha384 => "sha384",
            HashAlgorithm.Sha512 => "sha512",
            _ => "blake2b",
        };

    public bool Equals(FileHash? other) =>
        other is not null && Algorithm == other.Algorithm && digest.AsSpan().SequenceEqual(other.digest);

    public override bool Equals(object? obj) => Equals(obj as FileHash);

    /// <summary>The first bytes of a digest are as good a hash as any.</summary>
    public override int GetHashCode() => MemoryMarshal.Read<int>(digest);

    /// <summary>`sha256:9f86d0…`.</summary>
    public override string ToString() => $"{Name(Algorithm)}:{Hex}";

    private static ReadOnlySpan<char> HexDigits => "0123456789abcdefABCDEF";

    private static HashAlgorithm? AlgorithmOf(ReadOnlySpan<char> name)
    {
        Span<char> lower = stackalloc char[16];
        if (name.Length > lower.Length)
            return null;
        return lower[..name.ToLowerInvariant(lower)] switch
        {
            "sha256" => HashAlgorithm.Sha256,
            "md5" => HashAlgorithm.Md5,
            "sha1" => HashAlgorithm.Sha1,
            "sha224" => HashAlgorithm.Sha224,
            "sha384" => HashAlgorithm.Sha384,
            "sha512" => HashAlgorithm.Sha512,
            "blake2b" or "blake2b_256" => HashAlgorithm.Blake2b,
            _ => null,
        };
    }

    private static bool IsLength(HashAlgorithm algorithm, int bytes) =>
        algorithm switch
        {
            HashAlgorithm.Md5 => bytes == 16,
            HashAlgorithm.Sha1 => bytes == 20,
            HashAlgorithm.Sha224 => bytes == 28,
            HashAlgorithm.Sha256 => bytes == 32,
            HashAlgorithm.Sha384 => bytes == 48,
            HashAlgorithm.Sha512 => bytes == 64,
            _ => bytes is 32 or 64,
        };

    private static int DigitsOf(HashAlgorithm algorithm) =>
        algorithm switch
        {
            HashAlgorithm.Md5 => 32,
            HashAlgorithm.Sha1 => 40,
            HashAlgorithm.Sha224 => 56,
            HashAlgorithm.Sha256 => 64,
            HashAlgorithm.Sha384 => 96,
            _ => 128,
        };

    /// <summary>The function with its article, as people write it.</summary>
    private static string Title(HashAlgorithm algorithm) =>
        algorithm switch
        {
            HashAlgorithm.Md5 => "an MD5",
            HashAlgorithm.Blake2b => "a BLAKE2b",
            _ => "a SHA-" + Name(algorithm)[3..],
        };

    private static Diagnostic Invalid(ReadOnlySpan<char> algorithm, ReadOnlySpan<char> hex, string problem) =>
        new("invalid-hash", $"invalid hash `{PythonText.Printable($"{algorithm}:{hex}")}`: {problem}");
}
