using Krait.Platform.Files;

namespace Krait.Platform.Processes;

/// <summary>
/// Standard output as a stream that reports when nobody reads it any more: the framework's own swallows that, and a script would take a
/// list that never arrived for a complete one.
/// </summary>
public sealed class StandardOutput : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">Nobody reads it, or the disk is full; the inner exception has the <see cref="FileError"/>.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (FileCalls.Current.TryWriteOutput(buffer) is not FileError.None and var error)
        {
            var cause = new FileSystemException("write", "standard output", error);
            throw new IOException(cause.Message, cause);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is held back.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
