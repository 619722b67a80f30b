using Microsoft.Win32.SafeHandles;

namespace Krait.Platform.Files;

/// <summary>Copies a folder with everything below it: files with their permissions and times, symbolic links as links, nothing else.</summary>
public static class TreeCopier
{
    /// <summary>Copies into a folder that exists and is empty.</summary>
    /// <param name="source">The folder to copy.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <exception cref="FileSystemException">Something cannot be read or written.</exception>
    public static void Copy(string source, string target, CancellationToken cancellationToken)
    {
        var pending = new Stack<(string Source, string Target)>();
        pending.Push((source, target));
        while (pending.TryPop(out var next))
        {
            using var from = DirectoryHandle.Open(next.Source);
            using var to = DirectoryHandle.Open(next.Target);
            foreach (var entry in from.List())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (CopyEntry(from, to, entry.Name) == FileKind.Folder)
                    pending.Push((Path.Join(next.Source, entry.Name), Path.Join(next.Target, entry.Name)));
            }
        }
    }

    private static FileKind CopyEntry(DirectoryHandle from, DirectoryHandle to, string name)
    {
        Check(from.TryStatus(name, out var status), "read", from, name);
        switch (status.Kind)
        {
            case FileKind.Folder:
                Check(to.TryCreateFolder(name), "create the directory", to, name);
                break;
            case FileKind.SymbolicLink:
                var target = SymbolicLinks.Read(Path.Join(from.Path, name)) ?? "";
                Check(to.TryCreateSymbolicLink(target, name), "write", to, name);
                break;
            case FileKind.File:
                CopyFile(from, to, name, status);
                break;
        }

        return status.Kind;
    }

    private static void CopyFile(DirectoryHandle from, DirectoryHandle to, string name, FileStatus status)
    {
        Check(from.TryOpenFile(name, out var opened), "read", from, name);
        using var source = opened!; // not null without an error
        Check(to.TryCreateFile(name, out var created, (UnixFileMode)(status.Mode & 0b111_111_111)), "write", to, name);
        using var copy = created!; // not null without an error
        if (DirectoryFiles.TryClone(source, copy) != FileError.None)
            CopyBytes(source, copy, Path.Join(to.Path, name));
        DirectoryFiles.SetModified(copy, Math.DivRem(status.Modified, 1_000_000_000).Quotient);
    }

    private static void CopyBytes(SafeFileHandle source, SafeFileHandle copy, string path)
    {
        var buffer = new byte[128 * 1024];
        long offset = 0;
        while (RandomAccess.Read(source, buffer, offset) is var count and > 0)
        {
            var error = DirectoryFiles.TryAppend(copy, buffer.AsSpan(0, count));
            if (error != FileError.None)
                throw new FileSystemException("write", path, error);
            offset += count;
        }
    }

    private static void Check(FileError error, string action, DirectoryHandle folder, string name)
    {
        if (error != FileError.None)
            throw new FileSystemException(action, Path.Join(folder.Path, name), error);
    }
}
