using Krait.Platform.Files.Posix;
using Microsoft.Win32.SafeHandles;

namespace Krait.Platform.Files;

/// <summary>
/// What Krait asks of a system's files beyond what the framework offers: the one seam that a further system implements. Names are UTF-8
/// with a final zero, relative to an open folder, or to the working folder where that is null; nothing throws for an answer of the system.
/// </summary>
internal abstract class FileCalls
{
    /// <summary>The calls of the system this runs on.</summary>
    public static FileCalls Current { get; } =
        OperatingSystem.IsLinux()
            ? new PosixFileCalls()
            : throw new PlatformNotSupportedException("krait runs on Linux only so far");

    /// <summary>What an error number of the system means.</summary>
    public abstract FileError MeaningOf(int systemError);

    public abstract FileError TryOpenFolder(
        SafeFileHandle? from,
        ReadOnlySpan<byte> name,
        bool followLinks,
        out SafeFileHandle? folder
    );

    /// <summary>Opens a file for reading, refusing a symbolic link in its place.</summary>
    public abstract FileError TryOpenFile(SafeFileHandle? from, ReadOnlySpan<byte> name, out SafeFileHandle? file);

    /// <summary>Creates a file where the name is free.</summary>
    public abstract FileError TryCreateFile(
        SafeFileHandle? from,
        ReadOnlySpan<byte> name,
        uint mode,
        out SafeFileHandle? file
    );

    /// <summary>Opens a file for reading and writing, made when missing, refusing a symbolic link in its place.</summary>
    public abstract FileError TryOpenOrCreate(SafeFileHandle? from, ReadOnlySpan<byte> name, out SafeFileHandle? file);

    public abstract FileError TryCreateFolder(SafeFileHandle? from, ReadOnlySpan<byte> name, uint mode);

    public abstract FileError TryLink(
        SafeFileHandle source,
        ReadOnlySpan<byte> sourceName,
        SafeFileHandle target,
        ReadOnlySpan<byte> targetName
    );

    public abstract FileError TryCreateSymbolicLink(
        ReadOnlySpan<byte> target,
        SafeFileHandle folder,
        ReadOnlySpan<byte> name
    );

    /// <summary>Moves a name; see <see cref="DirectoryHandle.TryRename"/> for what replacing means.</summary>
    public abstract FileError TryRename(
        SafeFileHandle source,
        ReadOnlySpan<byte> sourceName,
        SafeFileHandle target,
        ReadOnlySpan<byte> targetName,
        bool replace
    );

    /// <summary>Lets two names change places; see <see cref="NameExchange"/>.</summary>
    public abstract FileError TrySwap(
        SafeFileHandle folder,
        ReadOnlySpan<byte> first,
        SafeFileHandle otherFolder,
        ReadOnlySpan<byte> second
    );

    public abstract FileError TryRemove(SafeFileHandle folder, ReadOnlySpan<byte> name);

    public abstract FileError TryRemoveFolder(SafeFileHandle folder, ReadOnlySpan<byte> name);

    public abstract FileError TryStatus(
        SafeFileHandle? from,
        ReadOnlySpan<byte> name,
        bool followLinks,
        out FileStatus status
    );

    public abstract FileError TryStatus(SafeFileHandle opened, out FileStatus status);

    /// <summary>Adds all names of an open folder.</summary>
    public abstract FileError TryList(SafeFileHandle folder, List<FolderEntry> entries);

    /// <summary>Reads on from where the last read ended, until the buffer is full or the file ends.</summary>
    public abstract FileError TryRead(SafeFileHandle file, Span<byte> buffer, out int count);

    public abstract FileError TryWrite(SafeFileHandle file, ReadOnlySpan<byte> content);

    public abstract FileError TryWriteAt(SafeFileHandle file, ReadOnlySpan<byte> content, long offset);

    /// <summary>Creates a file where the name is free, with its content, and tells what became of it.</summary>
    public abstract FileError TryWriteNew(
        SafeFileHandle folder,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> content,
        uint mode,
        out FileStatus status
    );

    /// <summary>See <see cref="PlainFile.TryOverwriteStart"/>.</summary>
    public abstract FileError TryOverwriteStart(
        ReadOnlySpan<byte> path,
        ReadOnlySpan<byte> before,
        ReadOnlySpan<byte> content
    );

    /// <summary>See <see cref="PlainFile.TryAppend"/>.</summary>
    public abstract FileError TryAppend(ReadOnlySpan<byte> path, ReadOnlySpan<byte> record);

    /// <summary>See <see cref="DirectoryFiles.TryClone"/>.</summary>
    public abstract FileError TryClone(SafeFileHandle source, SafeFileHandle target);

    public abstract FileError TrySetMode(SafeFileHandle file, uint mode);

    /// <summary>Sets the time of the last change, in seconds since 1970.</summary>
    public abstract FileError TrySetModified(SafeFileHandle file, long seconds);

    public abstract FileError TryFlush(SafeFileHandle opened);

    /// <summary>Maps a whole file for reading, or reads it where it is small; an empty one has no address.</summary>
    public abstract FileError TryMap(ReadOnlySpan<byte> path, out nint address, out int length);

    /// <summary>Lets go of what was read of a mapping so far; it is read again when it is needed again.</summary>
    public abstract void Trim(nint address, int length);

    public abstract void Unmap(nint address, int length);

    /// <summary>Takes the lock of an open file or folder now, or answers <see cref="FileError.Locked"/>.</summary>
    public abstract FileError TryLock(SafeFileHandle opened, LockMode mode);

    public abstract void Unlock(SafeFileHandle opened);

    /// <summary>The absolute path behind all symbolic links; null when it leads nowhere.</summary>
    public abstract string? Resolve(ReadOnlySpan<byte> path);

    /// <summary>Whether a path names a file that this process has open already, as `/dev/stdout` does.</summary>
    public abstract bool IsOpenFile(string path);

    /// <summary>Whether a path names this process's standard output.</summary>
    public abstract bool IsStandardOutput(string path);

    /// <summary>The permissions that this process takes from the files it makes.</summary>
    public abstract uint ReadCreationMask();

    /// <summary>Writes to standard output, in full. <see cref="FileError.BrokenPipe"/> means that nobody reads it any more.</summary>
    /// <param name="bytes">What to write.</param>
    public abstract FileError TryWriteOutput(ReadOnlySpan<byte> bytes);

    /// <summary>The length of a step of the clock that files get their times from, in nanoseconds.</summary>
    public abstract long ClockStep { get; }

    /// <summary>The number of the user who runs this process.</summary>
    public abstract uint User { get; }

    /// <summary>Whether a file or folder belongs to the user this process acts for.</summary>
    public abstract bool IsOwn(FileStatus status);
}
