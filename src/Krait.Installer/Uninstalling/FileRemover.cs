using Krait.Platform.Files;

namespace Krait.Installer.Uninstalling;

/// <summary>
/// Removes the files of distributions: only below the environment's folders, never through a link that leads out of them, never what
/// another distribution also claims; with them the bytecode of removed modules and folders that became empty. Doing it again does no harm.
/// </summary>
/// <param name="places">Where packages may have files.</param>
/// <param name="links">The links between these places.</param>
/// <param name="staying">What distributions that stay have listed.</param>
internal sealed class FileRemover(EnvironmentRoots places, EnvironmentLinks links, StayingFiles staying) : IDisposable
{
    /// <summary>The folder in which Python keeps what it made of the modules beside it.</summary>
    public const string BytecodeFolder = "__pycache__";

    private readonly Dictionary<string, FolderCursor?> cursors = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Root, string Folder), HashSet<string>> modules = [];
    private readonly HashSet<(string Root, string Folder)> touched = [];

    private HashSet<string> StayingBehindLinks => field ??= ReadStaying();

    /// <summary>How many files were removed.</summary>
    public int Removed { get; private set; }

    /// <summary>Removes files.</summary>
    /// <returns>Those that are there and stay, because no package of this environment can own them.</returns>
    /// <exception cref="FileSystemException">One of them cannot be removed.</exception>
    public List<string> Remove(IEnumerable<string> files)
    {
        var kept = new List<string>();
        foreach (var path in files.Order(StringComparer.Ordinal))
        {
            if (staying.OwnerOf(path) is not null)
                continue;
            if (places.TryPlace(path, out var root, out var relative) && TryRemove(root, relative))
                continue;
            if (!TryRemoveBehindLinks(path))
                kept.Add(path);
        }

        return kept;
    }

    /// <summary>Removes what the removed files leave behind: bytecode and empty folders.</summary>
    public void Finish()
    {
        foreach (var ((root, folder), stems) in modules)
            RemoveBytecode(root, folder, stems);
        foreach (var (root, folder) in touched.OrderByDescending(t => t.Folder.Length).ToList())
            RemoveEmpty(root, folder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var cursor in cursors.Values)
            cursor?.Dispose();
    }

    private FolderCursor? CursorOf(string root)
    {
        if (cursors.TryGetValue(root, out var cursor))
            return cursor;
        _ = DirectoryHandle.TryOpen(root, out var handle);
        return cursors[root] = handle is null ? null : new FolderCursor(handle);
    }

    private HashSet<string> ModulesOf(string root, string folder)
    {
        if (!modules.TryGetValue((root, folder), out var stems))
            modules[(root, folder)] = stems = new(StringComparer.Ordinal);
        return stems;
    }

    /// <summary>Removes a file without following links; false when its folder cannot be opened so.</summary>
    private bool TryRemove(string root, string relative)
    {
        var slash = relative.LastIndexOf('/');
        var folder = slash < 0 ? "" : relative[..slash];
        var name = relative[(slash + 1)..];
        if (name.Length == 0)
            return true;
        // Also where the folder is gone: an interrupted removal may have stopped before the folder above it.
        touched.Add((root, folder));
        if (CursorOf(root)?.TryOpen(folder) is not { } handle)
            return false;
        Remove(handle, name);
        if (name.EndsWith(".py", StringComparison.Ordinal))
        {
            // Where sources were removed after compiling, the module is what they were compiled to.
            Remove(handle, name + "c");
            ModulesOf(root, folder).Add(name[..^3]);
        }

        return true;
    }

    /// <summary>
    /// Removes a file to whose folder links inside the environment lead, or whose path is written without the links that led to the
    /// environment itself; false when it is there and stays.
    /// </summary>
    private bool TryRemoveBehindLinks(string path)
    {
        if (Path.GetDirectoryName(path) is not { } parent || links.Resolve(parent) is not { } folder)
            return true;
        var real = Path.Join(folder, Path.GetFileName(path));
        if (places.TryPlaceResolved(real, out var root, out var relative))
        {
            if (!StayingBehindLinks.Contains(real))
                _ = TryRemove(root, relative);
            return true;
        }

        return FileStatus.TryRead(real, followLinks: false, out var status) != FileError.None
            || status.Kind == FileKind.Folder;
    }

    /// <summary>What others have, by paths without links: theirs may lead through some, too.</summary>
    private HashSet<string> ReadStaying()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in staying.Paths)
        {
            if (Path.GetDirectoryName(path) is { } parent && links.Resolve(parent) is { } folder)
                found.Add(Path.Join(folder, Path.GetFileName(path)));
        }

        return found;
    }

    private void Remove(DirectoryHandle folder, string name)
    {
        var error = folder.TryRemove(name);
        if (error == FileError.None)
        {
            Removed++;
            return;
        }

        // A row that names a folder is nobody's file; what is gone is gone.
        var isHarmless = error is FileError.NotFound or FileError.IsADirectory or FileError.NotADirectory;
        if (!isHarmless && !IsFolder(folder, name, error))
            throw new FileSystemException("remove", Path.Join(folder.Path, name), error);
    }

    /// <summary>Whether a name was not removed because it is a folder, which some file systems call an operation not permitted.</summary>
    private static bool IsFolder(DirectoryHandle folder, string name, FileError error) =>
        error == FileError.NotPermitted
        && folder.TryStatus(name, out var status) == FileError.None
        && status.Kind == FileKind.Folder;

    private void RemoveBytecode(string root, string folder, HashSet<string> stems)
    {
        if (CursorOf(root)?.TryOpen($"{folder}/{BytecodeFolder}") is not { } cache)
            return;
        foreach (var entry in cache.List())
        {
            var isOurs =
                entry.Name.EndsWith(".pyc", StringComparison.Ordinal) && StemsOf(entry.Name).Any(stems.Contains);
            if (isOurs)
                Remove(cache, entry.Name);
        }

        touched.Add((root, folder.Length == 0 ? BytecodeFolder : $"{folder}/{BytecodeFolder}"));
    }

    /// <summary>`name.cpython-312.opt-1.pyc`: module names may contain dots in script-like files, so each prefix may be one.</summary>
    public static IEnumerable<string> StemsOf(string file)
    {
        for (var dot = file.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = file.IndexOf('.', dot + 1))
            yield return file[..dot];
    }

    private bool CanGo(string folder) => !places.IsRootOrAbove(folder) && !links.LeadTo(folder);

    private void RemoveEmpty(string root, string folder)
    {
        while (folder.Length > 0 && CanGo(Path.Join(root, folder)))
        {
            var slash = folder.LastIndexOf('/');
            var parent = slash < 0 ? "" : folder[..slash];
            var error = CursorOf(root)?.TryOpen(parent)?.TryRemoveFolder(folder[(slash + 1)..]);
            // Not empty is the usual reason to stop.
            if (error is not (FileError.None or FileError.NotFound or null))
                return;
            folder = parent;
        }
    }
}
