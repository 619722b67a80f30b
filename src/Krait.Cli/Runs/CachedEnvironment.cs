using System.Text;
using Krait.Cli.Parsing;
using Krait.Platform.Files;
using Krait.Platform.Locks;

namespace Krait.Cli.Runs;

/// <summary>An environment in the cache, which one process at a time makes, and which carries a note of what it was made of.</summary>
/// <param name="path">Its directory.</param>
internal sealed class CachedEnvironment(string path)
{
    private const string StampName = ".krait-made-of";

    /// <summary>Its directory.</summary>
    public string Path => path;

    /// <summary>What stands for a text in names and notes.</summary>
    public static string KeyOf(string text) => SmallSha256.HexOf(text);

    /// <summary>Keeps other processes from changing it. Whoever needs the lock of a workspace, too, takes that one first.</summary>
    /// <exception cref="Packaging.Text.KraitException">It is not free in time.</exception>
    public Task<FileLock> HoldAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    ) =>
        FileLock.AcquireAsync(
            path + ".lock",
            LockMode.Exclusive,
            CacheArguments.LockLimit(arguments),
            CacheArguments.Waiting(context),
            cancellationToken
        );

    /// <summary>Whether it was made of this.</summary>
    public bool HasStamp(string stamp) =>
        PlainFile.TryRead(System.IO.Path.Join(path, StampName), out var text) == FileError.None
        && string.Equals(text, stamp, StringComparison.Ordinal);

    /// <summary>Notes what it was made of.</summary>
    public void WriteStamp(string stamp) =>
        AtomicFile.Write(System.IO.Path.Join(path, StampName), Encoding.UTF8.GetBytes(stamp), durable: false);

    /// <summary>Takes the note away: what it was made of is no longer known.</summary>
    public void Forget()
    {
        if (DirectoryHandle.TryOpen(path, out var folder) != FileError.None)
            return;
        using (folder)
            folder?.TryRemove(StampName);
    }
}
