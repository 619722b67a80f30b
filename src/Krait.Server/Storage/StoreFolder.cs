using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Locks;

namespace Krait.Server.Storage;

/// <summary>
/// The directory of a server. One process at a time writes to it; the kernel's lock says which. Any further one reads.
/// </summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly FileLock? writer;

    private StoreFolder(string root, FileLock? writer)
    {
        Root = root;
        this.writer = writer;
    }

    /// <summary>Its path.</summary>
    public string Root { get; }

    /// <summary>Whether this process only reads: another one is the writer, or nothing is to be changed.</summary>
    public bool IsReadOnly => writer is null;

    /// <summary>The work under way that may write to it.</summary>
    public PendingWork Work { get; } = new();

    /// <summary>Files that are being written.</summary>
    public string Temporary => At("tmp");

    /// <summary>What was found damaged.</summary>
    public string Quarantine => At("quarantine");

    /// <summary>Opens a directory, and makes it where it is missing.</summary>
    /// <exception cref="KraitException">It cannot be made or read.</exception>
    public static StoreFolder Open(string root)
    {
        var path = Path.GetFullPath(root);
        FolderTree.Create(Path.Join(path, "locks"));
        var taken = FileLock.TryAcquire(Path.Join(path, "locks", "writer.lock"), LockMode.Exclusive);
        var folder = new StoreFolder(path, taken);
        if (taken is null)
            return folder;
        // What a killed process left half written belongs to nobody.
        FolderTree.Remove(folder.Temporary);
        foreach (var name in (string[])["tmp", "quarantine", "blobs/sha256", "refs", "log"])
            FolderTree.Create(folder.At(name));
        return folder;
    }

    /// <summary>Opens a directory only to look at it, so that a server can start, or go on, at the same time.</summary>
    public static StoreFolder OpenForReading(string root) => new(Path.GetFullPath(root), writer: null);

    /// <summary>A path below the directory.</summary>
    public string At(params ReadOnlySpan<string> parts) => Path.Join([Root, .. parts]);

    /// <summary>Refuses to go on where another process is the writer.</summary>
    /// <exception cref="KraitException">It is.</exception>
    public void RequireWriter()
    {
        if (!IsReadOnly)
            return;
        var holder = FileLock.HolderOf(At("locks", "writer.lock"));
        throw new KraitException(
            new Diagnostic("store-in-use", $"`{Root}` is in use by another server")
            {
                Notes = holder is null ? [] : [$"held by {holder}"],
                Hints = ["Stop that server first"],
            }
        )
        {
            Kind = FailureKind.Unavailable,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => writer?.Dispose();
}
