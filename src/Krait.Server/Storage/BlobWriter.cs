using System.Security.Cryptography;
using Krait.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace Krait.Server.Storage;

/// <summary>A blob in the making: hashed while it is written, visible under its name only when it is whole and on disk.</summary>
internal sealed class BlobWriter : IDisposable
{
    private const UnixFileMode Immutable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly BlobStore store;
    private readonly DirectoryHandle folder;
    private readonly string name = AtomicFile.TemporaryName();
    private readonly SafeFileHandle file;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private SafeFileHandle? reader;
    private bool isCommitted;

    internal BlobWriter(BlobStore store, StoreFolder root)
    {
        root.RequireWriter();
        this.store = store;
        folder = DirectoryHandle.Open(root.Temporary);
        var error = folder.TryCreateFile(name, out var created);
        file = created ?? throw new FileSystemException("write", Path.Join(root.Temporary, name), error);
    }

    /// <summary>How much was written.</summary>
    public long Length { get; private set; }

    /// <summary>What was written so far, for reading at any offset; it stays readable after the commit.</summary>
    public SafeFileHandle Reader => reader ??= PlainFile.OpenHandle(Path.Join(folder.Path, name));

    /// <summary>The digest of what was written so far.</summary>
    public BlobId Digest => BlobId.OfDigest(hash.GetCurrentHash());

    /// <summary>Writes the next bytes.</summary>
    /// <exception cref="FileSystemException">They cannot be written.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var error = DirectoryFiles.TryAppend(file, bytes);
        if (error != FileError.None)
            throw new FileSystemException("write", Path.Join(folder.Path, name), error);
        hash.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>Gives the blob its name.</summary>
    /// <param name="isDurable">Whether to wait until it would survive a loss of power.</param>
    /// <exception cref="FileSystemException">It cannot be moved there.</exception>
    public BlobId Commit(bool isDurable)
    {
        var id = BlobId.OfDigest(hash.GetHashAndReset());
        var target = store.FolderOf(id);
        FolderTree.Create(target);
        using var place = DirectoryHandle.Open(target);
        _ = DirectoryFiles.TrySetMode(file, (uint)Immutable);
        var error = isDurable ? DirectoryFiles.TryFlush(file) : FileError.None;
        if (error == FileError.None)
            error = folder.TryRename(name, place, id.Hex, replace: true);
        if (error == FileError.None && isDurable)
            error = place.TryFlush();
        if (error != FileError.None)
            throw new FileSystemException("write", Path.Join(target, id.Hex), error);
        isCommitted = true;
        if (DirectoryFiles.TryStatus(file, out var status) == FileError.None)
            store.NoteWritten(id, status);
        return id;
    }

    /// <summary>Whether others go on reading when the writing has ended, and close the reader themselves.</summary>
    public bool LeavesReaderOpen { get; init; }

    /// <summary>Ends the writing; what was not committed is gone.</summary>
    public void Dispose()
    {
        if (!LeavesReaderOpen)
            reader?.Dispose();
        if (!isCommitted)
            _ = folder.TryRemove(name);
        file.Dispose();
        folder.Dispose();
        hash.Dispose();
    }
}
