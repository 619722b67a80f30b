using Microsoft.Win32.SafeHandles;

namespace Krait.Platform.Files;

/// <summary>
/// An open folder. Names are taken relative to it, so no later change of the path above it, and no symbolic link put in place of a
/// folder, can move an operation elsewhere; it is also the cheapest way to touch many files of one folder.
/// </summary>
public sealed class DirectoryHandle : IDisposable
{
    private readonly SafeFileHandle handle;
    private readonly DirectoryHandle? parent;
    private readonly string name;

    private DirectoryHandle(SafeFileHandle handle, DirectoryHandle? parent, string name)
    {
        this.handle = handle;
        this.parent = parent;
        this.name = name;
    }

    internal SafeFileHandle Handle => handle;

    /// <summary>The path it was opened by, for messages.</summary>
    public string Path => parent is null ? name : System.IO.Path.Join(parent.Path, name);

    /// <summary>Opens a folder.</summary>
    /// <exception cref="FileSystemException">It is missing, not a folder, or may not be read.</exception>
    public static DirectoryHandle Open(string path) =>
        TryOpen(path, out var folder) is var error && folder is not null
            ? folder
            : throw new FileSystemException("open the directory", path, error);

    /// <summary>Opens a folder; the answer is <see cref="FileError.None"/> on success.</summary>
    public static FileError TryOpen(string path, out DirectoryHandle? folder) =>
        TryOpen(null, path, followLinks: true, out folder);

    /// <summary>Opens a folder below this one, refusing a symbolic link in its place.</summary>
    public FileError TryOpenFolder(string name, out DirectoryHandle? folder) =>
        TryOpen(this, name, followLinks: false, out folder);

    /// <summary>Makes a folder below this one; <see cref="FileError.AlreadyExists"/> when the name is taken.</summary>
    public FileError TryCreateFolder(string name, UnixFileMode mode = DefaultFolderMode)
    {
        using var path = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        return FileCalls.Current.TryCreateFolder(handle, path.Bytes, (uint)mode);
    }

    /// <summary>Opens a file for reading, refusing a symbolic link in its place.</summary>
    public FileError TryOpenFile(string name, out SafeFileHandle? file)
    {
        using var path = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        return FileCalls.Current.TryOpenFile(handle, path.Bytes, out file);
    }

    /// <summary>Creates a file for writing; <see cref="FileError.AlreadyExists"/> when the name is taken, by a link too.</summary>
    public FileError TryCreateFile(string name, out SafeFileHandle? file, UnixFileMode mode = DefaultFileMode)
    {
        using var path = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        return FileCalls.Current.TryCreateFile(handle, path.Bytes, (uint)mode, out file);
    }

    /// <summary>Gives a file of another folder a second name here.</summary>
    public FileError TryLink(DirectoryHandle source, string sourceName, string name)
    {
        using var from = new NativePath(sourceName, stackalloc byte[NativePath.StackSize]);
        using var to = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        return TryLink(source, from.Bytes, to.Bytes);
    }

    /// <summary>The same with names that are UTF-8 and end with a zero, for loops over many files.</summary>
    public FileError TryLink(DirectoryHandle source, ReadOnlySpan<byte> sourceName, ReadOnlySpan<byte> name) =>
        FileCalls.Current.TryLink(source.handle, sourceName, handle, name);

    /// <summary>Makes a symbolic link here.</summary>
    public FileError TryCreateSymbolicLink(string target, string name)
    {
        using var to = new NativePath(target, stackalloc byte[NativePath.StackSize]);
        using var path = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        return FileCalls.Current.TryCreateSymbolicLink(to.Bytes, handle, path.Bytes);
    }

    /// <summary>Moves a name from here to another folder of the same file system, atomically.</summary>
    /// <param name="name">The name here.</param>
    /// <param name="targetFolder">Where it goes; may be this folder.</param>
    /// <param name="targetName">Its name there.</param>
    /// <param name="replace">
    /// Whether an existing file of that name is replaced, or <see cref="FileError.AlreadyExists"/> answered; on file systems that cannot
    /// do the latter by themselves, a name that appears at this very moment may be replaced.
    /// </param>
    public FileError TryRename(string name, DirectoryHandle targetFolder, string targetName, bool replace)
    {
        using var from = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        using var to = new NativePath(targetName, stackalloc byte[NativePath.StackSize]);
        return FileCalls.Current.TryRename(handle, from.Bytes, targetFolder.handle, to.Bytes, replace);
    }

    /// <summary>Removes a file or link.</summary>
    public FileError TryRemove(string name)
    {
        using var path = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        return FileCalls.Current.TryRemove(handle, path.Bytes);
    }

    /// <summary>Removes an empty folder.</summary>
    public FileError TryRemoveFolder(string name)
    {
        using var path = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        return FileCalls.Current.TryRemoveFolder(handle, path.Bytes);
    }

    /// <summary>Reads the status of a name here, not following a symbolic link unless asked to.</summary>
    public FileError TryStatus(string name, out FileStatus status, bool followLinks = false) =>
        FileStatus.TryRead(handle, name, followLinks, out status);

    /// <summary>Reads the status of the folder itself.</summary>
    public FileError TryStatus(out FileStatus status) => FileCalls.Current.TryStatus(handle, out status);

    /// <summary>Makes created, renamed and removed names here survive a loss of power.</summary>
    public FileError TryFlush() => FileCalls.Current.TryFlush(handle);

    /// <summary>The names in the folder, in no particular order, without `.` and `..`.</summary>
    /// <exception cref="FileSystemException">The folder cannot be read.</exception>
    public IReadOnlyList<FolderEntry> List()
    {
        var entries = new List<FolderEntry>();
        var error = FileCalls.Current.TryList(handle, entries);
        return error == FileError.None ? entries : throw new FileSystemException("read the directory", Path, error);
    }

    /// <summary>What is in a folder, in no particular order; nothing where it is missing, not a folder, or may not be opened.</summary>
    /// <exception cref="FileSystemException">The folder was opened and cannot be read.</exception>
    public static IReadOnlyList<FolderEntry> ListAt(string path)
    {
        if (TryOpen(path, out var opened) != FileError.None || opened is null)
            return [];
        using (opened)
            return opened.List();
    }

    public void Dispose() => handle.Dispose();

    /// <summary>Permissions of a new folder before the umask.</summary>
    public const UnixFileMode DefaultFolderMode = (UnixFileMode)0b111_111_111;

    /// <summary>Permissions of a new file before the umask.</summary>
    public const UnixFileMode DefaultFileMode = (UnixFileMode)0b110_110_110;

    private static FileError TryOpen(
        DirectoryHandle? parent,
        string name,
        bool followLinks,
        out DirectoryHandle? folder
    )
    {
        using var native = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        var error = FileCalls.Current.TryOpenFolder(parent?.handle, native.Bytes, followLinks, out var opened);
        folder = opened is null ? null : new DirectoryHandle(opened, parent, name);
        return error;
    }
}

/// <summary>One name in a folder.</summary>
/// <param name="Name">The name, without the folder.</param>
/// <param name="Kind">What it stands for; some file systems do not say, see <see cref="FileKind.Unknown"/>.</param>
public readonly record struct FolderEntry(string Name, FileKind Kind);
