using Krait.Platform.Files;

namespace Krait.Platform.Processes;

/// <summary>
/// Standard output as a stream that reports when nobody reads it any more: the framework's own swallows that, and a script would take a
/// list that never arrived for a complete one.
/// </summary>
public sealed class StandardOutput : Stream
{
    private const int Descriptor = 1;

    /// <summary>How long to wait where a reader that does not block is slow.</summary>
    private const int PauseMilliseconds = 1;

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
    /// <exception cref="IOException">Nobody reads it, or the disk is full; <see cref="Exception.HResult"/> is the error number.</exception>
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* start = buffer)
                written = NativeMethods.Write(Descriptor, start, (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            var error = NativeMethods.LastError;
            if (error is Errno.TryAgain)
                Thread.Sleep(PauseMilliseconds);
            else if (error is not Errno.Interrupted)
                throw new IOException("standard output cannot be written", (int)error);
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
