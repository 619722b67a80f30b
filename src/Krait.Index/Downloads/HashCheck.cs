using System.Collections.Immutable;
using System.Security.Cryptography;
using Krait.Packaging.Distributions;
using Krait.Packaging.Text;
using Krait.Platform.Processes;
using HashAlgorithm = Krait.Packaging.Distributions.HashAlgorithm;

namespace Krait.Index.Downloads;

/// <summary>Hashes the bytes of a file as they come, by every algorithm that is asked for and always by SHA-256.</summary>
internal sealed class HashCheck : IDisposable
{
    private static readonly Remedy StalePage =
        $"If the file was replaced on purpose, the cached index page may be outdated: run again with {Control.Refresh}";
    private static readonly Remedy StaleHash = "If the file was replaced on purpose, correct the hash in its URL";

    private readonly DownloadRequest request;
    private readonly IncrementalHash sha256;
    private readonly List<(HashAlgorithm Algorithm, IFileHasher Hasher)> others = [];

    public HashCheck(DownloadRequest request)
    {
        this.request = request;
        OpenSslLibrary.Require();
        sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var algorithm in request.Expected.Algorithms)
        {
            if (algorithm is not HashAlgorithm.Sha256)
                others.Add((algorithm, FileHashers.Create(algorithm, SizeOf(algorithm))));
        }
    }

    private Remedy WhatToDo => request.LinkedFrom is null ? StaleHash : StalePage;

    /// <summary>How many bytes were hashed.</summary>
    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        sha256.AppendData(bytes);
        foreach (var (_, hasher) in others)
            hasher.Append(bytes);
        Length += bytes.Length;
    }

    public void Reset()
    {
        _ = sha256.GetHashAndReset();
        foreach (var (_, hasher) in others)
            _ = hasher.Finish();
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
            .. others.ConvertAll(other => FileHash.Create(other.Algorithm, other.Hasher.Finish())),
        ];
        if (request.Expected.FirstWrong(actual) is { } expected)
            throw Mismatch(expected, actual.First(hash => hash.Algorithm == expected.Algorithm), notes);
        return request.Allowed.IsEmpty || request.Allowed.Any(actual.Contains) ? actual : throw NotAllowed(actual);
    }

    public KraitException WrongSize(long expected, long actual) =>
        new(
            new Diagnostic(
                "size-mismatch",
                actual < expected
                    ? $"`{request.FileName}` was cut short: received {actual} of {expected} bytes"
                    : $"`{request.FileName}` is not the file that the index describes"
            )
            {
                Source = request.Url.ToString(),
                Notes = [$"expected {expected} bytes", $"received {actual} bytes"],
                Hints = [WhatToDo],
            }
        );

    public void Dispose()
    {
        sha256.Dispose();
        foreach (var (_, hasher) in others)
            hasher.Dispose();
    }

    private KraitException Mismatch(FileHash expected, FileHash actual, IReadOnlyList<string> notes) =>
        new(
            new Diagnostic("hash-mismatch", $"the hash of `{request.FileName}` does not match")
            {
                Source = request.Url.ToString(),
                Notes = [$"expected {expected}", $"received {actual}", .. notes],
                Hints = [WhatToDo],
            }
        );

    private KraitException NotAllowed(ImmutableArray<FileHash> actual)
    {
        var compared = actual.Where(hash => request.Allowed.Any(allowed => allowed.Algorithm == hash.Algorithm));
        return new KraitException(
            new Diagnostic(
                "hash-mismatch",
                $"the hash of `{request.FileName}` is not among those that the requirements allow"
            )
            {
                Notes =
                [
                    .. request.Allowed.Select(hash => $"expected {hash}"),
                    .. compared.DefaultIfEmpty(actual[0]).Select(hash => $"received {hash}"),
                    $"it came from {request.Url}",
                ],
                Hints =
                [
                    $"If the file was meant to change, compile the requirements again with {Control.GenerateHashes}",
                ],
            }
        );
    }

    /// <summary>BLAKE2b is used with digests of two lengths.</summary>
    private int SizeOf(HashAlgorithm algorithm) =>
        request.Hashes.Concat(request.Allowed).First(hash => hash.Algorithm == algorithm).Digest.Length;
}
