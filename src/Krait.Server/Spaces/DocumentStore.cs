using Krait.Packaging.Names;
using Krait.Server.Caching;
using Krait.Server.Pages;
using Krait.Server.Storage;

namespace Krait.Server.Spaces;

/// <summary>Pages as blobs, with those that were used lately in memory.</summary>
internal sealed class DocumentStore(IBlobStore blobs)
{
    private const long LeastCapacity = 64 << 20;
    private const long LargestCapacity = 512 << 20;
    private const int RoughSizeOfFile = 700;

    // One resolution looks at all pages of a closure, in order. Where they do not fit, each is read again, every time.
    private static readonly long Capacity = Math.Clamp(
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 32,
        LeastCapacity,
        LargestCapacity
    );

    private readonly BoundedCache<BlobId, ProjectDocument> read = new(
        Capacity,
        document => 200 + ((long)document.Files.Length * RoughSizeOfFile)
    );

    /// <summary>Reads a page; null where it is missing or damaged.</summary>
    public async ValueTask<ProjectDocument?> FindAsync(
        BlobId id,
        PackageName project,
        CancellationToken cancellationToken
    )
    {
        if (read.TryGet(id, out var document))
            return document;
        if (await blobs.TryReadAsync(id, cancellationToken) is not { } bytes)
            return null;
        if (!StoredPageReader.TryRead(bytes, project, out document))
            return null;
        read.Set(id, document);
        return document;
    }

    /// <summary>Stores a page.</summary>
    public async ValueTask<BlobId> WriteAsync(
        ProjectDocument document,
        bool isDurable,
        CancellationToken cancellationToken
    )
    {
        var content = JsonPageWriter.Write(document, file => file.Url);
        var id = await blobs.WriteAsync(content, isDurable, cancellationToken);
        read.Set(id, document);
        return id;
    }
}
