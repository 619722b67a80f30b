namespace Krait.Platform.Files;

/// <summary>Two names of one folder that change places at one moment.</summary>
public static class NameExchange
{
    /// <summary>
    /// Lets two names of a folder change places; the answer is <see cref="FileError.None"/> on success. Not every file system can:
    /// <see cref="FileError.NotSupported"/> says so, <see cref="FileError.CrossDevice"/> that a layer below holds one of them, and
    /// <see cref="FileError.Busy"/> that one is a mount point.
    /// </summary>
    public static FileError TrySwap(DirectoryHandle folder, string first, string second)
    {
        using var one = new NativePath(first, stackalloc byte[NativePath.StackSize]);
        using var other = new NativePath(second, stackalloc byte[NativePath.StackSize]);
        return FileCalls.Current.TrySwap(folder.Handle, one.Bytes, other.Bytes);
    }
}
