using Krait.Installer.Uninstalling;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Installer.Execution;

/// <summary>
/// Looks, before anything is changed, at what is in the way of the staged files and will not be removed: another distribution's file
/// is a warning unless it is equal, a folder in the place of a file, or the reverse, is an error.
/// </summary>
internal sealed class ConflictCheck(StageArea stage, GoingFiles going, StayingFiles staying)
{
    /// <summary>What was found.</summary>
    public List<Diagnostic> Warnings { get; } = [];

    /// <summary>Compares the whole stage with the environment.</summary>
    /// <exception cref="KraitException">A file and a folder would have one name; nothing was changed.</exception>
    public void Run()
    {
        for (var part = 0; part < StageArea.PartNames.Length; part++)
        {
            if (stage.ExistingPart(part) is not { } from)
                continue;
            if (DirectoryHandle.TryOpen(stage.Targets[part], out var into) != FileError.None || into is null)
                continue;
            using (into)
                Compare(from, into, into.Path, isBehindLink: false);
        }
    }

    /// <summary>Compares a folder of the stage with one of the environment.</summary>
    /// <param name="from">The folder of the stage.</param>
    /// <param name="into">The folder of the environment.</param>
    /// <param name="at">Its path there, as lists of files spell it.</param>
    /// <param name="isBehindLink">Whether a link led to it, and the folder's own path is without links.</param>
    private void Compare(DirectoryHandle from, DirectoryHandle into, string at, bool isBehindLink)
    {
        foreach (var entry in from.List())
        {
            var path = Path.Join(at, entry.Name);
            var isFolder = entry.Kind == FileKind.Folder;
            if (
                !isFolder
                && isBehindLink
                && !stage.Roots.TryPlaceResolved(Path.Join(into.Path, entry.Name), out _, out _)
            )
            {
                Refuse(path, "would replace a file of the environment itself, to which a link leads");
            }

            if (into.TryStatus(entry.Name, out var present) != FileError.None)
                continue;
            if (isFolder)
                CompareFolder(from, into, entry.Name, present, path, isBehindLink);
            else if (present.Kind == FileKind.Folder)
                CheckFolderGoes(into, entry.Name, path);
            else
                CompareFile(from, into, entry.Name, present, path);
        }
    }

    private void CompareFolder(
        DirectoryHandle from,
        DirectoryHandle into,
        string name,
        FileStatus present,
        string path,
        bool isBehindLink
    )
    {
        DirectoryHandle? target = null;
        if (present.Kind == FileKind.Folder)
            _ = into.TryOpenFolder(name, out target);
        else if (going.Contains(path))
            return;
        else if (stage.Links.TryFollow(into, name) is { } linked)
            (target, isBehindLink) = (linked, true);
        else
            Refuse(path, "is no folder of the environment, and files are to be installed below it");
        using (target)
        {
            _ = from.TryOpenFolder(name, out var staged);
            using (staged)
            {
                if (staged is not null && target is not null)
                    Compare(staged, target, path, isBehindLink);
            }
        }
    }

    private void CheckFolderGoes(DirectoryHandle into, string name, string path)
    {
        if (!going.ContainsFolder(into, name, path))
            Refuse(path, "is a folder, and a file of that name is to be installed");
    }

    private static void Refuse(string path, string how) =>
        throw new KraitException(FileConflict.Of($"`{path}` {how}") with { Notes = ["the environment is unchanged"] });

    private void CompareFile(DirectoryHandle from, DirectoryHandle into, string name, FileStatus present, string path)
    {
        if (staying.OwnerOf(path) is not { } owner || AreEqual(from, into, name, present))
            return;
        Warnings.Add(FileConflict.Of($"`{path}` belongs to `{owner}` and is replaced by a file of another package"));
    }

    private static bool AreEqual(DirectoryHandle from, DirectoryHandle into, string name, FileStatus present)
    {
        const int Longest = 64 << 20;
        if (from.TryStatus(name, out var staged) != FileError.None || staged.Size != present.Size)
            return false;
        if (staged.IsSameFileAs(present))
            return true;
        return from.TryReadFile(name, Longest, out var one) == FileError.None
            && into.TryReadFile(name, Longest, out var other) == FileError.None
            && one.AsSpan().SequenceEqual(other);
    }
}
