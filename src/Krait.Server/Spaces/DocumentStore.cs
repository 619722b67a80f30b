using Krait.Packaging.Names;
using Krait.Server.Caching;
using Krait.Server.Pages;
using Krait.Server.Storage;

namespace Krait.Server.Spaces;

/// <summary>Pages as blobs, with those that were used lately in memory.</summary>
internal sealed class DocumentStore(BlobStore blobs)
{
    private const long Capacity = 64 * 1024 * 1024;
    private const int RoughSizeOfFile = 700;

    private readonly BoundedCache<BlobId, ProjectDocument> read = new(
        Capacity,
        document => 200 + ((long)document.Files.Length * RoughSizeOfFile)
    );

    /// <summary>Reads a page; null where it is missing or damaged.</summary>
    public ProjectDocument? Find(BlobId id, PackageName project)
    {
        if (read.TryGet(id, out var document))
            return document;
        if (blobs.TryRead(id) is not { } bytes)
            return null;
        if (!StoredPageReader.TryRead(bytes, project, out document))
            return null;
        read.Set(id, document);
        return document;
    }

    /// <summary>Stores a page.</summary>
    public BlobId Write(ProjectDocument document, bool isDurable)
    {
        var id = blobs.Write(JsonPageWriter.Write(document, file => file.Url), isDurable);
        read.Set(id, document);
        return id;
    }
}
