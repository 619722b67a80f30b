namespace Krait.Packaging.Distributions;

/// <summary>The hash functions that indexes and lock files use.</summary>
public enum HashAlgorithm
{
    /// <summary>MD5: never enough to trust a file.</summary>
    Md5,

    /// <summary>SHA-1: never enough to trust a file.</summary>
    Sha1,

    /// <summary>SHA-224.</summary>
    Sha224,

    /// <summary>SHA-256.</summary>
    Sha256,

    /// <summary>SHA-384.</summary>
    Sha384,

    /// <summary>SHA-512.</summary>
    Sha512,

    /// <summary>BLAKE2b with a digest of 32 or 64 bytes.</summary>
    Blake2b,
}
