using Microsoft.Win32.SafeHandles;

namespace Krait.Platform.Files;

/// <summary>Many small files of one folder: names that are UTF-8 and end with a zero, few system calls, no exceptions.</summary>
public static class DirectoryFiles
{
    /// <summary>Reads a whole file of at most this many bytes, refusing a symbolic link in its place.</summary>
    /// <returns><see cref="FileError.FileTooLarge"/> when it is longer.</returns>
    public static FileError TryReadFile(this DirectoryHandle folder, string name, int limit, out byte[] content)
    {
        content = [];
        var error = folder.TryOpenFile(name, out var opened);
        if (opened is null)
            return error;
        using var file = opened;
        return TryReadAll(file, limit, ref content);
    }

    /// <summary>Reads the start of a file, refusing a symbolic link in its place.</summary>
    public static FileError TryReadStart(this DirectoryHandle folder, string name, Span<byte> buffer, out int count)
    {
        count = 0;
        var error = folder.TryOpenFile(name, out var opened);
        if (opened is null)
            return error;
        using var file = opened;
        return FileCalls.Current.TryRead(file, buffer, out count);
    }

    /// <summary>Writes a new file and tells what became of it; <see cref="FileError.AlreadyExists"/> when the name is taken.</summary>
    public static FileError TryWriteNew(
        this DirectoryHandle folder,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> content,
        uint mode,
        out FileStatus status
    ) => FileCalls.Current.TryWriteNew(folder.Handle, name, content, mode, out status);

    /// <summary>Creates a file to be written in pieces; <see cref="FileError.AlreadyExists"/> when the name is taken.</summary>
    public static FileError TryCreateNew(
        this DirectoryHandle folder,
        ReadOnlySpan<byte> name,
        uint mode,
        out SafeFileHandle? file
    ) => FileCalls.Current.TryCreateFile(folder.Handle, name, mode, out file);

    /// <summary>Appends to a file that was just created.</summary>
    public static FileError TryAppend(SafeFileHandle file, ReadOnlySpan<byte> content) =>
        FileCalls.Current.TryWrite(file, content);

    /// <summary>Lets an empty file share all blocks of another until one of them is changed, where the file system can.</summary>
    public static FileError TryClone(SafeFileHandle source, SafeFileHandle target) =>
        FileCalls.Current.TryClone(source, target);

    /// <summary>Sets the permissions of an open file, whatever the mask says.</summary>
    public static FileError TrySetMode(SafeFileHandle file, uint mode) => FileCalls.Current.TrySetMode(file, mode);

    /// <summary>Sets the time of an open file's last change, in seconds since 1970; where that is impossible, the file keeps its own.</summary>
    public static void SetModified(SafeFileHandle file, long seconds) =>
        _ = FileCalls.Current.TrySetModified(file, seconds);

    /// <summary>The status of an open file.</summary>
    public static FileError TryStatus(SafeFileHandle file, out FileStatus status) =>
        FileCalls.Current.TryStatus(file, out status);

    /// <summary>Makes an open file's content survive a loss of power.</summary>
    public static FileError TryFlush(SafeFileHandle file) => FileCalls.Current.TryFlush(file);

    /// <summary>The status of a name, not following a symbolic link.</summary>
    public static FileError TryStatus(this DirectoryHandle folder, ReadOnlySpan<byte> name, out FileStatus status) =>
        FileCalls.Current.TryStatus(folder.Handle, name, followLinks: false, out status);

    /// <summary>Makes a folder; <see cref="FileError.AlreadyExists"/> when the name is taken.</summary>
    public static FileError TryCreateFolder(this DirectoryHandle folder, ReadOnlySpan<byte> name) =>
        FileCalls.Current.TryCreateFolder(folder.Handle, name, (uint)DirectoryHandle.DefaultFolderMode);

    private static FileError TryReadAll(SafeFileHandle file, int limit, ref byte[] content)
    {
        var error = FileCalls.Current.TryStatus(file, out var status);
        if (error != FileError.None)
            return error;
        if (status.Kind != FileKind.File)
            return FileError.IsADirectory;
        if (status.Size > limit)
            return FileError.FileTooLarge;
        content = GC.AllocateUninitializedArray<byte>((int)status.Size);
        error = FileCalls.Current.TryRead(file, content, out var count);
        // It may have become shorter meanwhile; what was read is what there is.
        if (error == FileError.None && count < content.Length)
            Array.Resize(ref content, count);
        return error;
    }
}
