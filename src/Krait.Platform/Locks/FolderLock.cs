using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Platform.Locks;

/// <summary>
/// A lock between processes on a folder itself: nothing is left behind in the folder, and like every kernel lock it ends with the
/// process that holds it.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private readonly DirectoryHandle folder;

    private FolderLock(DirectoryHandle folder) => this.folder = folder;

    /// <summary>The locked folder.</summary>
    public string Path => folder.Path;

    /// <summary>Takes the lock now; null when someone else holds it, or the folder is gone.</summary>
    /// <exception cref="FileSystemException">The folder cannot be opened, or its file system has no locks.</exception>
    public static FolderLock? TryAcquire(string path)
    {
        while (true)
        {
            var error = DirectoryHandle.TryOpen(path, out var opened);
            if (error == FileError.NotFound)
                return null;
            if (opened is null)
                throw new FileSystemException("lock", path, error);
            error = FileCalls.Current.TryLock(opened.Handle, LockMode.Exclusive);
            if (error == FileError.None && IsStillAt(path, opened))
                return new FolderLock(opened);
            opened.Dispose();
            // A folder that was replaced meanwhile protects nothing: take the new one.
            if (error == FileError.None)
                continue;
            return error == FileError.Locked ? null : throw new FileSystemException("lock", path, error);
        }
    }

    /// <summary>Takes the lock, waiting for whoever holds it; any wait is reported.</summary>
    /// <exception cref="KraitException">The wait took longer than the limit, or the folder cannot be locked.</exception>
    public static Task<FolderLock> AcquireAsync(
        string path,
        TimeSpan limit,
        IProgress<LockWaiting>? waiting,
        CancellationToken cancellationToken
    ) => AcquireAsync(path, limit, patience: TimeSpan.Zero, waiting, cancellationToken);

    /// <summary>Takes the lock, waiting for whoever holds it.</summary>
    /// <param name="path">The folder, which must exist.</param>
    /// <param name="limit">How long to wait at most.</param>
    /// <param name="patience">How long a wait is not worth telling anybody.</param>
    /// <param name="waiting">Told once, when the wait is longer than that, for what and for whom.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KraitException">The wait took longer than the limit, or the folder cannot be locked.</exception>
    public static Task<FolderLock> AcquireAsync(
        string path,
        TimeSpan limit,
        TimeSpan patience,
        IProgress<LockWaiting>? waiting,
        CancellationToken cancellationToken
    ) =>
        LockWait.RunAsync(
            path,
            $"`{path}`",
            () => TryAcquireExisting(path),
            limit,
            patience,
            waiting,
            cancellationToken
        );

    /// <summary>Gives the lock back.</summary>
    public void Dispose()
    {
        if (folder.Handle.IsClosed)
            return;
        // A forked child may still have the descriptor: unlock in words, not only by closing.
        FileCalls.Current.Unlock(folder.Handle);
        folder.Dispose();
    }

    /// <summary>Takes the lock now; null only when someone else holds it.</summary>
    private static FolderLock? TryAcquireExisting(string path)
    {
        var taken = TryAcquire(path);
        if (taken is null && FileStatus.TryRead(path, followLinks: true, out _) is var error and not FileError.None)
            throw new FileSystemException("lock", path, error);
        return taken;
    }

    private static bool IsStillAt(string path, DirectoryHandle folder) =>
        FileStatus.TryRead(path, followLinks: true, out var there) == FileError.None
        && folder.TryStatus(out var here) == FileError.None
        && there.IsSameFileAs(here);
}
