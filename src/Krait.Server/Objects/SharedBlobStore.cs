using Krait.Platform.Concurrency;
using Krait.Server.Storage;

namespace Krait.Server.Objects;

/// <summary>
/// Blobs that several servers share: each is in the object storage before anything refers to it, and those that were used lately are in the
/// directory of this server, too. What comes from there is compared with its name.
/// </summary>
internal sealed class SharedBlobStore(BlobStore local, ObjectStore objects, LocalCopies copies) : IBlobStore
{
    private readonly SingleFlight<BlobId, bool> fetches = new();
    private long damaged;
    private long fetched;

    /// <inheritdoc/>
    public long Damaged => local.Damaged + Interlocked.Read(ref damaged);

    /// <summary>How many blobs were fetched from the object storage.</summary>
    public long Fetched => Interlocked.Read(ref fetched);

    /// <inheritdoc/>
    public BlobWriter Create(bool leavesReaderOpen = false) => local.Create(leavesReaderOpen);

    /// <inheritdoc/>
    public async ValueTask<BlobId> CommitAsync(BlobWriter writer, bool isDurable, CancellationToken cancellationToken)
    {
        await objects.PutAsync(writer.Digest, writer.Reader, writer.Length, cancellationToken);
        // It is safe in the storage; here it is a copy.
        var id = writer.Commit(isDurable: false);
        copies.Add(id, writer.Length);
        return id;
    }

    /// <inheritdoc/>
    public async ValueTask<BlobId> WriteAsync(
        ReadOnlyMemory<byte> content,
        bool isDurable,
        CancellationToken cancellationToken
    )
    {
        var id = BlobId.Of(content.Span);
        // Also where there is a copy here: nobody else may have referred to it for so long that it was cleaned away.
        await objects.PutAsync(id, content, cancellationToken);
        local.Write(content.Span, isDurable: false);
        copies.Add(id, content.Length);
        return id;
    }

    /// <inheritdoc/>
    public async ValueTask<OpenBlob?> TryOpenAsync(BlobId id, CancellationToken cancellationToken)
    {
        if (local.TryOpen(id, cancellationToken) is { } blob)
        {
            copies.Use(id);
            return blob;
        }

        return await FetchAsync(id, cancellationToken) ? local.TryOpen(id, cancellationToken) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]?> TryReadAsync(BlobId id, CancellationToken cancellationToken)
    {
        if (local.TryRead(id) is { } content)
        {
            copies.Use(id);
            return content;
        }

        return await FetchAsync(id, cancellationToken) ? local.TryRead(id) : null;
    }

    /// <inheritdoc/>
    public bool IsThere(BlobId id) => local.IsThere(id);

    private Task<bool> FetchAsync(BlobId id, CancellationToken cancellationToken) =>
        fetches.RunAsync(id, FetchOnceAsync, cancellationToken);

    private async Task<bool> FetchOnceAsync(BlobId id, CancellationToken cancellationToken)
    {
        using var writer = local.Create();
        if (!await objects.TryGetAsync(id, writer, cancellationToken))
            return false;
        if (writer.Digest != id)
        {
            Interlocked.Increment(ref damaged);
            return false;
        }

        Interlocked.Increment(ref fetched);
        writer.Commit(isDurable: false);
        copies.Add(id, writer.Length);
        return true;
    }
}
