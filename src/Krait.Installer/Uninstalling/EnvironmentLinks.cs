using Krait.Platform.Files;

namespace Krait.Installer.Uninstalling;

/// <summary>
/// Follows symbolic links in the place of folders (`lib64`, `man`), as long as they lead to folders of the same environment. Asked
/// only where a folder could not be opened, or a path not placed, without following any.
/// </summary>
internal sealed class EnvironmentLinks(EnvironmentRoots roots)
{
    private readonly Dictionary<string, string?> resolved = new(StringComparer.Ordinal);
    private readonly HashSet<string> targets = new(StringComparer.Ordinal);

    /// <summary>Opens the folder that a link leads to; null when the name is no such link, or leads out of the environment.</summary>
    public DirectoryHandle? TryFollow(DirectoryHandle parent, string name)
    {
        if (SymbolicLinks.Resolve(Path.Join(parent.Path, name)) is not { } real || !roots.HoldsResolved(real))
            return null;
        _ = DirectoryHandle.TryOpen(real, out var folder);
        return folder;
    }

    /// <summary>A folder's path without symbolic links; null when it is gone.</summary>
    public string? Resolve(string folder)
    {
        if (!resolved.TryGetValue(folder, out var real))
            resolved[folder] = real = Read(folder);
        return real;
    }

    /// <summary>Whether links that were followed lead to a folder: it stays when it is empty, for them.</summary>
    public bool LeadTo(string folder) => targets.Count > 0 && Resolve(folder) is { } real && targets.Contains(real);

    private string? Read(string folder)
    {
        if (Path.GetDirectoryName(folder) is not { } parent)
            return folder;
        if (Resolve(parent) is not { } above)
            return null;
        var path = Path.Join(above, Path.GetFileName(folder));
        if (FileStatus.TryRead(path, followLinks: false, out var status) != FileError.None)
            return null;
        if (status.Kind != FileKind.SymbolicLink)
            return path;
        if (SymbolicLinks.Resolve(path) is not { } target)
            return null;
        targets.Add(target);
        return target;
    }
}
