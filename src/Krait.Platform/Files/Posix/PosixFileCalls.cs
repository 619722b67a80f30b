using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Krait.Platform.Files.Posix;

/// <summary>The files of Linux, by the C library.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class PosixFileCalls : FileCalls
{
    private const uint NewFileMode = (uint)DirectoryHandle.DefaultFileMode;
    private const uint UsualMask = 0b000_010_010;

    // With the final zero.
    private const int LongestPath = 4096;

    /// <summary>Where the system lists the files that a process has open.</summary>
    private static readonly string[] OpenFiles = ["/dev/fd/", "/dev/stdout", "/dev/stderr", "/proc/self/fd/"];

    /// <inheritdoc/>
    public override FileError MeaningOf(int systemError) => ((Errno)systemError).ToFileError();

    /// <inheritdoc/>
    public override FileError TryOpenFolder(
        SafeFileHandle? from,
        ReadOnlySpan<byte> name,
        bool followLinks,
        out SafeFileHandle? folder
    ) => TryOpen(from, name, NativeMethods.MustBeFolder | (followLinks ? 0 : NativeMethods.NoFollow), 0, out folder);

    /// <inheritdoc/>
    public override FileError TryOpenFile(SafeFileHandle? from, ReadOnlySpan<byte> name, out SafeFileHandle? file) =>
        TryOpen(from, name, NativeMethods.ReadOnly | NativeMethods.NoFollow, 0, out file);

    /// <inheritdoc/>
    public override FileError TryCreateFile(
        SafeFileHandle? from,
        ReadOnlySpan<byte> name,
        uint mode,
        out SafeFileHandle? file
    ) => TryOpen(from, name, NativeMethods.CreateNew | NativeMethods.NoFollow, mode, out file);

    /// <inheritdoc/>
    public override FileError TryOpenOrCreate(
        SafeFileHandle? from,
        ReadOnlySpan<byte> name,
        out SafeFileHandle? file
    ) =>
        TryOpen(
            from,
            name,
            NativeMethods.ReadWrite | NativeMethods.Create | NativeMethods.NoFollow,
            NewFileMode,
            out file
        );

    /// <inheritdoc/>
    public override FileError TryCreateFolder(SafeFileHandle? from, ReadOnlySpan<byte> name, uint mode)
    {
        fixed (byte* path = name)
            return Result(NativeMethods.MakeFolderAt(Descriptor(from), path, mode));
    }

    /// <inheritdoc/>
    public override FileError TryLink(
        SafeFileHandle source,
        ReadOnlySpan<byte> sourceName,
        SafeFileHandle target,
        ReadOnlySpan<byte> targetName
    )
    {
        fixed (byte* from = sourceName)
        fixed (byte* to = targetName)
            return Result(NativeMethods.LinkAt(Descriptor(source), from, Descriptor(target), to, 0));
    }

    /// <inheritdoc/>
    public override FileError TryCreateSymbolicLink(
        ReadOnlySpan<byte> target,
        SafeFileHandle folder,
        ReadOnlySpan<byte> name
    )
    {
        fixed (byte* to = target)
        fixed (byte* path = name)
            return Result(NativeMethods.SymbolicLinkAt(to, Descriptor(folder), path));
    }

    /// <inheritdoc/>
    public override FileError TryRename(
        SafeFileHandle source,
        ReadOnlySpan<byte> sourceName,
        SafeFileHandle target,
        ReadOnlySpan<byte> targetName,
        bool replace
    )
    {
        fixed (byte* from = sourceName)
        fixed (byte* to = targetName)
        {
            var flags = replace ? 0 : NativeMethods.NoReplace;
            if (NativeMethods.RenameAt(Descriptor(source), from, Descriptor(target), to, flags) == 0)
                return FileError.None;
            var error = NativeMethods.LastError;
            // The file system cannot refuse to replace (NFS, many in user space); the status tells whether it would.
            if (replace || error is not (Errno.InvalidArgument or Errno.NotImplemented))
                return error.ToFileError();
            return TryStatus(Descriptor(target), to, NativeMethods.NoFollowStatus, out _) switch
            {
                FileError.None => FileError.AlreadyExists,
                FileError.NotFound => Result(
                    NativeMethods.RenameAt(Descriptor(source), from, Descriptor(target), to, 0)
                ),
                var other => other,
            };
        }
    }

    /// <inheritdoc/>
    public override FileError TrySwap(
        SafeFileHandle folder,
        ReadOnlySpan<byte> first,
        SafeFileHandle otherFolder,
        ReadOnlySpan<byte> second
    )
    {
        fixed (byte* one = first)
        fixed (byte* other = second)
        {
            var answer = NativeMethods.RenameAt(
                Descriptor(folder),
                one,
                Descriptor(otherFolder),
                other,
                NativeMethods.Exchange
            );
            // A file system that cannot do it calls the flag invalid.
            return answer != 0 && NativeMethods.LastError == Errno.InvalidArgument
                ? FileError.NotSupported
                : Result(answer);
        }
    }

    /// <inheritdoc/>
    public override FileError TryRemove(SafeFileHandle folder, ReadOnlySpan<byte> name) => TryUnlink(folder, name, 0);

    /// <inheritdoc/>
    public override FileError TryRemoveFolder(SafeFileHandle folder, ReadOnlySpan<byte> name) =>
        TryUnlink(folder, name, NativeMethods.RemoveFolder);

    /// <inheritdoc/>
    public override FileError TryStatus(
        SafeFileHandle? from,
        ReadOnlySpan<byte> name,
        bool followLinks,
        out FileStatus status
    )
    {
        fixed (byte* path = name)
            return TryStatus(Descriptor(from), path, followLinks ? 0 : NativeMethods.NoFollowStatus, out status);
    }

    /// <inheritdoc/>
    public override FileError TryStatus(SafeFileHandle opened, out FileStatus status) =>
        TryStatus(Descriptor(opened), out status);

    /// <inheritdoc/>
    public override FileError TryList(SafeFileHandle folder, List<FolderEntry> entries)
    {
        Span<byte> buffer = stackalloc byte[16 * 1024];
        // A second listing starts at the beginning; the descriptor remembers where the first one ended.
        _ = NativeMethods.Seek(Descriptor(folder), 0, 0);
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var read = NativeMethods.ReadFolder(Descriptor(folder), start, (nuint)buffer.Length);
                if (read <= 0)
                    return read == 0 ? FileError.None : NativeMethods.LastError.ToFileError();
                PosixEntries.Add(buffer[..(int)read], entries);
            }
        }
    }

    /// <inheritdoc/>
    public override FileError TryRead(SafeFileHandle file, Span<byte> buffer, out int count)
    {
        count = 0;
        fixed (byte* start = buffer)
        {
            while (count < buffer.Length)
            {
                var read = NativeMethods.Read(Descriptor(file), start + count, (nuint)(buffer.Length - count));
                if (read < 0)
                    return NativeMethods.LastError.ToFileError();
                if (read == 0)
                    break;
                count += (int)read;
            }
        }

        return FileError.None;
    }

    /// <inheritdoc/>
    public override FileError TryWrite(SafeFileHandle file, ReadOnlySpan<byte> content) =>
        PosixContent.TryWriteAll(Descriptor(file), content);

    /// <inheritdoc/>
    public override FileError TryWriteAt(SafeFileHandle file, ReadOnlySpan<byte> content, long offset)
    {
        fixed (byte* start = content)
        {
            for (var done = 0; done < content.Length; )
            {
                var rest = (nuint)(content.Length - done);
                var written = NativeMethods.WriteAt(Descriptor(file), start + done, rest, offset + done);
                if (written < 0 && NativeMethods.LastError == Errno.Interrupted)
                    continue;
                if (written < 0)
                    return NativeMethods.LastError.ToFileError();
                done += (int)written;
            }
        }

        return FileError.None;
    }

    /// <inheritdoc/>
    public override FileError TryWriteNew(
        SafeFileHandle folder,
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> content,
        uint mode,
        out FileStatus status
    )
    {
        // Without a handle: this is called for every file of every wheel.
        status = default;
        var file = Open(folder, name, NativeMethods.CreateNew | NativeMethods.NoFollow, mode);
        if (file < 0)
            return NativeMethods.LastError.ToFileError();
        var error = PosixContent.TryWriteAll(file, content);
        if (error == FileError.None)
            error = TryStatus(file, out status);
        _ = NativeMethods.Close(file);
        return error;
    }

    /// <inheritdoc/>
    public override FileError TryOverwriteStart(
        ReadOnlySpan<byte> path,
        ReadOnlySpan<byte> before,
        ReadOnlySpan<byte> content
    )
    {
        var file = Open(from: null, path, NativeMethods.ReadWrite | NativeMethods.NoFollow, 0);
        if (file < 0)
            return NativeMethods.LastError.ToFileError();
        // What is renamed to this path from now on is another file, and this one nobody's.
        var error = PosixContent.HasStart(file, before) ? PosixContent.WriteStart(file, content) : FileError.None;
        _ = NativeMethods.Close(file);
        return error;
    }

    /// <inheritdoc/>
    public override FileError TryAppend(ReadOnlySpan<byte> path, ReadOnlySpan<byte> record)
    {
        const int Flags = NativeMethods.ReadWrite | NativeMethods.Create | NativeMethods.Append;
        var file = Open(from: null, path, Flags | NativeMethods.NoFollow, NewFileMode);
        if (file < 0)
            return NativeMethods.LastError.ToFileError();
        fixed (byte* start = record)
        {
            var written = NativeMethods.Write(file, start, (nuint)record.Length);
            var error = written < 0 ? NativeMethods.LastError.ToFileError() : FileError.None;
            _ = NativeMethods.Close(file);
            return written >= 0 && written != record.Length ? FileError.NoSpace : error;
        }
    }

    /// <inheritdoc/>
    public override FileError TryClone(SafeFileHandle source, SafeFileHandle target) =>
        Result(NativeMethods.Control(Descriptor(target), NativeMethods.CloneRequest, Descriptor(source)));

    /// <inheritdoc/>
    public override FileError TrySetMode(SafeFileHandle file, uint mode) =>
        Result(NativeMethods.ChangeMode(Descriptor(file), mode));

    /// <inheritdoc/>
    public override FileError TrySetModified(SafeFileHandle file, long seconds)
    {
        var times = stackalloc long[4];
        (times[0], times[1], times[2], times[3]) = (seconds, 0, seconds, 0);
        return Result(NativeMethods.SetTimes(Descriptor(file), times));
    }

    /// <inheritdoc/>
    public override FileError TryFlush(SafeFileHandle opened) => Result(NativeMethods.Flush(Descriptor(opened)));

    /// <inheritdoc/>
    public override FileError TryMap(ReadOnlySpan<byte> path, out nint address, out int length)
    {
        (address, length) = (0, 0);
        var file = Open(from: null, path, NativeMethods.ReadOnly | NativeMethods.NoFollow, 0);
        if (file < 0)
            return NativeMethods.LastError.ToFileError();
        var error = PosixMapping.TryMap(file, out address, out length);
        _ = NativeMethods.Close(file);
        return error;
    }

    /// <inheritdoc/>
    public override void Trim(nint address, int length) => PosixMapping.Trim(address, length);

    /// <inheritdoc/>
    public override void Unmap(nint address, int length) => PosixMapping.Unmap(address, length);

    /// <inheritdoc/>
    public override FileError TryLock(SafeFileHandle opened, LockMode mode)
    {
        var operation = mode is LockMode.Shared ? NativeMethods.LockShared : NativeMethods.LockExclusive;
        return Result(NativeMethods.Lock(Descriptor(opened), operation | NativeMethods.LockNoWait));
    }

    /// <inheritdoc/>
    public override void Unlock(SafeFileHandle opened) =>
        _ = NativeMethods.Lock(Descriptor(opened), NativeMethods.Unlock);

    /// <inheritdoc/>
    public override string? Resolve(ReadOnlySpan<byte> path)
    {
        Span<byte> resolved = stackalloc byte[LongestPath];
        fixed (byte* from = path)
        fixed (byte* to = resolved)
        {
            return NativeMethods.RealPath(from, to) is null
                ? null
                : Encoding.UTF8.GetString(resolved[..resolved.IndexOf((byte)0)]);
        }
    }

    /// <inheritdoc/>
    public override bool IsOpenFile(string path)
    {
        foreach (var prefix in OpenFiles)
        {
            if (path.StartsWith(prefix, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override bool IsStandardOutput(string path) => path is "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    /// <inheritdoc/>
    /// <remarks>From the kernel's own account, so that the mask need not be changed to be seen.</remarks>
    public override uint ReadCreationMask()
    {
        try
        {
            foreach (var line in File.ReadLines("/proc/self/status"))
            {
                if (line.StartsWith("Umask:", StringComparison.Ordinal))
                    return Convert.ToUInt32(line["Umask:".Length..].Trim(), 8);
                // The mask is the second line; without it the kernel is too old to tell.
                if (line.StartsWith("Pid:", StringComparison.Ordinal))
                    break;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return UsualMask;
        }

        return UsualMask;
    }

    /// <inheritdoc/>
    public override FileError TryWriteOutput(ReadOnlySpan<byte> bytes)
    {
        const int StandardOutput = 1;
        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* start = bytes)
                written = NativeMethods.Write(StandardOutput, start, (nuint)bytes.Length);
            if (written >= 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }

            var error = NativeMethods.LastError;
            // A reader that does not block may be slow. This is the last thing a process does: there is no other work for the thread.
            if (error is Errno.TryAgain)
                Thread.Sleep(millisecondsTimeout: 1);
            else if (error is not Errno.Interrupted)
                return error.ToFileError();
        }

        return FileError.None;
    }

    /// <inheritdoc/>
    public override long ClockStep
    {
        get
        {
            // The slowest kernels make a hundred steps a second.
            const long Longest = 10_000_000;
            var resolution = stackalloc long[2];
            return NativeMethods.ClockResolution(NativeMethods.CoarseClock, resolution) == 0 ? resolution[1] : Longest;
        }
    }

    /// <inheritdoc/>
    public override uint User => NativeMethods.EffectiveUser();

    public override bool IsOwn(FileStatus status) => status.UserId == User;

    private static int Descriptor(SafeFileHandle? opened) =>
        opened is null ? NativeMethods.CurrentFolder : (int)opened.DangerousGetHandle();

    private static FileError Result(int answer) => answer == 0 ? FileError.None : NativeMethods.LastError.ToFileError();

    private static int Open(SafeFileHandle? from, ReadOnlySpan<byte> name, int flags, uint mode)
    {
        fixed (byte* path = name)
            return NativeMethods.OpenAt(Descriptor(from), path, flags | NativeMethods.CloseOnExecute, mode);
    }

    private static FileError TryOpen(
        SafeFileHandle? from,
        ReadOnlySpan<byte> name,
        int flags,
        uint mode,
        out SafeFileHandle? opened
    )
    {
        var descriptor = Open(from, name, flags, mode);
        opened = descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
        return descriptor < 0 ? NativeMethods.LastError.ToFileError() : FileError.None;
    }

    private static FileError TryUnlink(SafeFileHandle folder, ReadOnlySpan<byte> name, int flags)
    {
        fixed (byte* path = name)
            return Result(NativeMethods.UnlinkAt(Descriptor(folder), path, flags));
    }

    internal static FileError TryStatus(int descriptor, out FileStatus status)
    {
        byte empty = 0;
        return TryStatus(descriptor, &empty, NativeMethods.EmptyPath, out status);
    }

    private static FileError TryStatus(int folder, byte* path, int flags, out FileStatus status)
    {
        NativeMethods.StatusBuffer buffer;
        if (NativeMethods.Status(folder, path, flags, NativeMethods.BasicStatus, &buffer) != 0)
        {
            status = default;
            return NativeMethods.LastError.ToFileError();
        }

        status = PosixEntries.StatusOf(ref buffer);
        return FileError.None;
    }
}
