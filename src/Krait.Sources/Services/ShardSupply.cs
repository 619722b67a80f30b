using Krait.Index;
using Krait.Packaging.Indexes;
using Krait.Protocol.Shards;

namespace Krait.Sources.Services;

/// <summary>The page and metadata of a shard, in the place of those that the index would have sent one by one.</summary>
internal sealed class ShardSupply
{
    private readonly Shard shard;
    private readonly ProjectPage page;
    private readonly Lazy<IReadOnlyDictionary<string, int>> numbers;

    private ShardSupply(Shard shard, ProjectPage page)
    {
        this.shard = shard;
        this.page = page;
        numbers = new Lazy<IReadOnlyDictionary<string, int>>(shard.ReadMetadataNumbers);
    }

    /// <summary>Reads a shard; null for what is not one, or is one that pages would not be taken from.</summary>
    /// <param name="content">The shard.</param>
    /// <param name="location">The index that sent it.</param>
    public static SuppliedProject? Read(ReadOnlyMemory<byte> content, IndexLocation location)
    {
        if (!Shard.TryRead(content, out var shard, out _))
            return null;
        if (!shard.TryReadPage(location.Url.Below(shard.Project.Value).Canonical, out var page, out _))
            return null;
        return new SuppliedProject(shard.Project, page, new ShardSupply(shard, page).MetadataOf);
    }

    /// <summary>The metadata of a file of this page, or of the same file on another page of the project.</summary>
    private byte[]? MetadataOf(IndexFile file)
    {
        if (!numbers.Value.TryGetValue(file.FileName, out var number))
            return null;
        var isOwn = ReferenceEquals(file.Page, page);
        return isOwn || IsListed(file) ? shard.MetadataOf(number, file.Version) : null;
    }

    /// <summary>Whether the page lists this very file.</summary>
    private bool IsListed(IndexFile file)
    {
        var version = page.IndexOf(file.Version);
        if (version < 0 || file.Hash is not { IsSecure: true } hash)
            return false;
        var (start, count) = page.FilesOf(version);
        for (var i = start; i < start + count; i++)
        {
            var own = page.FileAt(i);
            if (string.Equals(own.FileName, file.FileName, StringComparison.Ordinal))
                return hash.Equals(own.Hash) && Equals(own.MetadataHash, file.MetadataHash);
        }

        return false;
    }
}
