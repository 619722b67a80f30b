using Krait.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace Krait.Archives;

/// <summary>Bytes that can be read at any offset: a file or memory. Safe for several threads at once.</summary>
public abstract class ByteSource : IDisposable
{
    /// <summary>How many bytes there are.</summary>
    public abstract long Length { get; }

    /// <summary>Reads over an open file, which is closed with this object.</summary>
    public static ByteSource Over(SafeFileHandle handle) => new FileSource(handle);

    /// <summary>Reads over the file at a path.</summary>
    /// <exception cref="FileSystemException">There is no regular file, or it may not be read.</exception>
    public static ByteSource OpenFile(string path)
    {
        var error = FileStatus.TryRead(path, followLinks: true, out var status);
        // A device or a pipe would not end.
        if (error == FileError.None && status.Kind != FileKind.File)
            error = status.Kind == FileKind.Folder ? FileError.IsADirectory : FileError.InvalidArgument;
        return error == FileError.None
            ? Over(PlainFile.OpenHandle(path))
            : throw new FileSystemException("read", path, error);
    }

    /// <summary>Reads over memory.</summary>
    public static ByteSource Over(ReadOnlyMemory<byte> bytes) => new MemorySource(bytes);

    /// <summary>Whether bytes that were read may not be what is there now, so that two readings cannot be compared.</summary>
    public virtual bool HasChanged => false;

    /// <summary>Reads as many bytes as there are from this offset on, at most a buffer full.</summary>
    public abstract int Read(long offset, Span<byte> buffer);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what is read.</summary>
    protected virtual void Dispose(bool disposing) { }

    private sealed class FileSource(SafeFileHandle handle) : ByteSource
    {
        public override long Length { get; } = RandomAccess.GetLength(handle);

        public override int Read(long offset, Span<byte> buffer)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var count = RandomAccess.Read(handle, buffer[total..], offset + total);
                if (count == 0)
                    break;
                total += count;
            }

            return total;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                handle.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class MemorySource(ReadOnlyMemory<byte> bytes) : ByteSource
    {
        public override long Length => bytes.Length;

        public override int Read(long offset, Span<byte> buffer)
        {
            if (offset >= bytes.Length)
                return 0;
            var count = (int)Math.Min(buffer.Length, bytes.Length - offset);
            bytes.Span.Slice((int)offset, count).CopyTo(buffer);
            return count;
        }
    }
}
