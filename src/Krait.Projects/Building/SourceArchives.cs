using System.Globalization;
using Krait.Build.Wheels;
using Krait.Index;
using Krait.Index.Downloads;
using Krait.Packaging.Distributions;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Concurrency;
using Krait.Platform.Files;

namespace Krait.Projects.Building;

/// <summary>
/// The archives of sources in the cache, at `BUCKET/SOURCE/PACKAGE/FILE`, each with its digest and size beside it. One that is not what
/// its digest says is fetched again.
/// </summary>
/// <param name="client">Fetches what is missing.</param>
/// <param name="cache">The cache.</param>
internal sealed class SourceArchives(IndexClient client, CacheFolder cache)
{
    private const string DigestEnding = ".sha256";

    private readonly SingleFlight<string, StoredArchive> fetching = new(keepResults: true);

    /// <summary>An archive in the cache.</summary>
    /// <param name="Path">Where it lies.</param>
    /// <param name="Sha256">Its digest.</param>
    internal sealed record StoredArchive(string Path, FileHash Sha256);

    /// <summary>The archive that was fetched earlier, as far as its own record tells; null where there is none.</summary>
    /// <param name="place">The folder: where it came from, and its package.</param>
    /// <param name="fileName">Its name.</param>
    public StoredArchive? TryFind(string place, string fileName)
    {
        var path = Path.Join(Root, place, fileName);
        var isThere =
            PlainFile.TryRead(path + DigestEnding, out var text) == FileError.None
            && FileStatus.TryRead(path, followLinks: false, out var status) == FileError.None
            && status.Kind == FileKind.File
            && text.Split(' ') is [var digest, var size]
            && long.TryParse(size, CultureInfo.InvariantCulture, out var length)
            && length == status.Size;
        if (!isThere)
            return null;
        return FileHash.TryParse(text.Split(' ')[0], out var hash, out _) ? new StoredArchive(path, hash) : null;
    }

    /// <summary>The archive, fetched where it is not in the cache.</summary>
    /// <param name="place">The folder: where it came from, and its package.</param>
    /// <param name="request">What is fetched, and what its hashes must be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KraitException">It cannot be obtained, or is not the file that was expected.</exception>
    public Task<StoredArchive> GetAsync(string place, DownloadRequest request, CancellationToken cancellationToken) =>
        fetching.RunAsync(
            $"{place}\n{request.Url.Canonical}\n{string.Join(' ', request.Allowed)}",
            (_, token) => FindOrFetchAsync(place, request, token),
            cancellationToken
        );

    private string Root =>
        cache.IsReadOnly ? cache.ScratchPathOf(CacheBucket.SourceArchives) : cache.PathOf(CacheBucket.SourceArchives);

    private async Task<StoredArchive> FindOrFetchAsync(
        string place,
        DownloadRequest request,
        CancellationToken cancellationToken
    )
    {
        var stored = request.Url.IsFile ? null : FindWhole(place, request.FileName);
        if (stored is not null && !request.Expected.IsEmpty && request.Expected.AreProvedBy([stored.Sha256]))
            return stored;
        // What an index lists under one name does not change; what stands behind an address may.
        if (stored is not null && request is { LinkedFrom: not null, Expected.IsEmpty: true })
            return stored;
        var known = request.Expected.IsEmpty ? client.RecallFile(request) : null;
        if (stored is null || known is null || !known.Sha256.Equals(stored.Sha256))
        {
            using var file = await client.DownloadAsync(request, progress: null, cancellationToken);
            return await KeepAsync(place, request, file, cancellationToken);
        }

        if (client.IsFresh(known))
            return stored;
        using var changed = await client.DownloadIfChangedAsync(request, known, progress: null, cancellationToken);
        return changed is null ? stored : await KeepAsync(place, request, changed, cancellationToken);
    }

    /// <summary>What is used for a build is what was fetched, to the last byte.</summary>
    private StoredArchive? FindWhole(string place, string fileName) =>
        TryFind(place, fileName) is { } found && FileDigest.Of(found.Path).Digest.Equals(found.Sha256) ? found : null;

    private async Task<StoredArchive> KeepAsync(
        string place,
        DownloadRequest request,
        DownloadedFile file,
        CancellationToken cancellationToken
    )
    {
        if (request.Url.IsFile)
            return new StoredArchive(request.Url.LocalPath, file.Sha256);
        // What nobody vouches for is not given to a run that verifies.
        var isVouchedFor = !file.IsUnverified || request.Expected.HasSecure;
        var folder = Path.Join(Root, isVouchedFor ? place : "unverified-" + place);
        cache.CreateFolder(folder);
        var path = Path.Join(folder, request.FileName);
        FolderTree.Remove(path + DigestEnding);
        await AtomicFile.WriteAsync(path, file.CopyToAsync, durable: false, cancellationToken);
        var record = string.Create(CultureInfo.InvariantCulture, $"{file.Sha256} {file.Size}");
        AtomicFile.Write(path + DigestEnding, System.Text.Encoding.ASCII.GetBytes(record), durable: false);
        return new StoredArchive(path, file.Sha256);
    }
}
