using System.Globalization;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Platform.Locks;

/// <summary>
/// A lock between processes on a folder itself: nothing is left behind in the folder, and like every kernel lock it ends with the
/// process that holds it.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);
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
            if (error == Errno.NotFound)
                return null;
            if (opened is null)
                throw new FileSystemException("lock", path, error);
            var answer = NativeMethods.Lock(opened.Descriptor, NativeMethods.LockExclusive | NativeMethods.LockNoWait);
            error = answer == 0 ? Errno.None : NativeMethods.LastError;
            if (error == Errno.None && IsStillAt(path, opened))
                return new FolderLock(opened);
            opened.Dispose();
            // A folder that was replaced meanwhile protects nothing: take the new one.
            if (error == Errno.None)
                continue;
            return error == Errno.TryAgain ? null : throw new FileSystemException("lock", path, error);
        }
    }

    /// <summary>Takes the lock, waiting for whoever holds it.</summary>
    /// <param name="path">The folder, which must exist.</param>
    /// <param name="limit">How long to wait at most.</param>
    /// <param name="waiting">Told once, when it has to wait, for what and for whom.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KraitException">The wait took longer than the limit, or the folder cannot be locked.</exception>
    public static async Task<FolderLock> AcquireAsync(
        string path,
        TimeSpan limit,
        IProgress<LockWaiting>? waiting,
        CancellationToken cancellationToken
    )
    {
        var started = Environment.TickCount64;
        var pause = TimeSpan.FromMilliseconds(2);
        var isTold = false;
        while (true)
        {
            if (TryAcquire(path) is { } taken)
                return taken;
            if (FileStatus.TryRead(path, followLinks: true, out _) is var error and not Errno.None)
                throw new FileSystemException("lock", path, error);
            if (!isTold)
                waiting?.Report(new LockWaiting(path, FileLock.HolderOf(path)));
            isTold = true;
            if (Environment.TickCount64 - started > limit.TotalMilliseconds)
                throw new KraitException(TimedOut(path, limit));
            await Task.Delay(pause, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => folder.Dispose();

    private static bool IsStillAt(string path, DirectoryHandle folder) =>
        FileStatus.TryRead(path, followLinks: true, out var there) == Errno.None
        && folder.TryStatus(out var here) == Errno.None
        && there.Inode == here.Inode
        && there.Device == here.Device;

    private static Diagnostic TimedOut(string path, TimeSpan limit)
    {
        var seconds = limit.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
        var diagnostic = new Diagnostic("lock-timeout", $"`{path}` was not free within {seconds} s")
        {
            Hints = ["Wait for the other command, or set `KRAIT_LOCK_TIMEOUT` to more seconds"],
        };
        return FileLock.HolderOf(path) is { } holder
            ? diagnostic with
            {
                Notes = [$"it is held by {holder}"],
            }
            : diagnostic;
    }
}
