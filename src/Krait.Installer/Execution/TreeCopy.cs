using System.Text;
using Krait.Platform.Files;

namespace Krait.Installer.Execution;

/// <summary>Gives a file or a whole folder a second place, where a rename cannot take it: another file system, or a layer below this one.</summary>
internal static class TreeCopy
{
    /// <summary>Copies what has a name in one folder to another; what a broken off copy left there is kept.</summary>
    /// <exception cref="FileSystemException">Something cannot be copied; the original is as it was.</exception>
    public static void Copy(DirectoryHandle from, string name, DirectoryHandle into)
    {
        var error = from.TryStatus(name, out var status);
        if (error != FileError.None)
            throw new FileSystemException("read", Path.Join(from.Path, name), error);
        if (status.Kind == FileKind.Folder)
            CopyFolder(from, name, into);
        else if (status.Kind == FileKind.SymbolicLink)
            CopyLink(from, name, into);
        // Another name costs nothing and survives whatever the file itself has survived.
        else if (into.TryLink(from, name, name) is not (FileError.None or FileError.AlreadyExists))
            CopyFile(from, name, into, status);
    }

    private static void CopyFolder(DirectoryHandle from, string name, DirectoryHandle into)
    {
        Expect(into.TryCreateFolder(name), "create the directory", into, name);
        Expect(from.TryOpenFolder(name, out var source), "open the directory", from, name);
        using (source)
        {
            Expect(into.TryOpenFolder(name, out var target), "open the directory", into, name);
            using (target)
            {
                foreach (var entry in source!.List()) // no error, so both are there
                    Copy(source, entry.Name, target!);
            }
        }
    }

    private static void CopyLink(DirectoryHandle from, string name, DirectoryHandle into)
    {
        if (SymbolicLinks.Read(Path.Join(from.Path, name)) is { } target)
            Expect(into.TryCreateSymbolicLink(target, name), "link", into, name);
    }

    private static void CopyFile(DirectoryHandle from, string name, DirectoryHandle into, FileStatus status)
    {
        _ = FileCopy.TryCopy(from, into, Encoding.UTF8.GetBytes(name + '\0'), status.Permissions);
        Expect(into.TryOpenFile(name, out var copy), "open", into, name);
        // The original goes soon, and a copy that is not on disk would be lost with it.
        using (copy)
            Expect(DirectoryFiles.TryFlush(copy!), "write", into, name); // no error, so it is there
    }

    private static void Expect(FileError error, string action, DirectoryHandle folder, string name)
    {
        if (error is not (FileError.None or FileError.AlreadyExists))
            throw new FileSystemException(action, Path.Join(folder.Path, name), error);
    }
}
