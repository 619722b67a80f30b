using System.Security.Cryptography;
using HashAlgorithm = Krait.Packaging.Distributions.HashAlgorithm;

namespace Krait.Index.Downloads;

/// <summary>The hash functions that a file may be described by: the framework's, and two that it lacks.</summary>
internal static class FileHashers
{
    /// <summary>Starts a hash.</summary>
    /// <param name="algorithm">The function.</param>
    /// <param name="size">How many bytes the digest has, for functions that have more than one.</param>
    public static IFileHasher Create(HashAlgorithm algorithm, int size) =>
        algorithm switch
        {
            HashAlgorithm.Sha224 => new Sha224(),
            HashAlgorithm.Blake2b => new Blake2b(size),
            _ => new FrameworkHasher(NameOf(algorithm)),
        };

    private static HashAlgorithmName NameOf(HashAlgorithm algorithm) =>
        algorithm switch
        {
            HashAlgorithm.Sha256 => HashAlgorithmName.SHA256,
            HashAlgorithm.Sha384 => HashAlgorithmName.SHA384,
            HashAlgorithm.Sha512 => HashAlgorithmName.SHA512,
            HashAlgorithm.Sha1 => HashAlgorithmName.SHA1,
            HashAlgorithm.Md5 => HashAlgorithmName.MD5,
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        };

    private sealed class FrameworkHasher(HashAlgorithmName name) : IFileHasher
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(name);

        public void Append(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

        public byte[] Finish() => hash.GetHashAndReset();

        public void Dispose() => hash.Dispose();
    }
}
