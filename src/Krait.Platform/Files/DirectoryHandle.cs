using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Krait.Platform.Files;

/// <summary>
/// An open folder. Names are taken relative to it, so no later change of the path above it, and no symbolic link put in place of a
/// folder, can move an operation elsewhere; it is also the cheapest way to touch many files of one folder.
/// </summary>
public sealed unsafe class DirectoryHandle : IDisposable
{
    private readonly SafeFileHandle handle;
    private readonly int descriptor;

    private DirectoryHandle(int descriptor, string path)
    {
        this.descriptor = descriptor;
        handle = new SafeFileHandle(descriptor, ownsHandle: true);
        Path = path;
    }

    internal int Descriptor => descriptor;

    /// <summary>The path it was opened by, for messages.</summary>
    public string Path { get; }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="FileSystemException">It is missing, not a folder, or may not be read.</exception>
    public static DirectoryHandle Open(string path) =>
        TryOpen(path, out var folder) is var error && folder is not null
            ? folder
            : throw new FileSystemException("open the folder", path, error);

    /// <summary>Opens a folder; the answer is <see cref="Errno.None"/> on success.</summary>
    public static Errno TryOpen(string path, out DirectoryHandle? folder) =>
        TryOpen(NativeMethods.CurrentFolder, path, path, followLinks: true, out folder);

    /// <summary>Opens a folder below this one, refusing a symbolic link in its place.</summary>
    public Errno TryOpenFolder(string name, out DirectoryHandle? folder) =>
        TryOpen(descriptor, name, Below(name), followLinks: false, out folder);

