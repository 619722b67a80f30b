namespace Krait.Platform.Files;

/// <summary>Two names of one folder that change places at one moment (`RENAME_EXCHANGE`).</summary>
public static unsafe class NameExchange
{
    private const uint Exchange = 2;

    /// <summary>
    /// Lets two names of a folder change places; the answer is <see cref="Errno.None"/> on success. Not every file system can:
    /// <see cref="Errno.InvalidArgument"/> says so, <see cref="Errno.CrossDevice"/> that a layer below holds one of them, and
    /// <see cref="Errno.Busy"/> that one is a mount point.
    /// </summary>
    public static Errno TrySwap(DirectoryHandle folder, string first, string second)
    {
        using var one = new NativePath(first, stackalloc byte[NativePath.StackSize]);
        using var other = new NativePath(second, stackalloc byte[NativePath.StackSize]);
        fixed (byte* o = one.Bytes)
        fixed (byte* p = other.Bytes)
        {
            var answer = NativeMethods.RenameAt(folder.Descriptor, o, folder.Descriptor, p, Exchange);
            return answer == 0 ? Errno.None : NativeMethods.LastError;
        }
    }
}
