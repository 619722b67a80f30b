using System.Buffers;
using System.Text;
using Krait.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace Krait.Installer.Execution;

/// <summary>Copies files between folders that are open.</summary>
internal static class FileCopy
{
    private const int ChunkSize = 256 * 1024;

    /// <summary>Copies one file under its own name; false when the name is taken.</summary>
    /// <param name="from">The folder of the file.</param>
    /// <param name="into">The folder of its copy.</param>
    /// <param name="name">Its name, with a final zero.</param>
    /// <param name="mode">The permissions of the copy.</param>
    /// <param name="clones">Whether sharing blocks is tried first; false when it comes back means that it cannot be done there.</param>
    public static bool TryCopy(
        DirectoryHandle from,
        DirectoryHandle into,
        ReadOnlySpan<byte> name,
        uint mode,
        ref bool clones
    )
    {
        var text = Encoding.UTF8.GetString(name[..^1]);
        var error = from.TryOpenFile(text, out var source);
        if (source is null)
            throw new FileSystemException("read", Path.Join(from.Path, text), error);
        using var input = source;
        error = into.TryCreateNew(name, mode, out var target);
        if (error == FileError.AlreadyExists)
            return false;
        if (target is null)
            throw new FileSystemException("write", Path.Join(into.Path, text), error);
        using var output = target;
        if (clones)
        {
            if (DirectoryFiles.TryClone(input, output) == FileError.None)
                return true;
            clones = false;
        }

        CopyContent(input, output, Path.Join(into.Path, text));
        return true;
    }

    /// <summary>The same, always byte by byte.</summary>
    public static bool TryCopy(DirectoryHandle from, DirectoryHandle into, ReadOnlySpan<byte> name, uint mode)
    {
        var clones = false;
        return TryCopy(from, into, name, mode, ref clones);
    }

    private static void CopyContent(SafeFileHandle input, SafeFileHandle output, string path)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            long offset = 0;
            while (RandomAccess.Read(input, buffer, offset) is var count and > 0)
            {
                var error = DirectoryFiles.TryAppend(output, buffer.AsSpan(0, count));
                if (error != FileError.None)
                    throw new FileSystemException("write", path, error);
                offset += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
