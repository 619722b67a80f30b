using System.Collections.Immutable;
using System.Security.Cryptography;
using Krait.Packaging.Distributions;
using Krait.Packaging.Text;
using HashAlgorithm = Krait.Packaging.Distributions.HashAlgorithm;

namespace Krait.Index.Downloads;

/// <summary>Hashes the bytes of a file as they come, by every algorithm that is asked for and always by SHA-256.</summary>
internal sealed class HashCheck : IDisposable
{
    private const string StalePage =
        "If the file was replaced on purpose, a page from the cache may be outdated: try `--refresh`";
    private const string StaleHash =
        "If the file was replaced on purpose, correct the hash that is given with its address";

    private readonly DownloadRequest request;
    private readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<(HashAlgorithm Algorithm, IncrementalHash Hash)> others = [];

    public HashCheck(DownloadRequest request)
    {
        this.request = request;
        foreach (var algorithm in request.Expected.Algorithms)
        {
            if (NameOf(algorithm) is { } name)
                others.Add((algorithm, IncrementalHash.CreateHash(name)));
        }
    }

    private string Remedy => request.LinkedFrom is null ? StaleHash : StalePage;

    /// <summary>How many bytes were hashed.</summary>
    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        sha256.AppendData(bytes);
        foreach (var (_, hash) in others)
            hash.AppendData(bytes);
        Length += bytes.Length;
    }

    public void Reset()
    {
        _ = sha256.GetHashAndReset();
        foreach (var (_, hash) in others)
            _ = hash.GetHashAndReset();
        Length = 0;
    }

    /// <summary>The hashes of all bytes, SHA-256 first, when they are what was expected.</summary>
    /// <param name="notes">Facts about where they came from, for the error.</param>
    /// <exception cref="KraitException">A hash or the size is another.</exception>
    public ImmutableArray<FileHash> Verify(IReadOnlyList<string> notes)
    {
        if (request.Size is { } size && size != Length)
            throw WrongSize(size, Length);
        ImmutableArray<FileHash> actual =
        [
            FileHash.Create(HashAlgorithm.Sha256, sha256.GetHashAndReset()),
            .. others.ConvertAll(other => FileHash.Create(other.Algorithm, other.Hash.GetHashAndReset())),
        ];
        if (request.Expected.FirstWrong(actual) is { } expected)
            throw Mismatch(expected, actual.First(hash => hash.Algorithm == expected.Algorithm), notes);
        return request.Allowed.IsEmpty || request.Allowed.Any(actual.Contains) ? actual : throw NotAllowed(actual);
    }

    public KraitException WrongSize(long expected, long actual) =>
        new(
            new Diagnostic("size-mismatch", $"`{request.FileName}` is not the file that the index describes")
            {
                Source = request.Url.ToString(),
                Notes = [$"expected {expected} bytes", $"received {actual} bytes"],
                Hints = [Remedy],
            }
        );

    public void Dispose()
    {
        sha256.Dispose();
        foreach (var (_, hash) in others)
            hash.Dispose();
    }

    private KraitException Mismatch(FileHash expected, FileHash actual, IReadOnlyList<string> notes) =>
        new(
            new Diagnostic("hash-mismatch", $"`{request.FileName}` is not the file that was expected")
            {
                Source = request.Url.ToString(),
                Notes = [$"expected {expected}", $"received {actual}", .. notes],
                Hints = [Remedy],
            }
        );

    private KraitException NotAllowed(ImmutableArray<FileHash> actual)
    {
        var compared = actual.Where(hash => request.Allowed.Any(allowed => allowed.Algorithm == hash.Algorithm));
        return new KraitException(
            new Diagnostic("hash-mismatch", $"`{request.FileName}` is not a file that the requirements allow")
            {
                Notes =
                [
                    .. request.Allowed.Select(hash => $"expected {hash}"),
                    .. compared.DefaultIfEmpty(actual[0]).Select(hash => $"received {hash}"),
                    $"it came from {request.Url}",
                ],
                Hints = ["If the file was meant to change, compile the requirements again with `--generate-hashes`"],
            }
        );
    }

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
