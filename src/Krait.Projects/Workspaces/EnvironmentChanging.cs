using Krait.Environments.Layouts;
using Krait.Platform.Files;

namespace Krait.Projects.Workspaces;

/// <summary>
/// An environment that is being made, or made again: what was there before comes back unless <see cref="Keep"/> is called. A failing command
/// leaves no half-made environment, and no hole where one was.
/// </summary>
public sealed class EnvironmentChanging : IDisposable
{
    private const string OldSuffix = ".krait-old";

    private string? made;
    private string? set;

    /// <summary>An environment that is there already.</summary>
    internal EnvironmentChanging(PythonEnvironment environment) => Environment = environment;

    private EnvironmentChanging() { }

    /// <summary>The environment.</summary>
    public PythonEnvironment Environment
    {
        get => field ?? throw new InvalidOperationException("the environment is not made yet");
        internal set;
    }

    /// <summary>Begins to make an environment at a place; one that is there is set aside.</summary>
    internal static EnvironmentChanging Begin(string path, bool isRebuilt)
    {
        var target = SymbolicLinks.FindTarget(path) ?? path;
        if (!isRebuilt)
            return new EnvironmentChanging { made = target };
        var (parent, name) = (Path.GetDirectoryName(target) ?? "/", Path.GetFileName(target));
        FolderTree.Remove(target + OldSuffix);
        using var folder = DirectoryHandle.Open(parent);
        var error = folder.TryRename(name, folder, name + OldSuffix, replace: false);
        if (error != FileError.None)
            throw new FileSystemException("replace", target, error);
        return new EnvironmentChanging { made = target, set = target + OldSuffix };
    }

    /// <summary>Begins to make an environment that is looked at and thrown away.</summary>
    internal static EnvironmentChanging BeginTemporary(string path) => new() { made = Path.GetDirectoryName(path) };

    /// <summary>Brings back what a killed run set aside, where nothing came in its place.</summary>
    internal static void Heal(string path)
    {
        var target = SymbolicLinks.FindTarget(path) ?? path;
        if (FileStatus.TryRead(target, followLinks: false, out _) != FileError.NotFound)
            return;
        if (DirectoryHandle.TryOpen(Path.GetDirectoryName(target) ?? "/", out var folder) != FileError.None)
            return;
        using (folder)
            folder?.TryRename(Path.GetFileName(target) + OldSuffix, folder, Path.GetFileName(target), replace: false);
    }

    /// <summary>The environment stays as it is now.</summary>
    public void Keep()
    {
        if (set is not null)
            FolderTree.Remove(set);
        (made, set) = (null, null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (made is not null)
            FolderTree.Remove(made);
        if (made is not null && set is not null)
        {
            using var folder = DirectoryHandle.Open(Path.GetDirectoryName(made) ?? "/");
            folder.TryRename(Path.GetFileName(set), folder, Path.GetFileName(made), replace: false);
        }

        (made, set) = (null, null);
    }
}