    /// <summary>Makes a folder below this one; <see cref="Errno.Exists"/> when the name is taken.</summary>
    public Errno TryCreateFolder(string name, UnixFileMode mode = DefaultFolderMode)
    {
        using var path = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = path.Bytes)
            return Result(NativeMethods.MakeFolderAt(descriptor, p, (uint)mode));
    }

    /// <summary>Opens a file for reading, refusing a symbolic link in its place.</summary>
    public Errno TryOpenFile(string name, out SafeFileHandle? file) =>
        TryOpenFile(name, NativeMethods.ReadOnly | NativeMethods.NoFollow, 0, out file);

    /// <summary>Creates a file for writing; <see cref="Errno.Exists"/> when the name is taken, by a link too.</summary>
    public Errno TryCreateFile(string name, out SafeFileHandle? file, UnixFileMode mode = DefaultFileMode) =>
        TryOpenFile(
            name,
            NativeMethods.ReadWrite | NativeMethods.Create | NativeMethods.Exclusive | NativeMethods.NoFollow,
            (uint)mode,
            out file
        );

    /// <summary>Gives a file of another folder a second name here.</summary>
    public Errno TryLink(DirectoryHandle source, string sourceName, string name)
    {
        using var from = new NativePath(sourceName, stackalloc byte[NativePath.StackSize]);
        using var to = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        return TryLink(source, from.Bytes, to.Bytes);
    }

    /// <summary>The same with names that are UTF-8 and end with a zero, for loops over many files.</summary>
    public Errno TryLink(DirectoryHandle source, ReadOnlySpan<byte> sourceName, ReadOnlySpan<byte> name)
    {
        fixed (byte* from = sourceName)
        fixed (byte* to = name)
            return Result(NativeMethods.LinkAt(source.descriptor, from, descriptor, to, 0));
    }

    /// <summary>Makes a symbolic link here.</summary>
    public Errno TryCreateSymbolicLink(string target, string name)
    {
        using var to = new NativePath(target, stackalloc byte[NativePath.StackSize]);
        using var path = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* t = to.Bytes)
        fixed (byte* p = path.Bytes)
            return Result(NativeMethods.SymbolicLinkAt(t, descriptor, p));
    }

    /// <summary>Moves a name from here to another folder of the same file system, atomically.</summary>
    /// <param name="name">The name here.</param>
    /// <param name="targetFolder">Where it goes; may be this folder.</param>
    /// <param name="targetName">Its name there.</param>
    /// <param name="replace">
    /// Whether an existing file of that name is replaced, or <see cref="Errno.Exists"/> answered; on file systems that cannot do the
    /// latter by themselves, a name that appears at this very moment may be replaced.
    /// </param>
    public Errno TryRename(string name, DirectoryHandle targetFolder, string targetName, bool replace)
    {
        using var from = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        using var to = new NativePath(targetName, stackalloc byte[NativePath.StackSize]);
        fixed (byte* f = from.Bytes)
        fixed (byte* t = to.Bytes)
        {
            var flags = replace ? 0 : NativeMethods.NoReplace;
            var error = Result(NativeMethods.RenameAt(descriptor, f, targetFolder.descriptor, t, flags));
            // The file system cannot refuse to replace (NFS, many in user space); the status tells whether it would.
            if (replace || error is not (Errno.InvalidArgument or Errno.NotImplemented))
                return error;
            var found = FileStatus.TryRead(targetFolder.descriptor, t, NativeMethods.NoFollowStatus, out _);
            return found switch
            {
                Errno.None => Errno.Exists,
                Errno.NotFound => Result(NativeMethods.RenameAt(descriptor, f, targetFolder.descriptor, t, 0)),
                _ => found,
            };
        }
    }

    /// <summary>Removes a file or link.</summary>
    public Errno TryRemove(string name) => TryUnlink(name, 0);

    /// <summary>Removes an empty folder.</summary>
    public Errno TryRemoveFolder(string name) => TryUnlink(name, NativeMethods.RemoveFolder);

    /// <summary>Reads the status of a name here, not following a symbolic link unless asked to.</summary>
    public Errno TryStatus(string name, out FileStatus status, bool followLinks = false) =>
        FileStatus.TryRead(descriptor, name, followLinks, out status);

    /// <summary>Reads the status of the folder itself.</summary>
    public Errno TryStatus(out FileStatus status) => FileStatus.TryReadDescriptor(descriptor, out status);

    /// <summary>Makes created, renamed and removed names here survive a loss of power.</summary>
    public Errno TryFlush() => Result(NativeMethods.Flush(descriptor));

    /// <summary>The names in the folder, in no particular order, without `.` and `..`.</summary>
    /// <exception cref="FileSystemException">The folder cannot be read.</exception>
    public IReadOnlyList<FolderEntry> List()
    {
        var entries = new List<FolderEntry>();
        Span<byte> buffer = stackalloc byte[16 * 1024];
        // A second listing starts anew; the descriptor remembers where the first one ended.
        _ = NativeMethods.Seek(descriptor, 0, 0);
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var read = NativeMethods.ReadFolder(descriptor, start, (nuint)buffer.Length);
                if (read < 0)
                    throw new FileSystemException("read the folder", Path, NativeMethods.LastError);
                if (read == 0)
                    return entries;
                AddEntries(buffer[..(int)read], entries);
            }
        }
    }

    public void Dispose() => handle.Dispose();

    /// <summary>Permissions of a new folder before the umask.</summary>
    public const UnixFileMode DefaultFolderMode = (UnixFileMode)0b111_111_111;

    /// <summary>Permissions of a new file before the umask.</summary>
    public const UnixFileMode DefaultFileMode = (UnixFileMode)0b110_110_110;

    private static Errno TryOpen(int from, string name, string path, bool followLinks, out DirectoryHandle? folder)
    {
        using var native = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        var flags = NativeMethods.MustBeFolder | NativeMethods.CloseOnExecute;
        if (!followLinks)
            flags |= NativeMethods.NoFollow;
        fixed (byte* p = native.Bytes)
        {
            var opened = NativeMethods.OpenAt(from, p, flags, 0);
            folder = opened < 0 ? null : new DirectoryHandle(opened, path);
            return opened < 0 ? NativeMethods.LastError : Errno.None;
        }
    }

    private Errno TryOpenFile(string name, int flags, uint mode, out SafeFileHandle? file)
    {
        using var path = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = path.Bytes)
        {
            var opened = NativeMethods.OpenAt(descriptor, p, flags | NativeMethods.CloseOnExecute, mode);
            file = opened < 0 ? null : new SafeFileHandle(opened, ownsHandle: true);
            return opened < 0 ? NativeMethods.LastError : Errno.None;
        }
    }

    private Errno TryUnlink(string name, int flags)
    {
        using var path = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = path.Bytes)
            return Result(NativeMethods.UnlinkAt(descriptor, p, flags));
    }

    /// <summary>`struct linux_dirent64`: inode 8, offset 8, record length 2, type 1, name with a final zero.</summary>
    private static void AddEntries(ReadOnlySpan<byte> records, List<FolderEntry> entries)
    {
        while (!records.IsEmpty)
        {
            var length = BitConverter.ToUInt16(records[16..]);
            var name = records[19..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                entries.Add(new FolderEntry(Encoding.UTF8.GetString(name), KindOf(records[18])));
            records = records[length..];
        }
    }

    private static FileKind KindOf(byte type) =>
        type switch
        {
            0 => FileKind.Unknown,
            4 => FileKind.Folder,
            8 => FileKind.File,
            10 => FileKind.SymbolicLink,
            _ => FileKind.Other,
        };

    private static Errno Result(int answer) => answer == 0 ? Errno.None : NativeMethods.LastError;

    private string Below(string name) => System.IO.Path.Join(Path, name);
}

/// <summary>One name in a folder.</summary>
/// <param name="Name">The name, without the folder.</param>
/// <param name="Kind">What it stands for; some file systems do not say, see <see cref="FileKind.Unknown"/>.</param>
public readonly record struct FolderEntry(string Name, FileKind Kind);
