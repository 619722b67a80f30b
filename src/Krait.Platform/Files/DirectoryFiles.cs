using Microsoft.Win32.SafeHandles;

namespace Krait.Platform.Files;

/// <summary>Many small files of one folder: names that are UTF-8 and end with a zero, few system calls, no exceptions.</summary>
public static unsafe class DirectoryFiles
{
    /// <summary>Reads a whole file of at most this many bytes, refusing a symbolic link in its place.</summary>
    /// <returns><see cref="Errno.FileTooLarge"/> when it is longer.</returns>
    public static Errno TryReadFile(this DirectoryHandle folder, string name, int limit, out byte[] content)
    {
        content = [];
        var error = folder.TryOpenFile(name, out var opened);
        if (opened is null)
            return error;
        using var file = opened;
        return TryReadAll(file, limit, ref content);
    }

    /// <summary>Reads the start of a file, refusing a symbolic link in its place.</summary>
    public static Errno TryReadStart(this DirectoryHandle folder, string name, Span<byte> buffer, out int count)
    {
        count = 0;
        var error = folder.TryOpenFile(name, out var opened);
        if (opened is null)
            return error;
        using var file = opened;
        fixed (byte* start = buffer)
        {
            while (count < buffer.Length)
            {
                var read = NativeMethods.Read(
                    (int)file.DangerousGetHandle(),
                    start + count,
                    (nuint)(buffer.Length - count)
                );
                if (read == 0)
                    break;
                if (read < 0)
                    return Result(-1);
                count += (int)read;
            }
        }

        return Errno.None;
    }

    /// <summary>Writes a new file and tells what became of it; <see cref="Errno.Exists"/> when the name is taken.</summary>
    public static Errno TryWriteNew(
        this DirectoryHandle folder,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> content,
        uint mode,
        out FileStatus status
    )
    {
        status = default;
        var error = TryOpenNew(folder, name, mode, out var descriptor);
        if (error != Errno.None)
            return error;
        error = TryWriteAll(descriptor, content);
        if (error == Errno.None)
            error = FileStatus.TryReadDescriptor(descriptor, out status);
        _ = NativeMethods.Close(descriptor);
        return error;
    }

    /// <summary>Creates a file to be written in pieces; <see cref="Errno.Exists"/> when the name is taken.</summary>
    public static Errno TryCreateNew(
        this DirectoryHandle folder,
        ReadOnlySpan<byte> name,
        uint mode,
        out SafeFileHandle? file
    )
    {
        var error = TryOpenNew(folder, name, mode, out var descriptor);
        file = error == Errno.None ? new SafeFileHandle(descriptor, ownsHandle: true) : null;
        return error;
    }

    /// <summary>Appends to a file that was just created.</summary>
    public static Errno TryAppend(SafeFileHandle file, ReadOnlySpan<byte> content) =>
        TryWriteAll((int)file.DangerousGetHandle(), content);

    /// <summary>Lets an empty file share all blocks of another until one of them is changed (`FICLONE`), where the file system can.</summary>
    public static Errno TryClone(SafeFileHandle source, SafeFileHandle target)
    {
        const uint CloneRequest = 0x40049409;
        if (!OperatingSystem.IsLinux())
            return Errno.NotSupported;
        var answer = NativeMethods.Control((int)target.DangerousGetHandle(), CloneRequest, source.DangerousGetHandle());
        return Result(answer);
    }

    /// <summary>Sets the permissions of an open file, whatever the mask says.</summary>
    public static Errno TrySetMode(SafeFileHandle file, uint mode) =>
        Result(NativeMethods.ChangeMode((int)file.DangerousGetHandle(), mode));

    /// <summary>The status of an open file.</summary>
    public static Errno TryStatus(SafeFileHandle file, out FileStatus status) =>
        FileStatus.TryReadDescriptor((int)file.DangerousGetHandle(), out status);

    /// <summary>Makes an open file's content survive a loss of power.</summary>
    public static Errno TryFlush(SafeFileHandle file) => Result(NativeMethods.Flush((int)file.DangerousGetHandle()));

    /// <summary>The status of a name, not following a symbolic link.</summary>
    public static Errno TryStatus(this DirectoryHandle folder, ReadOnlySpan<byte> name, out FileStatus status)
    {
        fixed (byte* path = name)
            return FileStatus.TryRead(folder.Descriptor, path, NativeMethods.NoFollowStatus, out status);
    }

    /// <summary>Makes a folder; <see cref="Errno.Exists"/> when the name is taken.</summary>
    public static Errno TryCreateFolder(this DirectoryHandle folder, ReadOnlySpan<byte> name)
    {
        fixed (byte* path = name)
            return Result(NativeMethods.MakeFolderAt(folder.Descriptor, path, (uint)DirectoryHandle.DefaultFolderMode));
    }

    private static Errno TryOpenNew(DirectoryHandle folder, ReadOnlySpan<byte> name, uint mode, out int descriptor)
    {
        const int Flags =
            NativeMethods.ReadWrite | NativeMethods.Create | NativeMethods.Exclusive | NativeMethods.CloseOnExecute;
        fixed (byte* path = name)
            descriptor = NativeMethods.OpenAt(folder.Descriptor, path, Flags | NativeMethods.NoFollow, mode);
        return descriptor < 0 ? NativeMethods.LastError : Errno.None;
    }

    private static Errno TryWriteAll(int descriptor, ReadOnlySpan<byte> content)
    {
        fixed (byte* start = content)
        {
            for (var done = 0; done < content.Length; )
            {
                var written = NativeMethods.Write(descriptor, start + done, (nuint)(content.Length - done));
                if (written < 0 && NativeMethods.LastError == Errno.Interrupted)
                    continue;
                if (written < 0)
                    return NativeMethods.LastError;
                done += (int)written;
            }
        }

        return Errno.None;
    }

    private static Errno TryReadAll(SafeFileHandle file, int limit, ref byte[] content)
    {
        var descriptor = (int)file.DangerousGetHandle();
        var error = FileStatus.TryReadDescriptor(descriptor, out var status);
        if (error != Errno.None)
            return error;
        if (status.Kind != FileKind.File)
            return Errno.IsFolder;
        if (status.Size > limit)
            return Errno.FileTooLarge;
        content = GC.AllocateUninitializedArray<byte>((int)status.Size);
        fixed (byte* start = content)
        {
            var done = 0;
            while (done < content.Length)
            {
                var read = NativeMethods.Read(descriptor, start + done, (nuint)(content.Length - done));
                if (read < 0)
                    return NativeMethods.LastError;
                // It became shorter meanwhile; what was read is what there is.
                if (read == 0)
                    break;
                done += (int)read;
            }

            if (done < content.Length)
                Array.Resize(ref content, done);
        }

        return Errno.None;
    }

    private static Errno Result(int answer) => answer == 0 ? Errno.None : NativeMethods.LastError;
}
