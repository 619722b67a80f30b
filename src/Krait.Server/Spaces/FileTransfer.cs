using System.Diagnostics.CodeAnalysis;
using Krait.Index.Mirroring;
using Krait.Packaging.Text;
using Krait.Server.Storage;
using Microsoft.Win32.SafeHandles;

namespace Krait.Server.Spaces;

/// <summary>
/// A file on its way from an upstream: written to disk and hashed while any number of clients read along. The last byte is shown only when
/// the whole is known to be right, so that nobody receives a complete file that is not.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The writer is disposed when the transfer ends, the reader when its last client leaves."
)]
internal sealed class FileTransfer : ITransferTarget
{
    private readonly IBlobStore blobs;
    private readonly BlobWriter writer;
    private readonly SafeFileHandle reader;
    private readonly Lock gate = new();
    private TaskCompletionSource progress = New();
    private long written;
    private long position;
    private int readers;
    private bool hasBegun;
    private bool isOver;
    private KraitException? failure;

    internal FileTransfer(IBlobStore blobs, long? size)
    {
        this.blobs = blobs;
        Size = size;
        writer = blobs.Create(leavesReaderOpen: true);
        reader = writer.Reader;
    }

    /// <summary>The size of the whole file, where it is known.</summary>
    public long? Size { get; private set; }

    /// <summary>Notes a client that reads along; false when the transfer has ended in a way that leaves nothing to read.</summary>
    public bool TryEnter()
    {
        lock (gate)
        {
            if (isOver && (failure is not null || readers == 0))
                return false;
            readers++;
            return true;
        }
    }

    /// <summary>A client has read what it wanted.</summary>
    public void Leave()
    {
        lock (gate)
        {
            readers--;
            CloseIfUnused();
        }
    }

    /// <summary>Waits until the upstream has begun to send.</summary>
    /// <exception cref="KraitException">It will not.</exception>
    public async Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (failure is not null)
                    throw Failed(failure);
                if (hasBegun || isOver)
                    return;
                next = progress.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Reads what has arrived from an offset on, waiting for it; 0 at the end of the whole file.</summary>
    /// <exception cref="KraitException">The transfer failed.</exception>
    public async Task<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (failure is not null)
                    throw Failed(failure);
                var shown = isOver ? written : written - 1;
                if (offset < shown)
                    buffer = buffer[..(int)Math.Min(buffer.Length, shown - offset)];
                else if (isOver)
                    return 0;
                next = offset < shown ? Task.CompletedTask : progress.Task;
                if (offset < shown)
                    break;
            }

            await next.WaitAsync(cancellationToken);
        }

        return await RandomAccess.ReadAsync(reader, buffer, offset, cancellationToken);
    }

    /// <inheritdoc/>
    public void Begin(long? size)
    {
        lock (gate)
        {
            Size ??= size;
            hasBegun = true;
            Pulse();
        }
    }

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        // After a restart the bytes that were shown already must come again.
        var repeated = (int)Math.Min(bytes.Length, written - position);
        if (repeated > 0)
            Compare(bytes[..repeated]);
        position += bytes.Length;
        if (repeated == bytes.Length)
            return;
        writer.Append(bytes[repeated..]);
        lock (gate)
        {
            written = writer.Length;
            Pulse();
        }
    }

    /// <inheritdoc/>
    public void Restart() => position = 0;

    /// <summary>The file is whole and right: stores it.</summary>
    internal ValueTask<BlobId> CompleteAsync(bool isDurable, CancellationToken cancellationToken) =>
        position == written ? blobs.CommitAsync(writer, isDurable, cancellationToken) : throw Changed();

    /// <summary>Tells those who read along how it ended.</summary>
    internal void End(KraitException? cause)
    {
        lock (gate)
        {
            failure = cause;
            isOver = true;
            writer.Dispose();
            Pulse();
            CloseIfUnused();
        }
    }

    private void Compare(ReadOnlySpan<byte> bytes)
    {
        var known = new byte[bytes.Length];
        var read = RandomAccess.Read(reader, known, position);
        if (read != bytes.Length || !bytes.SequenceEqual(known))
            throw Changed();
    }

    private static KraitException Changed() =>
        new(new Diagnostic("file-changed", "the upstream sent a different file when the transfer was retried"));

    /// <summary>Everyone gets an exception of their own: one that is thrown again loses where it came from.</summary>
    private static KraitException Failed(KraitException cause) => new(cause.Diagnostic, cause) { Kind = cause.Kind };

    private void Pulse()
    {
        var done = progress;
        progress = New();
        done.TrySetResult();
    }

    private void CloseIfUnused()
    {
        if (isOver && readers == 0)
            reader.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
