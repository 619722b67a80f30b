using System.Security.Cryptography;
using Krait.Packaging.Distributions;
using Krait.Platform.Files;
using HashAlgorithm = Krait.Packaging.Distributions.HashAlgorithm;

namespace Krait.Build.Wheels;

/// <summary>The SHA-256 of a file.</summary>
public static class FileDigest
{
    /// <summary>Reads a file to its end.</summary>
    /// <returns>Its digest and size.</returns>
    /// <exception cref="FileSystemException">It cannot be read.</exception>
    public static (FileHash Digest, long Size) Of(string path)
    {
        using var file = PlainFile.OpenHandle(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        long size = 0;
        while (RandomAccess.Read(file, buffer, size) is var count and > 0)
        {
            hash.AppendData(buffer, 0, count);
            size += count;
        }

        return (FileHash.Create(HashAlgorithm.Sha256, hash.GetHashAndReset()), size);
    }
}
