using Krait.Index.Http;
using Krait.Index.SimpleApi;
using Krait.Packaging.Distributions;
using Krait.Platform.Caching;
using Krait.Platform.Files;

namespace Krait.Index.Downloads;

/// <summary>
/// What the cache knows of files that users name by URL: a policy block, as pages have one, followed by the file's SHA-256. The file itself
/// is among the unpacked wheels.
/// </summary>
internal sealed class FileRecordStore(CacheFolder cache, NetworkCounters counters)
{
    private const int HashSize = 32;

    /// <summary>Finds what is known of the file behind a URL.</summary>
    public FileRecord? Find(DownloadRequest request)
    {
        if (PlainFile.TryReadBytes(PathOf(request), out var content) != FileError.None)
            return null;
        return
            content.Length == PagePolicy.Size + HashSize
            && PagePolicy.TryRead(content.AsSpan(0, PagePolicy.Size), KeyOf(request), out var policy)
            ? new FileRecord(FileHash.Create(HashAlgorithm.Sha256, content.AsSpan(PagePolicy.Size)), policy)
            : null;
    }

    /// <summary>Keeps what an answer said; a cache that cannot be written to is counted, and is no error.</summary>
    public void Write(DownloadRequest request, FileHash sha256, PagePolicy policy)
    {
        try
        {
            if (!policy.IsStorable)
            {
                FolderTree.Remove(PathOf(request));
                return;
            }

            cache.Folder(CacheBucket.Pages, SourceOf(request));
            // The URL may be longer than the block, or hold a secret.
            var block = (policy with { Url = KeyOf(request) }).ToBlock();
            AtomicFile.Write(PathOf(request), block, sha256.Digest);
        }
        catch (FileSystemException)
        {
            counters.CountCacheFailure();
        }
    }

    private string PathOf(DownloadRequest request) =>
        Path.Join(cache.PathOf(CacheBucket.Pages), SourceOf(request), ProjectOf(request) + ".file");

    private static string SourceOf(DownloadRequest request) => "url-" + KeyOf(request);

    private static string KeyOf(DownloadRequest request) => CacheKey.Of(request.Url.Canonical);

    private static string ProjectOf(DownloadRequest request) =>
        WheelFileName.TryParse(request.FileName, out var wheel, out _) ? wheel.Name.Value : "file";
}
