using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Krait.Index.Http;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Platform.Caching;
using Krait.Platform.Files;

namespace Krait.Index.Metadata;

/// <summary>The core metadata in the cache: one pack for each index and project.</summary>
internal sealed class MetadataStore(CacheFolder cache, NetworkCounters counters)
{
    private readonly ConcurrentDictionary<(string Source, string Project), MetadataPack> packs = new();

    /// <summary>Finds the metadata of a file.</summary>
    public bool TryFind(IndexLocation location, IndexFile file, [NotNullWhen(true)] out CoreMetadata? metadata)
    {
        metadata = null;
        if (!TryGuard(file, out var guard) || !PackOf(location, file).TryFind(file.FileName, guard, out metadata))
            return false;
        counters.CountMetadataHit();
        return true;
    }

    /// <summary>Keeps the metadata of a file, or none in place of what was kept before, when the index states a hash by which it can be recognized again.</summary>
    public void Add(IndexLocation location, IndexFile file, ReadOnlySpan<byte> metadata)
    {
        if (!TryGuard(file, out var guard))
            return;
        try
        {
            cache.Folder(CacheBucket.Metadata, location.SourceKey);
            if (PackOf(location, file).TryAdd(file.FileName, guard, metadata) != FileError.None)
                counters.CountCacheFailure();
        }
        catch (FileSystemException)
        {
            counters.CountCacheFailure();
        }
    }

    private MetadataPack PackOf(IndexLocation location, IndexFile file)
    {
        var project = file.Page.ProjectName;
        return packs.GetOrAdd(
            (location.SourceKey, project),
            static (key, root) => MetadataPack.Open(Path.Join(root, key.Source, key.Project + ".pack")),
            cache.PathOf(CacheBucket.Metadata)
        );
    }

    /// <summary>The metadata file's own hash, or the file's.</summary>
    private static bool TryGuard(IndexFile file, out ReadOnlySpan<byte> guard)
    {
        var hash = file.MetadataHash ?? file.Hash;
        guard = hash is { IsSecure: true } ? hash.Digest : default;
        return !guard.IsEmpty;
    }
}
