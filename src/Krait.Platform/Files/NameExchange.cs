namespace Krait.Platform.Files;

/// <summary>Two names that change places at one moment.</summary>
public static class NameExchange
{
    /// <summary>Lets two names of a folder change places.</summary>
    /// <returns>What <see cref="TrySwap(DirectoryHandle, string, DirectoryHandle, string)"/> answers.</returns>
    public static FileError TrySwap(DirectoryHandle folder, string first, string second) =>
        TrySwap(folder, first, folder, second);

    /// <summary>
    /// Lets a name of one folder and a name of another change places; the answer is <see cref="FileError.None"/> on success. Not every file
    /// system can: <see cref="FileError.NotSupported"/> says so, <see cref="FileError.CrossDevice"/> that the folders are on two file
    /// systems, or that a layer below holds one of the names, and <see cref="FileError.Busy"/> that one is a mount point.
    /// </summary>
    public static FileError TrySwap(DirectoryHandle folder, string first, DirectoryHandle otherFolder, string second)
    {
        using var one = new NativePath(first, stackalloc byte[NativePath.StackSize]);
        using var other = new NativePath(second, stackalloc byte[NativePath.StackSize]);
        return FileCalls.Current.TrySwap(folder.Handle, one.Bytes, otherFolder.Handle, other.Bytes);
    }
}
