using Microsoft.Win32.SafeHandles;

namespace Krait.Platform.Files;

/// <summary>What one `statx` tells of a file: enough to say later whether it is still the same file with the same content.</summary>
/// <param name="Kind">File, folder, link or something else.</param>
/// <param name="Mode">Permission bits, set-id and sticky bits included.</param>
/// <param name="Links">Number of hard links.</param>
/// <param name="UserId">The owner.</param>
/// <param name="GroupId">The owning group.</param>
/// <param name="Device">The file system it is on.</param>
/// <param name="Inode">Its number there.</param>
/// <param name="Size">Length in bytes.</param>
/// <param name="AllocatedBytes">Bytes that it takes on disk.</param>
/// <param name="Modified">Time of the last change of content, in nanoseconds since 1970.</param>
/// <param name="Changed">Time of the last change of content or status, in nanoseconds since 1970.</param>
public readonly record struct FileStatus(
    FileKind Kind,
    uint Mode,
    uint Links,
    uint UserId,
    uint GroupId,
    ulong Device,
    ulong Inode,
    long Size,
    long AllocatedBytes,
    long Modified,
    long Changed
)
{
    private const uint AnyExecuteBit = 0b001_001_001;
    private const uint WritableByOthers = 0b000_010_010;

    /// <summary>The permissions alone: read, write and execute for owner, group and others.</summary>
    public uint Permissions => Mode & 0b111_111_111;

    /// <summary>Whether somebody may run it.</summary>
    public bool IsExecutable => (Mode & AnyExecuteBit) != 0;

    /// <summary>Whether it belongs to the user that this process acts for.</summary>
    public bool IsOwn => FileCalls.Current.IsOwn(this);

    /// <summary>Whether its group or everybody may write to it.</summary>
    public bool IsWritableByOthers => (Mode & WritableByOthers) != 0;

    /// <summary>Whether the other is the same file, by whatever path, as it is or was at another time.</summary>
    public bool IsSameFileAs(FileStatus other) => Inode == other.Inode && Device == other.Device;

    /// <summary>Whether there is something at a path that can be looked at.</summary>
    /// <param name="path">The path.</param>
    /// <param name="followLinks">Whether a symbolic link counts as what it leads to, and not at all where that is gone.</param>
    public static bool Exists(string path, bool followLinks) => TryRead(path, followLinks, out _) == FileError.None;

    /// <summary>Reads the status of a path without throwing; the answer is <see cref="FileError.None"/> on success.</summary>
    public static FileError TryRead(string path, bool followLinks, out FileStatus status) =>
        TryRead(from: null, path, followLinks, out status);

    /// <summary>The same for a path that is written as the system wants it, UTF-8 with a final zero; links are followed.</summary>
    public static FileError TryRead(ReadOnlySpan<byte> path, out FileStatus status) =>
        FileCalls.Current.TryStatus(from: null, path, followLinks: true, out status);

    internal static FileError TryRead(SafeFileHandle? from, string path, bool followLinks, out FileStatus status)
    {
        using var name = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        return FileCalls.Current.TryStatus(from, name.Bytes, followLinks, out status);
    }
}
