using System.Buffers;
using System.Text;
using Krait.Platform.Files;

namespace Krait.Installer.Execution;

/// <summary>Copies files between folders that are open.</summary>
internal static class FileCopy
{
    private const int ChunkSize = 256 * 1024;

    /// <summary>Copies one file under its own name; false when the name is taken.</summary>
    public static bool TryCopy(DirectoryHandle from, DirectoryHandle into, ReadOnlySpan<byte> name, uint mode)
    {
        var text = Encoding.UTF8.GetString(name[..^1]);
        var error = from.TryOpenFile(text, out var source);
        if (source is null)
            throw new FileSystemException("read", Path.Join(from.Path, text), error);
        using var input = source;
        error = into.TryCreateNew(name, mode, out var target);
        if (error == Errno.Exists)
            return false;
        if (target is null)
            throw new FileSystemException("write", Path.Join(into.Path, text), error);
        using var output = target;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            long offset = 0;
            while (RandomAccess.Read(input, buffer, offset) is var count and > 0)
            {
                error = DirectoryFiles.TryAppend(output, buffer.AsSpan(0, count));
                if (error != Errno.None)
                    throw new FileSystemException("write", Path.Join(into.Path, text), error);
                offset += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return true;
    }
}
