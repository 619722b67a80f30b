using System.Globalization;
using System.Text;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace Krait.Platform.Locks;

/// <summary>
/// A lock between processes, held by the kernel on an open file: it ends with the process that holds it, however that ends, so a
/// stale lock cannot exist. The file itself stays.
/// </summary>
public sealed class FileLock : IDisposable
{
    private readonly SafeFileHandle file;

    private FileLock(SafeFileHandle file, string path, LockMode mode)
    {
        this.file = file;
        Path = path;
        Mode = mode;
    }

    /// <summary>The lock file.</summary>
    public string Path { get; }

    /// <summary>How it is held.</summary>
    public LockMode Mode { get; }

    /// <summary>Takes the lock now, or answers null when someone else holds it.</summary>
    /// <exception cref="FileSystemException">The lock file cannot be made or opened.</exception>
    public static FileLock? TryAcquire(string path, LockMode mode)
    {
        while (true)
        {
            var opened = Open(path);
            var error = FileCalls.Current.TryLock(opened, mode);
            if (error == FileError.None && IsStillAt(path, opened))
                return Hold(opened, path, mode);
            opened.Dispose();
            // A lock file that was removed or replaced meanwhile protects nothing: take the new one.
            if (error == FileError.None)
                continue;
            return error == FileError.Locked ? null : throw new FileSystemException("lock", path, error);
        }
    }

    /// <summary>Takes the lock, waiting for those who hold it.</summary>
    /// <param name="path">The lock file; made when missing.</param>
    /// <param name="mode">Shared or alone.</param>
    /// <param name="limit">How long to wait at most.</param>
    /// <param name="waiting">Told once, when it has to wait, for what and for whom.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KraitException">The wait took longer than the limit.</exception>
    public static Task<FileLock> AcquireAsync(
        string path,
        LockMode mode,
        TimeSpan limit,
        IProgress<LockWaiting>? waiting,
        CancellationToken cancellationToken
    ) =>
        LockWait.RunAsync(
            path,
            $"the lock `{path}`",
            () => TryAcquire(path, mode),
            limit,
            patience: TimeSpan.Zero,
            waiting,
            cancellationToken
        );

    /// <summary>Who holds the lock of a path, in words, when the system tells.</summary>
    public static string? HolderOf(string path)
    {
        if (FileStatus.TryRead(path, followLinks: true, out var status) != FileError.None)
            return null;
        var processes = LockTable.HoldersOf(status.Inode);
        var holders = processes.Select(id => Describe(id)).ToList();
        return holders.Count > 0 ? string.Join(", ", holders) : WrittenHolder(path);
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose()
    {
        if (file.IsClosed)
            return;
        // A forked child may still have the descriptor: unlock in words, not only by closing.
        FileCalls.Current.Unlock(file);
        file.Dispose();
    }

    private static FileLock Hold(SafeFileHandle file, string path, LockMode mode)
    {
        // For waiters that cannot see this process, in another container for example.
        if (mode is LockMode.Exclusive)
            WriteHolder(file);
        return new FileLock(file, path, mode);
    }

    private static SafeFileHandle Open(string path)
    {
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        var error = FileCalls.Current.TryOpenOrCreate(from: null, native.Bytes, out var file);
        // The kernel locks what can only be read just as well: one that another user of a shared directory made.
        if (error == FileError.AccessDenied)
            error = FileCalls.Current.TryOpenFile(from: null, native.Bytes, out file);
        return file ?? throw new FileSystemException("open the lock file", path, error);
    }

    private static bool IsStillAt(string path, SafeFileHandle file) =>
        FileStatus.TryRead(path, followLinks: false, out var there) == FileError.None
        && FileCalls.Current.TryStatus(file, out var here) == FileError.None
        && there.IsSameFileAs(here);

    private static void WriteHolder(SafeFileHandle file)
    {
        try
        {
            RandomAccess.SetLength(file, 0);
            var command = System.IO.Path.GetFileName(Environment.ProcessPath) ?? "krait";
            var text = string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId}: {command}\n");
            _ = FileCalls.Current.TryWriteAt(file, Encoding.UTF8.GetBytes(text), 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The text only serves a message; a full disk, or a file that can only be read, must not take the lock away.
        }
    }

    private static string? WrittenHolder(string path)
    {
        try
        {
            var text = File.ReadAllText(path).AsSpan().Trim();
            return text.Length is 0 or > 200 || text.ContainsAnyInRange('\0', '\u001f') ? null : text.ToString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Describe(int processId)
    {
        try
        {
            var words = File.ReadAllText($"/proc/{processId}/cmdline")
                .Split('\0', StringSplitOptions.RemoveEmptyEntries);
            // Arguments may carry credentials; the program and its subcommands do not.
            var command = words
                .Skip(1)
                .TakeWhile(w => w.All(c => char.IsAsciiLetterLower(c) || c == '-') && w[0] != '-');
            var name = System.IO.Path.GetFileName(words.FirstOrDefault() ?? "");
            var text = string.Join(' ', command.Take(2).Prepend(name));
            return string.Create(CultureInfo.InvariantCulture, $"process {processId}: {text}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"process {processId}");
        }
    }
}
