using System.Security.Cryptography;
using Krait.Packaging.Distributions;
using Krait.Packaging.Text;
using HashAlgorithm = Krait.Packaging.Distributions.HashAlgorithm;

namespace Krait.Index.Downloads;

/// <summary>Hashes the bytes of a file as they come, by every algorithm that is asked for and always by SHA-256.</summary>
internal sealed class HashCheck : IDisposable
{
    private const string Remedy =
        "If the file was replaced on purpose, a page from the cache may be outdated: try `--refresh`";

    private readonly DownloadRequest _request;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<(FileHash Expected, IncrementalHash Hash)> _others = [];

    public HashCheck(DownloadRequest request)
    {
        _request = request;
        foreach (var expected in request.Hashes)
        {
            if (NameOf(expected.Algorithm) is { } name)
                _others.Add((expected, IncrementalHash.CreateHash(name)));
        }
    }

    /// <summary>How many bytes were hashed.</summary>
    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _sha256.AppendData(bytes);
        foreach (var (_, hash) in _others)
            hash.AppendData(bytes);
        Length += bytes.Length;
    }

    public void Reset()
    {
        _ = _sha256.GetHashAndReset();
        foreach (var (_, hash) in _others)
            _ = hash.GetHashAndReset();
        Length = 0;
    }

    /// <summary>The hash of all bytes, when they are what was expected.</summary>
    /// <param name="notes">Facts about where they came from, for the error.</param>
    /// <exception cref="KraitException">A hash or the size is another.</exception>
    public FileHash Verify(IReadOnlyList<string> notes)
    {
        if (_request.Size is { } size && size != Length)
            throw WrongSize(size, Length);
        var sha256 = FileHash.Create(HashAlgorithm.Sha256, _sha256.GetHashAndReset());
        foreach (var expected in _request.Hashes)
        {
            if (expected.Algorithm is HashAlgorithm.Sha256 && !expected.Equals(sha256))
                throw Mismatch(expected, sha256, notes);
        }
        foreach (var (expected, hash) in _others)
        {
            var actual = FileHash.Create(expected.Algorithm, hash.GetHashAndReset());
            if (!actual.Equals(expected))
                throw Mismatch(expected, actual, notes);
        }
        return sha256;
    }

    public KraitException WrongSize(long expected, long actual) =>
        new(
            new Diagnostic("size-mismatch", $"`{_request.FileName}` is not the file that the index describes")
            {
                Source = _request.Url.ToString(),
                Notes = [$"expected {expected} bytes", $"received {actual} bytes"],
                Hints = [Remedy],
            }
        );

    public void Dispose()
    {
        _sha256.Dispose();
        foreach (var (_, hash) in _others)
            hash.Dispose();
    }

    private KraitException Mismatch(FileHash expected, FileHash actual, IReadOnlyList<string> notes) =>
        new(
            new Diagnostic("hash-mismatch", $"`{_request.FileName}` is not the file that was expected")
            {
                Source = _request.Url.ToString(),
                Notes = [$"expected {expected}", $"received {actual}", .. notes],
                Hints = [Remedy],
            }
        );

    private static HashAlgorithmName? NameOf(HashAlgorithm algorithm) =>
        algorithm switch
        {
            HashAlgorithm.Sha384 => HashAlgorithmName.SHA384,
            HashAlgorithm.Sha512 => HashAlgorithmName.SHA512,
            HashAlgorithm.Sha1 => HashAlgorithmName.SHA1,
            HashAlgorithm.Md5 => HashAlgorithmName.MD5,
            _ => null,
        };
}
