using Krait.Environments.Layouts;
using Krait.Platform.Files;

namespace Krait.Environments.Venvs;

/// <summary>
/// The place of an environment, and how its folder gets there. Where it can be, it is filled beside and moved into place at one moment.
/// A folder that has to stay itself is filled from a folder inside; a run that is killed while files move leaves a mark, by which the
/// next run knows that it may replace the rest.
/// </summary>
/// <param name="path">The environment's folder.</param>
/// <param name="fill">Writes the environment's files below a folder.</param>
internal sealed class VenvPlace(string path, Action<string> fill)
{
    /// <summary>Marks a folder whose content is being replaced, until it is an environment.</summary>
    public const string UnfinishedName = ".krait-unfinished";

    /// <summary>Whether a name in a folder can only be what a killed run left, and was never anything finished.</summary>
    public static bool IsLeftover(string name) => name.StartsWith(AtomicFile.TemporaryPrefix, StringComparison.Ordinal);

    private readonly string parent = Path.GetDirectoryName(path) ?? "/";
    private readonly string name = Path.GetFileName(path);

    /// <summary>Makes the folder where there is none.</summary>
    public void Create()
    {
        FolderTree.Create(parent);
        using var folder = DirectoryHandle.Open(parent);
        // Where nothing can be written, the user's own path is what the error should name.
        using var staging =
            VenvStaging.TryCreate(folder, out var error) ?? throw new FileSystemException("create", path, error);
        fill(staging.Path);
        Expect(folder.TryRename(staging.Name, folder, name, replace: false), "create", path);
    }

    /// <summary>Fills an empty folder, which may be a mount, a shell's working folder, or all that its owner may write to.</summary>
    public void FillEmpty() => FillInside(replaces: false);

    /// <summary>Writes the environment's files into a folder, and leaves all others.</summary>
    public void FillAround()
    {
        fill(path);
        FolderTree.Remove(Path.Join(path, UnfinishedName));
    }

    /// <summary>Puts a new environment in place of everything in the folder.</summary>
    /// <param name="workingFolder">A folder that must stay the same one.</param>
    public void Replace(string? workingFolder)
    {
        if (IsSame(path, workingFolder) || IsMount() || !TryExchange())
            FillInside(replaces: true);
    }

    /// <summary>
    /// Fills a folder beside and lets the two change places; false, with the old one as it was, where that cannot be done: nothing may be
    /// written beside, the old one is a mount or in a lower layer of the file system, or the file system cannot do it.
    /// </summary>
    private bool TryExchange()
    {
        if (DirectoryHandle.TryOpen(parent, out var folder) != FileError.None || folder is null)
            return false;
        using (folder)
        {
            // Once they have changed places, it is the old one that is removed in the end.
            using var staging = VenvStaging.TryCreate(folder, out _);
            if (staging is null)
                return false;
            fill(staging.Path);
            return NameExchange.TrySwap(folder, staging.Name, name) == FileError.None;
        }
    }

    /// <summary>Writes a new environment inside, then lets go of the old one, and moves the new one up, its configuration last.</summary>
    private void FillInside(bool replaces)
    {
        using var folder = DirectoryHandle.Open(path);
        using (var staging = VenvStaging.TryCreate(folder, out var error))
        {
            if (staging is null)
                throw new FileSystemException("create", path, error);
            fill(staging.Path);
            // From here on everything in the folder may be replaced, by the next run if not by this one.
            var marked = folder.TryCreateFolder(UnfinishedName);
            if (marked != FileError.AlreadyExists)
                Expect(marked, "create", Path.Join(path, UnfinishedName));
            if (replaces)
                FolderTree.Remove(folder, VenvConfiguration.FileName);
            foreach (var old in folder.List().Select(entry => entry.Name))
            {
                if (old is UnfinishedName || string.Equals(old, staging.Name, StringComparison.Ordinal))
                    continue;
                if (replaces || IsLeftover(old))
                    FolderTree.Remove(folder, old);
            }

            MoveUp(folder, staging.Name);
        }

        FolderTree.Remove(folder, UnfinishedName);
    }

    private void MoveUp(DirectoryHandle folder, string staging)
    {
        Expect(folder.TryOpenFolder(staging, out var opened), "open", Path.Join(path, staging));
        using var inside = opened!; // opened without an error
        foreach (var made in inside.List().OrderBy(e => e.Name is VenvConfiguration.FileName).Select(e => e.Name))
            Expect(inside.TryRename(made, folder, made, replace: false), "create", Path.Join(path, made));
    }

    private bool IsMount() =>
        FileStatus.TryRead(parent, followLinks: true, out var above) == FileError.None
        && FileStatus.TryRead(path, followLinks: true, out var here) == FileError.None
        && above.Device != here.Device;

    private static bool IsSame(string one, string? other) =>
        other is not null
        && FileStatus.TryRead(one, followLinks: true, out var first) == FileError.None
        && FileStatus.TryRead(other, followLinks: true, out var second) == FileError.None
        && first.IsSameFileAs(second);

    private static void Expect(FileError error, string action, string at)
    {
        if (error != FileError.None)
            throw new FileSystemException(action, at, error);
    }
}
