using Krait.Packaging.Names;
using Krait.Protocol.Content;
using Krait.Protocol.Shards;
using Krait.Server.Caching;
using Krait.Server.Storage;
using Krait.Server.Views;

namespace Krait.Server.Resolving;

/// <summary>The shards of projects: a page and the metadata that is here, in one document. Made when they are asked for, and remembered.</summary>
internal sealed class ShardService(PageRenderer renderer, IBlobStore blobs)
{
    private const long Capacity = 128 * 1024 * 1024;

    private readonly BoundedCache<(string View, PackageName Project), (string Key, MadeShard Shard)> shards = new(
        Capacity,
        made => made.Shard.Frame.Size
    );

    private readonly BoundedCache<(string View, ContentDigest Digest), MadeShard> byDigest = new(
        Capacity,
        shard => shard.Frame.Size
    );

    /// <summary>The shard of what a view offers of a project; null where it would be too large.</summary>
    public async ValueTask<MadeShard?> MakeAsync(View view, Listing listing, CancellationToken cancellationToken)
    {
        var project = listing.Document.Project;
        var place = (view.Name, project);
        if (shards.TryGet(place, out var known) && string.Equals(known.Key, listing.Key, StringComparison.Ordinal))
            return known.Shard;
        var page = renderer.Render(view, listing, PageForm.Json).Body;
        var metadata = await ReadMetadataAsync(listing, cancellationToken);
        if (!ShardWriter.TryWrite(project, page, name => MetadataOf(metadata, name), out var content, out _))
            return null;
        var made = MadeShard.Of(content);
        shards.Set(place, (listing.Key, made));
        byDigest.Set((view.Name, made.Digest), made);
        return made;
    }

    /// <summary>A shard of a view that was made lately, by its digest.</summary>
    public MadeShard? Find(View view, ContentDigest digest) =>
        byDigest.TryGet((view.Name, digest), out var shard) ? shard : null;

    private static ReadOnlyMemory<byte>? MetadataOf(Dictionary<string, byte[]> metadata, string fileName)
    {
        // Not `? content : null`: a null array becomes an empty memory, which is metadata of a file that requires nothing.
        if (metadata.TryGetValue(fileName, out var content))
            return content;
        return null;
    }

    /// <summary>The metadata that is here, by the names of the files.</summary>
    private async ValueTask<Dictionary<string, byte[]>> ReadMetadataAsync(
        Listing listing,
        CancellationToken cancellationToken
    )
    {
        var read = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var file in listing.Document.Files)
        {
            foreach (var (_, page) in listing.Sources)
            {
                if (
                    page.State.Files.GetValueOrDefault(file.FileName)?.Metadata is { } id
                    && await blobs.TryReadAsync(id, cancellationToken) is { } content
                )
                {
                    read[file.FileName] = content;
                    break;
                }
            }
        }

        return read;
    }
}
