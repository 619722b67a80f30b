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
            if (DirectoryHandle.TryOpen(stage.Targets[part], out var into) != Errno.None || into is null)
                continue;
            using (into)
                Compare(from, into);
        }
    }

    private void Compare(DirectoryHandle from, DirectoryHandle into)
    {
        foreach (var entry in from.List())
        {
            if (into.TryStatus(entry.Name, out var present) != Errno.None)
                continue;
            var path = Path.Join(into.Path, entry.Name);
            if (entry.Kind == FileKind.Folder)
                CompareFolder(from, into, entry.Name, present, path);
            else if (present.Kind == FileKind.Folder)
                CheckFolderGoes(into, entry.Name, path);
            else
                CompareFile(from, into, entry.Name, present, path);
        }
    }

    private void CompareFolder(DirectoryHandle from, DirectoryHandle into, string name, FileStatus present, string path)
    {
        if (present.Kind == FileKind.Folder)
        {
            _ = from.TryOpenFolder(name, out var staged);
            _ = into.TryOpenFolder(name, out var target);
            using (staged)
            using (target)
            {
                if (staged is not null && target is not null)
                    Compare(staged, target);
            }
        }
        else if (!going.Contains(path))
        {
            Refuse(path, "is no folder, and files are to be installed below it");
        }
    }

    private void CheckFolderGoes(DirectoryHandle into, string name, string path)
    {
        if (!going.ContainsFolder(into, name, path))
            Refuse(path, "is a folder, and a file of that name is to be installed");
    }

    private static void Refuse(string path, string how) =>
        throw new KraitException(
            new Diagnostic("file-conflict", $"`{path}` {how}") { Notes = ["the environment is unchanged"] }
        );

    private void CompareFile(DirectoryHandle from, DirectoryHandle into, string name, FileStatus present, string path)
    {
        if (staying.OwnerOf(path) is not { } owner || AreEqual(from, into, name, present))
            return;
        Warnings.Add(
            new Diagnostic(
                "file-conflict",
                $"`{path}` belongs to `{owner}` and is replaced by a file of another package"
            )
        );
    }

    private static bool AreEqual(DirectoryHandle from, DirectoryHandle into, string name, FileStatus present)
    {
        const int Longest = 64 << 20;
        if (from.TryStatus(name, out var staged) != Errno.None || staged.Size != present.Size)
            return false;
        if (staged.IsSameFileAs(present))
            return true;
        return from.TryReadFile(name, Longest, out var one) == Errno.None
            && into.TryReadFile(name, Longest, out var other) == Errno.None
            && one.AsSpan().SequenceEqual(other);
    }
}
