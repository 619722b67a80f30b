using Krait.Server.Caching;

namespace Krait.Server.Site;

/// <summary>Metadata of files that is here, read. Nobody else is asked for it.</summary>
internal sealed class MetadataShelf
{
    private const long Capacity = 32 * 1024 * 1024;

    private readonly BoundedCache<string, KnownMetadata> read = new(Capacity, metadata => metadata.Size);

    /// <summary>The metadata of a version: that of the first file that has any here; null where none has.</summary>
    public async ValueTask<KnownMetadata?> FindAsync(VersionFacts version, CancellationToken cancellationToken)
    {
        foreach (var file in version.Files.Where(IsAtHand))
        {
            if (await FindAsync(file, cancellationToken) is { } found)
                return found;
        }

        return null;
    }

    /// <summary>Whether the metadata of a file is here.</summary>
    public static bool IsAtHand(KnownFile file) =>
        file.IsOffered
        && (file.Fact?.Metadata is not null || (file.Fact?.IsHeld is true && file.Entry.Wheel is not null));

    private async ValueTask<KnownMetadata?> FindAsync(KnownFile file, CancellationToken cancellationToken)
    {
        // Both are digests of contents: what was read once holds.
        var key = $"{file.Entry.FileName} {file.Fact?.Metadata?.Hex ?? file.Fact?.Sha256?.Hex}";
        if (read.TryGet(key, out var known))
            return known;
        var content = await file.Space.FindKnownMetadataAsync(file.Page, file.Entry.FileName, cancellationToken);
        if (content is null || KnownMetadata.TryRead(content) is not { } metadata)
            return null;
        read.Set(key, metadata);
        return metadata;
    }
}
