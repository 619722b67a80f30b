using Krait.Platform.Files.Posix;

namespace Krait.Platform.Processes;

/// <summary>
/// Standard output that reports when its reader is gone: the framework's own stream drops what nobody reads, so that a command whose
/// answer did not arrive would look done.
/// </summary>
/// <param name="fallback">The framework's stream, for what this one leaves to it: waiting, and other systems.</param>
public sealed class StandardOutput(Stream fallback) : Stream
{
    private const int Descriptor = 1;

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
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        if (!OperatingSystem.IsLinux())
        {
            fallback.Write(buffer);
            return;
        }

        fixed (byte* start = buffer)
        {
            for (var done = 0; done < buffer.Length; )
            {
                var written = NativeMethods.Write(Descriptor, start + done, (nuint)(buffer.Length - done));
                if (written >= 0)
                {
                    done += (int)written;
                    continue;
                }

                switch (NativeMethods.LastError)
                {
                    case Errno.Interrupted:
                        continue;
                    case Errno.TryAgain:
                        // A descriptor that does not block: the framework knows how to wait.
                        fallback.Write(buffer[done..]);
                        return;
                    case var error:
                        throw new IOException("standard output cannot be written", (int)error);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            fallback.Dispose();
        base.Dispose(disposing);
    }
}
