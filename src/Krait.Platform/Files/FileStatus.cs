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
    private const int KindMask = 0xf000;

    /// <summary>Whether the other is the same file, by whatever path, as it is or was at another time.</summary>
    public bool IsSameFileAs(FileStatus other) => Inode == other.Inode && Device == other.Device;

    /// <summary>Reads the status of a path without throwing; the answer is <see cref="Errno.None"/> on success.</summary>
    public static Errno TryRead(string path, bool followLinks, out FileStatus status) =>
        TryRead(NativeMethods.CurrentFolder, path, followLinks, out status);

    internal static unsafe Errno TryRead(int folder, string path, bool followLinks, out FileStatus status)
    {
        using var name = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = name.Bytes)
            return TryRead(folder, p, followLinks ? 0 : NativeMethods.NoFollowStatus, out status);
    }

    internal static unsafe Errno TryReadDescriptor(int descriptor, out FileStatus status)
    {
        byte empty = 0;
        return TryRead(descriptor, &empty, NativeMethods.EmptyPath, out status);
    }

    internal static unsafe Errno TryRead(int folder, byte* path, int flags, out FileStatus status)
    {
        NativeMethods.StatusBuffer buffer;
        if (NativeMethods.Status(folder, path, flags, NativeMethods.BasicStatus, &buffer) != 0)
        {
            status = default;
            return NativeMethods.LastError;
        }

        status = new FileStatus(
            KindOf(buffer.Mode & KindMask),
            (uint)(buffer.Mode & 0xfff),
            buffer.Links,
            buffer.UserId,
            buffer.GroupId,
            ((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor,
            buffer.Inode,
            (long)buffer.Size,
            (long)buffer.Blocks * 512,
            (buffer.ModifiedSeconds * 1_000_000_000) + buffer.ModifiedNanoseconds,
            (buffer.ChangedSeconds * 1_000_000_000) + buffer.ChangedNanoseconds
        );
        return Errno.None;
    }

    private static FileKind KindOf(int type) =>
        type switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Folder,
            0xa000 => FileKind.SymbolicLink,
            _ => FileKind.Other,
        };
}
