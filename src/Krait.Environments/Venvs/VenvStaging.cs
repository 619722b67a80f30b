using Krait.Platform.Files;
using Krait.Platform.Locks;

namespace Krait.Environments.Venvs;

/// <summary>
/// A folder in which an environment is filled before it gets its name. It is locked while its process lives; by that, the next one knows
/// what a killed one has left, and removes it.
/// </summary>
internal sealed class VenvStaging : IDisposable
{
    private readonly DirectoryHandle parent;
    private readonly FolderLock? held;

    private VenvStaging(DirectoryHandle parent, string name, FolderLock? held)
    {
        this.parent = parent;
        this.held = held;
        Name = name;
    }

    /// <summary>Its name in the folder.</summary>
    public string Name { get; }

    /// <summary>Where it is.</summary>
    public string Path => System.IO.Path.Join(parent.Path, Name);

    /// <summary>Makes one in a folder; null, with the error, where nothing can be made there.</summary>
    public static VenvStaging? TryCreate(DirectoryHandle parent, out FileError error)
    {
        RemoveLeftovers(parent);
        while (true)
        {
            var name = AtomicFile.TemporaryName();
            error = parent.TryCreateFolder(name);
            if (error != FileError.None)
                return null;
            var taken = TryLock(System.IO.Path.Join(parent.Path, name));
            // Between the two, somebody may have taken it for a leftover.
            if (parent.TryStatus(name, out _) == FileError.None)
                return new VenvStaging(parent, name, taken);
            taken?.Dispose();
        }
    }

    /// <summary>Removes what is in it, unless it has its name by now.</summary>
    public void Dispose()
    {
        FolderTree.Remove(parent, Name);
        held?.Dispose();
    }

    private static void RemoveLeftovers(DirectoryHandle parent)
    {
        foreach (var name in parent.List().Select(entry => entry.Name).Where(VenvPlace.IsLeftover))
        {
            if (parent.TryStatus(name, out var status) != FileError.None || status.Kind != FileKind.Folder)
                continue;
            if (!FileOwner.OfProcess().Trusts(status.UserId))
                continue;
            using var taken = TryLock(System.IO.Path.Join(parent.Path, name));
            if (taken is not null)
                TryRemove(parent, name);
        }
    }

    private static FolderLock? TryLock(string path)
    {
        try
        {
            return FolderLock.TryAcquire(path);
        }
        catch (FileSystemException)
        {
            // Without locks nobody can tell whether a folder is still used: it stays.
            return null;
        }
    }

    private static void TryRemove(DirectoryHandle parent, string name)
    {
        try
        {
            FolderTree.Remove(parent, name);
        }
        catch (FileSystemException)
        {
            // It is in nobody's way.
        }
    }
}
