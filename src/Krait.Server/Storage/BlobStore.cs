using System.Security.Cryptography;
using Krait.Platform.Files;
using Krait.Server.Caching;
using Microsoft.Win32.SafeHandles;

namespace Krait.Server.Storage;

/// <summary>
/// Immutable contents by digest, in `blobs/sha256/ab/cd/`. What is handed out was hashed by this process since it last changed on disk: a
/// damaged blob is put aside, and counts as missing.
/// </summary>
internal sealed class BlobStore(StoreFolder folder) : IBlobStore
{
    private const int ReadSize = 256 * 1024;
    private const int RememberedBlobs = 200_000;

    /// <summary>What was seen of the file when its content was last compared with its name.</summary>
    private readonly BoundedCache<BlobId, FileStatus> verified = new(RememberedBlobs, _ => 1);

    private long damaged;

    /// <inheritdoc/>
    public long Damaged => Interlocked.Read(ref damaged);

    /// <inheritdoc/>
    public BlobWriter Create(bool leavesReaderOpen = false) =>
        new(this, folder) { LeavesReaderOpen = leavesReaderOpen };

    /// <inheritdoc/>
    public ValueTask<BlobId> CommitAsync(BlobWriter writer, bool isDurable, CancellationToken cancellationToken) =>
        new(writer.Commit(isDurable));

    /// <inheritdoc/>
    public ValueTask<BlobId> WriteAsync(
        ReadOnlyMemory<byte> content,
        bool isDurable,
        CancellationToken cancellationToken
    ) => new(Write(content.Span, isDurable));

    /// <inheritdoc/>
    public ValueTask<OpenBlob?> TryOpenAsync(BlobId id, CancellationToken cancellationToken) =>
        new(TryOpen(id, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<byte[]?> TryReadAsync(BlobId id, CancellationToken cancellationToken) => new(TryRead(id));

    /// <summary>Stores bytes that are at hand.</summary>
    /// <exception cref="FileSystemException">They cannot be written.</exception>
    public BlobId Write(ReadOnlySpan<byte> content, bool isDurable)
    {
        var id = BlobId.Of(content);
        // What must survive is written again: the file of that name may be damaged, and nobody has looked.
        if (!isDurable && IsThere(id))
            return id;
        using var writer = Create();
        writer.Append(content);
        return writer.Commit(isDurable);
    }

    /// <inheritdoc/>
    public bool IsThere(BlobId id) => FileStatus.Exists(PathOf(id), followLinks: false);

    /// <summary>Opens a blob whose content is right; null where there is none.</summary>
    /// <exception cref="FileSystemException">It cannot be read.</exception>
    public OpenBlob? TryOpen(BlobId id, CancellationToken cancellationToken)
    {
        var path = PathOf(id);
        if (!FileStatus.Exists(path, followLinks: false))
            return null;
        var handle = PlainFile.OpenHandle(path);
        try
        {
            if (DirectoryFiles.TryStatus(handle, out var status) != FileError.None)
            {
                handle.Dispose();
                return null;
            }

            if (IsRight(id, handle, status, cancellationToken))
                return new OpenBlob(id, handle, status.Size);
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        handle.Dispose();
        PutAside(id);
        return null;
    }

    /// <summary>Reads a small blob; null where there is none, or none whose content is right.</summary>
    public byte[]? TryRead(BlobId id)
    {
        if (PlainFile.TryReadBytes(PathOf(id), out var content) != FileError.None)
            return null;
        if (BlobId.Of(content) == id)
            return content;
        PutAside(id);
        return null;
    }

    /// <summary>Every blob, with its size and the time of its last change.</summary>
    public IEnumerable<(BlobId Id, FileStatus Status)> List()
    {
        foreach (var (first, _) in Below(folder.At("blobs", "sha256")))
        {
            foreach (var (second, _) in Below(first))
            {
                foreach (var (path, name) in Below(second, isFile: true))
                {
                    var isBlob = BlobId.TryParse(name, out var id);
                    if (isBlob && FileStatus.TryRead(path, followLinks: false, out var status) == FileError.None)
                        yield return (id, status);
                }
            }
        }
    }

    /// <summary>Compares the content of a blob with its name, whatever was seen before.</summary>
    public bool Verify(BlobId id, CancellationToken cancellationToken)
    {
        using var handle = PlainFile.OpenHandle(PathOf(id));
        return Hash(handle, cancellationToken) == id;
    }

    /// <summary>Moves a blob out of the way, and forgets it.</summary>
    /// <exception cref="FileSystemException">It cannot be moved: it would be found again each time.</exception>
    public void PutAside(BlobId id)
    {
        verified.Forget(id);
        Interlocked.Increment(ref damaged);
        if (folder.IsReadOnly)
            return;
        using var from = DirectoryHandle.Open(FolderOf(id));
        using var to = DirectoryHandle.Open(folder.Quarantine);
        var error = from.TryRename(id.Hex, to, id.Hex, replace: true);
        // Somebody else may have noticed it at the same time.
        if (error is not (FileError.None or FileError.NotFound))
            throw new FileSystemException("move", PathOf(id), error);
    }

    /// <summary>Removes a blob.</summary>
    public void Remove(BlobId id)
    {
        verified.Forget(id);
        FolderTree.Remove(PathOf(id));
    }

    internal string FolderOf(BlobId id) => folder.At("blobs", "sha256", id.Hex[..2], id.Hex[2..4]);

    internal void NoteWritten(BlobId id, FileStatus status) => verified.Set(id, status);

    private string PathOf(BlobId id) => Path.Join(FolderOf(id), id.Hex);

    private bool IsRight(BlobId id, SafeFileHandle handle, FileStatus status, CancellationToken cancellationToken)
    {
        if (verified.TryGet(id, out var seen) && IsUnchanged(seen, status))
            return true;
        if (Hash(handle, cancellationToken) != id)
            return false;
        verified.Set(id, status);
        return true;
    }

    private static bool IsUnchanged(FileStatus seen, FileStatus now) =>
        seen.IsSameFileAs(now) && seen.Size == now.Size && seen.Modified == now.Modified;

    private static BlobId Hash(SafeFileHandle handle, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[ReadSize];
        long offset = 0;
        while (RandomAccess.Read(handle, buffer, offset) is var read and > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer.AsSpan(0, read));
            offset += read;
        }

        return BlobId.OfDigest(hash.GetHashAndReset());
    }

    private static IEnumerable<(string Path, string Name)> Below(string path, bool isFile = false) =>
        DirectoryHandle
            .ListAt(path)
            .Where(entry => entry.Kind == FileKind.Folder != isFile)
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => (Path.Join(path, entry.Name), entry.Name));
}

/// <summary>A blob that is open for reading at any offset.</summary>
/// <param name="id">Its name.</param>
/// <param name="handle">The open file.</param>
/// <param name="length">How many bytes it has.</param>
internal sealed class OpenBlob(BlobId id, SafeFileHandle handle, long length) : IDisposable
{
    /// <summary>Its name.</summary>
    public BlobId Id { get; } = id;

    /// <summary>How many bytes it has.</summary>
    public long Length { get; } = length;

    /// <summary>The open file.</summary>
    public SafeFileHandle Handle { get; } = handle;

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
