namespace Krait.Server.Storage;

/// <summary>Immutable contents by digest: in the directory of one server, or in a place that several share.</summary>
internal interface IBlobStore
{
    /// <summary>How many blobs did not have the content that their names promise.</summary>
    public long Damaged { get; }

    /// <summary>Starts a new blob.</summary>
    /// <param name="leavesReaderOpen">Whether others go on reading when the writing has ended.</param>
    /// <exception cref="Krait.Platform.Files.FileSystemException">The file cannot be made.</exception>
    public BlobWriter Create(bool leavesReaderOpen = false);

    /// <summary>Gives a blob its name, where everyone finds it.</summary>
    /// <param name="writer">The blob, written to its end.</param>
    /// <param name="isDurable">Whether to wait until it would survive a loss of power.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public ValueTask<BlobId> CommitAsync(BlobWriter writer, bool isDurable, CancellationToken cancellationToken);

    /// <summary>Stores bytes that are at hand.</summary>
    public ValueTask<BlobId> WriteAsync(
        ReadOnlyMemory<byte> content,
        bool isDurable,
        CancellationToken cancellationToken
    );

    /// <summary>Opens a blob whose content is right; null where there is none.</summary>
    public ValueTask<OpenBlob?> TryOpenAsync(BlobId id, CancellationToken cancellationToken);

    /// <summary>Reads a small blob; null where there is none, or none whose content is right.</summary>
    public ValueTask<byte[]?> TryReadAsync(BlobId id, CancellationToken cancellationToken);

    /// <summary>Whether this machine has a file of that name; says nothing of its content.</summary>
    public bool IsThere(BlobId id);
}
