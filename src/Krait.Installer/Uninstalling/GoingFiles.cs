using Krait.Platform.Files;

namespace Krait.Installer.Uninstalling;

/// <summary>Tells in advance what a <see cref="FileRemover"/> will remove: what takes the place of it need not fear it.</summary>
/// <param name="places">Where packages may have files.</param>
/// <param name="listed">Absolute paths that distributions which go have listed.</param>
/// <param name="staying">What the others have listed.</param>
internal sealed class GoingFiles(EnvironmentRoots places, IReadOnlySet<string> listed, StayingFiles staying)
{
    /// <summary>Whether a file or link is going to be removed.</summary>
    public bool Contains(string path) =>
        listed.Contains(path) && places.TryPlace(path, out _, out _) && staying.OwnerOf(path) is null;

    /// <summary>Whether a folder goes with everything in it; an empty one is in nobody's way.</summary>
    public bool ContainsFolder(DirectoryHandle parent, string name, string path)
    {
        if (places.IsRootOrAbove(path))
            return false;
        var entries = Entries(parent, name, out var folder);
        using (folder)
            return folder is not null && entries.All(entry => ContainsEntry(folder, entry, path));
    }

    private bool ContainsEntry(DirectoryHandle folder, string name, string path)
    {
        var below = Path.Join(path, name);
        if (folder.TryStatus(name, out var status) == Errno.None && status.Kind != FileKind.Folder)
            return Contains(below) || IsBytecode(path, name);
        // Only folders that lose a file are removed.
        var entries = Entries(folder, name, out var opened);
        using (opened)
            return opened is not null && entries.Count > 0 && entries.All(entry => ContainsEntry(opened, entry, below));
    }

    private static List<string> Entries(DirectoryHandle parent, string name, out DirectoryHandle? folder) =>
        parent.TryOpenFolder(name, out folder) == Errno.None && folder is not null
            ? [.. folder.List().Select(e => e.Name)]
            : [];

    /// <summary>Whether a file is what Python made of a module that goes.</summary>
    private bool IsBytecode(string folder, string name)
    {
        if (!name.EndsWith(".pyc", StringComparison.Ordinal))
            return false;
        if (Path.GetFileName(folder) is not FileRemover.BytecodeFolder)
            return Contains(Path.Join(folder, name[..^1]));
        return Path.GetDirectoryName(folder) is { } modules
            && FileRemover.StemsOf(name).Any(stem => Contains(Path.Join(modules, stem + ".py")));
    }
}
