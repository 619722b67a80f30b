namespace Krait.Platform.Files;

/// <summary>Whole folders: made with their parents, measured, and removed by handle so that no symbolic link is ever followed.</summary>
public static class FolderTree
{
    /// <summary>Sets the time of a folder's last change, by which programs such as `make` judge it.</summary>
    /// <exception cref="FileSystemException">It cannot be set.</exception>
    public static void SetModified(string path, DateTimeOffset time)
    {
        try
        {
            Directory.SetLastWriteTimeUtc(path, time.UtcDateTime);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileSystemException.From("set the time of", path, failure);
        }
    }

    /// <summary>Makes a folder and its parents where they are missing.</summary>
    /// <exception cref="FileSystemException">One of them could not be made.</exception>
    public static void Create(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileSystemException.From("create the directory", path, e);
        }
    }

    /// <summary>Whether a path leads to a folder, through links too.</summary>
    public static bool IsFolder(string path) =>
        FileStatus.TryRead(path, followLinks: true, out var status) == FileError.None && status.Kind == FileKind.Folder;

    /// <summary>Makes a fresh private folder with an unguessable name, in the folder for temporary files (`TMPDIR`).</summary>
    /// <exception cref="FileSystemException">It could not be made.</exception>
    public static string CreateTemporary(string prefix)
    {
        try
        {
            return Directory.CreateTempSubdirectory(prefix).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileSystemException.From("create a directory for temporary files in", Path.GetTempPath(), e);
        }
    }

    /// <summary>Removes a file, link or folder with everything below it; what is missing already is no error.</summary>
    /// <returns>How many files and bytes went.</returns>
    /// <exception cref="FileSystemException">Something could not be removed.</exception>
    public static TreeSize Remove(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var error = DirectoryHandle.TryOpen(Path.GetDirectoryName(full) ?? "/", out var parent);
        if (error is FileError.NotFound or FileError.NotADirectory)
            return default;
        if (parent is null)
            throw new FileSystemException("remove", full, error);
        using (parent)
            return Remove(parent, Path.GetFileName(full));
    }

    /// <summary>Counts the files below a path and the bytes they take on disk; a file with several names counts once for each.</summary>
    public static TreeSize Measure(string path)
    {
        _ = DirectoryHandle.TryOpen(path, out var root);
        var total = default(TreeSize);
        var pending = new Stack<DirectoryHandle>();
        if (root is not null)
            pending.Push(root);
        while (pending.TryPop(out var folder))
        {
            using (folder)
            {
                foreach (var entry in folder.List())
                {
                    if (folder.TryStatus(entry.Name, out var status) != FileError.None)
                        continue;
                    if (status.Kind != FileKind.Folder)
                        total = total.With(status);
                    else if (folder.TryOpenFolder(entry.Name, out var child) == FileError.None && child is not null)
                        pending.Push(child);
                }
            }
        }

        return total;
    }

    /// <summary>Removes one name below an open folder.</summary>
    /// <exception cref="FileSystemException">Something could not be removed.</exception>
    public static TreeSize Remove(DirectoryHandle parent, string name)
    {
        var error = parent.TryStatus(name, out var status);
        if (error == FileError.NotFound)
            return default;
        if (error != FileError.None)
            throw new FileSystemException("remove", Path.Join(parent.Path, name), error);
        if (status.Kind != FileKind.Folder)
        {
            Check(parent.TryRemove(name), parent, name);
            return default(TreeSize).With(status);
        }

        var total = RemoveContents(parent, name);
        Check(parent.TryRemoveFolder(name), parent, name);
        return total;
    }

    private static TreeSize RemoveContents(DirectoryHandle parent, string name)
    {
        Check(parent.TryOpenFolder(name, out var opened), parent, name);
        using var folder = opened;
        var total = default(TreeSize);
        if (folder is null)
            return total;
        foreach (var entry in folder.List())
            total += Remove(folder, entry.Name);
        return total;
    }

    private static void Check(FileError error, DirectoryHandle parent, string name)
    {
        if (error is not (FileError.None or FileError.NotFound))
            throw new FileSystemException("remove", Path.Join(parent.Path, name), error);
    }
}

/// <summary>What a tree holds.</summary>
/// <param name="Files">Files and links; folders do not count.</param>
/// <param name="Bytes">Bytes on disk.</param>
public readonly record struct TreeSize(long Files, long Bytes)
{
    /// <summary>The size of two trees together.</summary>
    public static TreeSize operator +(TreeSize left, TreeSize right) => Add(left, right);

    /// <summary>The size of two trees together.</summary>
    public static TreeSize Add(TreeSize left, TreeSize right) =>
        new(left.Files + right.Files, left.Bytes + right.Bytes);

    internal TreeSize With(FileStatus file) => new(Files + 1, Bytes + file.AllocatedBytes);
}
