using Microsoft.Win32.SafeHandles;

namespace Krait.Platform.Files;

/// <summary>
/// A file of somebody else's that is read more than once through one handle, and that tells whether all readings were of the same bytes.
/// </summary>
public sealed class SteadyFile : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromTicks(2 * FileClock.Step / 100);

    private FileStatus before;

    private SteadyFile(SafeFileHandle handle, string path, FileStatus before)
    {
        Handle = handle;
        Path = path;
        this.before = before;
    }

    /// <summary>The open file.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    /// <summary>Its length when it was opened.</summary>
    public long Length => before.Size;

    /// <summary>Whether it was written to since it was opened.</summary>
    public bool HasChanged =>
        FileCalls.Current.TryStatus(Handle, out var now) != FileError.None
        || now.Size != before.Size
        || now.Modified != before.Modified
        || now.Changed != before.Changed;

    /// <summary>Opens a file.</summary>
    /// <exception cref="FileSystemException">It is missing or cannot be read.</exception>
    public static SteadyFile Open(string path)
    {
        try
        {
            var handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            return new SteadyFile(handle, path, ReadStatus(handle, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileSystemException.From("read", path, e);
        }
    }

    /// <summary>
    /// Waits, for a moment at most, until any later write gives the file another time than it has now; to be called before the first of
    /// several readings.
    /// </summary>
    /// <exception cref="FileSystemException">Its status cannot be read.</exception>
    public void Settle()
    {
        // A file that is written all the time, or comes from a machine with another clock, is not waited for.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            before = ReadStatus(Handle, Path);
            var now = FileClock.Now(TimeProvider.System);
            if (!FileClock.MayHaveChangedAfter(before.Changed, now) || before.Changed > now + FileClock.Step)
                return;
            // Two steps of the clock are some milliseconds: less than giving the thread away and back would cost.
            Thread.Sleep(Pause);
        }

        before = ReadStatus(Handle, Path);
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private static FileStatus ReadStatus(SafeFileHandle handle, string path)
    {
        var error = FileCalls.Current.TryStatus(handle, out var status);
        return error == FileError.None ? status : throw new FileSystemException("read", path, error);
    }
}
