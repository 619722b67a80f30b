using System.Buffers;
using System.Text;

namespace Krait.Platform.Files;

/// <summary>A path as the C library wants it: UTF-8 with a final zero, on the stack where it fits.</summary>
internal ref struct NativePath
{
    public const int StackSize = 512;

    private readonly byte[]? rented;

    /// <summary>Encodes a path.</summary>
    /// <exception cref="FileSystemException">The path contains a zero.</exception>
    public NativePath(string path, Span<byte> stack)
    {
        // A zero would silently cut the path short, and so name another file.
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new FileSystemException("use", path, FileError.InvalidArgument);
        var needed = Encoding.UTF8.GetMaxByteCount(path.Length) + 1;
        rented = needed <= stack.Length ? null : ArrayPool<byte>.Shared.Rent(needed);
        var buffer = rented ?? stack;
        var length = Encoding.UTF8.GetBytes(path, buffer);
        buffer[length] = 0;
        Bytes = buffer[..(length + 1)];
    }

    /// <summary>The bytes with their final zero.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public readonly void Dispose()
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }
}
