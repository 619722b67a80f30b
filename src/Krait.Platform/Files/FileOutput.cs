using Microsoft.Win32.SafeHandles;

namespace Krait.Platform.Files;

/// <summary>
/// A file that is written from its start to its end. Whatever the system answers comes out as one exception; the framework's own streams
/// report a limit on the size of files as a wrong argument.
/// </summary>
internal sealed class FileOutput(SafeFileHandle handle, string path) : Stream
{
    private long position;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => position;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var error = FileCalls.Current.TryWriteAt(handle, buffer, position);
        if (error != FileError.None)
            throw new FileSystemException("write", path, error);
        position += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Cuts what was written, and goes on from there.</summary>
    public override void SetLength(long value)
    {
        try
        {
            RandomAccess.SetLength(handle, value);
            position = value;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileSystemException.From("write", path, e);
        }
    }

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            handle.Dispose();
        base.Dispose(disposing);
    }
}
