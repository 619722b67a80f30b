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
            error = Invalid(text, text, 0, "expected the form `sha256:…`");
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
            error = Invalid($"{algorithm}:{hex}", algorithm, 0, "unknown hash function");
        else if (hex.IndexOfAnyExcept(HexDigits) is >= 0 and var wrong)
            error = Invalid($"{Name(known)}:{hex}", hex, wrong, "a digit is not hexadecimal");
        else if (hex.Length % 2 != 0 || !IsLength(known, hex.Length / 2))
            error = Invalid($"{Name(known)}:{hex}", hex, hex.Length, LengthProblem(known, hex.Length));
        else
            hash = new FileHash(known, Convert.FromHexString(hex));
        return hash is not null;
    }

    /// <summary>Whether a text (`sha256:…`) names a hash function that is known, whatever its digits.</summary>
    public static bool NamesKnownFunction(ReadOnlySpan<char> text) =>
        text.IndexOfAny(':', '=') is >= 0 and var end && AlgorithmOf(text[..end]) is not null;

    /// <summary>Whether digests of a hash function can be read.</summary>
    public static bool IsKnown(ReadOnlySpan<char> algorithm) => AlgorithmOf(algorithm) is not null;

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

    private static string LengthProblem(HashAlgorithm algorithm, int digits)
    {
        var expected = algorithm switch
        {
            HashAlgorithm.Md5 => "32",
            HashAlgorithm.Sha1 => "40",
            HashAlgorithm.Sha224 => "56",
            HashAlgorithm.Sha256 => "64",
            HashAlgorithm.Sha384 => "96",
            HashAlgorithm.Sha512 => "128",
            _ => "64 or 128",
        };
        return $"expected {expected} hexadecimal digits, found {digits}";
    }

    private static Diagnostic Invalid(
        ReadOnlySpan<char> whole,
        ReadOnlySpan<char> part,
        int position,
        string problem
    ) =>
        new("invalid-hash", $"invalid hash `{PythonText.Printable(whole)}`: {problem}")
        {
            Span = new SourceSpan(part.ToString(), position, position < part.Length ? 1 : 0),
        };
}
