using System.Runtime.Versioning;

namespace Krait.Platform.Files.Posix;

/// <summary>Files as memory: large ones are mapped, small ones read.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class PosixMapping
{
    /// <summary>Maps an open file, or reads it where it is small; an empty one has no address.</summary>
    public static FileError TryMap(int descriptor, out nint address, out int length)
    {
        (address, length) = (0, 0);
        var error = PosixFileCalls.TryStatus(descriptor, out var status);
        if (error != FileError.None)
            return error;
        if (status.Kind != FileKind.File || status.Size > int.MaxValue)
            return FileError.InvalidArgument;
        length = (int)status.Size;
        // An empty file cannot be mapped, and needs not be.
        if (length == 0)
            return FileError.None;
        address = SmallFiles.TryTake(length);
        if (address != 0)
            return TryFill(descriptor, ref address, ref length);
        address = NativeMethods.Map(
            0,
            (nuint)length,
            NativeMethods.ProtectionRead,
            NativeMethods.MapPrivate,
            descriptor,
            0
        );
        return address == -1 ? NativeMethods.LastError.ToFileError() : FileError.None;
    }

    /// <summary>Gives back what a file was mapped to, or read into.</summary>
    public static void Unmap(nint address, int length)
    {
        if (SmallFiles.Has(address))
            SmallFiles.Release(address, length);
        else
            _ = NativeMethods.Unmap(address, (nuint)length);
    }

    /// <summary>Gives the memory of a mapped file back, but not the mapping.</summary>
    public static void Trim(nint address, int length)
    {
        if (!SmallFiles.Has(address))
            _ = NativeMethods.Advise((nuint)address, (nuint)length, NativeMethods.AdviseNotNeeded);
    }

    /// <summary>Reads a small file; one that became shorter in the meantime has the length that was read.</summary>
    private static FileError TryFill(int descriptor, ref nint address, ref int length)
    {
        var room = length;
        var error = PosixContent.TryReadAll(descriptor, new Span<byte>((void*)address, room), out var read);
        length = error == FileError.None ? read : 0;
        if (length > 0)
            return FileError.None;
        SmallFiles.Release(address, room);
        address = 0;
        return error;
    }
}
