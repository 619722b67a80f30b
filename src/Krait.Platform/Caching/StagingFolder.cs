using Krait.Platform.Files;
using Krait.Platform.Locks;

namespace Krait.Platform.Caching;

/// <summary>
/// A folder of this process alone, on the file system of the cache, that is removed when it is disposed; what a killed process leaves
/// behind goes the next time that one is made.
/// </summary>
public sealed class StagingFolder : IDisposable
{
    private readonly FolderLock held;

    private StagingFolder(FolderLock held) => this.held = held;

    /// <summary>Its absolute path.</summary>
    public string Path => held.Path;

    /// <summary>Makes a folder.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="prefix">What the names of such folders start with; only those are swept.</param>
    /// <exception cref="FileSystemException">It cannot be made.</exception>
    public static StagingFolder Create(CacheFolder cache, string prefix)
    {
        var temporary = cache.Bucket(CacheBucket.Temporary);
        Sweep(temporary, prefix);
        while (true)
        {
            var path = System.IO.Path.Join(temporary, prefix + AtomicFile.TemporaryName()[1..]);
            FolderTree.Create(path);
            // Another process may sweep it away before the lock is taken; then a new one is made.
            if (FolderLock.TryAcquire(path) is { } held)
                return new StagingFolder(held);
        }
    }

    /// <summary>A path in the folder.</summary>
    public string At(string name) => System.IO.Path.Join(Path, name);

    /// <summary>Makes a folder in it, and answers its path.</summary>
    public string Folder(string name)
    {
        var path = At(name);
        FolderTree.Create(path);
        return path;
    }

    /// <summary>Removes the folder, as far as that is possible; the rest goes the next time.</summary>
    public void Dispose()
    {
        try
        {
            FolderTree.Remove(Path);
        }
        catch (FileSystemException)
        {
            // A process that got away may still write into it.
        }

        held.Dispose();
    }

    private static void Sweep(string temporary, string prefix)
    {
        using var folder = DirectoryHandle.Open(temporary);
        foreach (var entry in folder.List())
        {
            if (!entry.Name.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            try
            {
                using var abandoned = FolderLock.TryAcquire(System.IO.Path.Join(temporary, entry.Name));
                if (abandoned is not null)
                    FolderTree.Remove(folder, entry.Name);
            }
            catch (FileSystemException)
            {
                // Somebody else's, or half gone: it is in nobody's way.
            }
        }
    }
}
