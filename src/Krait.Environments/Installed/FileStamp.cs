using Krait.Platform.Files;

namespace Krait.Environments.Installed;

/// <summary>What tells that a file or folder is the same as before; all zero when it is missing.</summary>
/// <param name="Inode">Its number on its file system.</param>
/// <param name="Size">Its length.</param>
/// <param name="Modified">The last change of its content, in nanoseconds.</param>
/// <param name="Changed">The last change of its content or status, in nanoseconds.</param>
public readonly record struct FileStamp(ulong Inode, long Size, long Modified, long Changed)
{
    /// <summary>Takes the stamp of a path, links followed.</summary>
    public static FileStamp Take(string path) =>
        Of(FileStatus.TryRead(path, followLinks: true, out var status), status);

    /// <summary>Takes the stamp of a path that is written as the system wants it: UTF-8 with a final zero.</summary>
    public static FileStamp Take(ReadOnlySpan<byte> path) => Of(FileStatus.TryRead(path, out var status), status);

    private static FileStamp Of(FileError error, FileStatus status) =>
        error == FileError.None ? new FileStamp(status.Inode, status.Size, status.Modified, status.Changed) : default;
}
