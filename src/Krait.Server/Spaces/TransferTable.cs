using System.Diagnostics.CodeAnalysis;
using Krait.Index.Downloads;
using Krait.Index.Mirroring;
using Krait.Packaging.Text;
using Krait.Server.Storage;

namespace Krait.Server.Spaces;

/// <summary>The files that are on their way: each is asked of its upstream once, however many clients want it.</summary>
/// <param name="client">Asks the upstream.</param>
/// <param name="blobs">Where files go.</param>
/// <param name="work">Notes what is under way.</param>
/// <param name="stopping">Fires when the server ends.</param>
internal sealed class TransferTable(
    UpstreamClient client,
    BlobStore blobs,
    PendingWork work,
    CancellationToken stopping
)
{
    private readonly Dictionary<FileKey, FileTransfer> running = [];
    private readonly Lock gate = new();
    private long joined;
    private long started;

    /// <summary>How many clients have joined a transfer that was under way.</summary>
    public long Joined => Interlocked.Read(ref joined);

    /// <summary>How many transfers were started.</summary>
    public long Started => Interlocked.Read(ref started);

    /// <summary>Joins the transfer of a file, or starts it. The caller leaves it when done.</summary>
    /// <param name="key">What tells files apart.</param>
    /// <param name="request">What to fetch.</param>
    /// <param name="isHeld">Whether the file is here by now: another transfer may just have ended.</param>
    /// <param name="stored">Told the blob when the file is whole, right and stored, before anyone sees its end.</param>
    /// <returns>The transfer; null where the file is here.</returns>
    /// <exception cref="KraitException">No file can be made for it.</exception>
    public FileTransfer? Join(FileKey key, DownloadRequest request, Func<bool> isHeld, Action<BlobId> stored)
    {
        FileTransfer transfer;
        lock (gate)
        {
            if (running.TryGetValue(key, out var known) && known.TryEnter())
            {
                Interlocked.Increment(ref joined);
                return known;
            }

            // What is stored is known before its transfer leaves this table.
            if (isHeld())
                return null;
            transfer = new FileTransfer(blobs, request.Size);
            transfer.TryEnter();
            running[key] = transfer;
        }

        Interlocked.Increment(ref started);
        _ = work.RunAsync(() => RunAsync(key, request, transfer, stored));
        return transfer;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever went wrong is told to all who read along.")]
    private async Task<bool> RunAsync(
        FileKey key,
        DownloadRequest request,
        FileTransfer transfer,
        Action<BlobId> stored
    )
    {
        KraitException? failure = null;
        try
        {
            await client.TransferAsync(request, transfer, stopping);
            stored(transfer.Complete(isDurable: true));
        }
        catch (KraitException e)
        {
            failure = e;
        }
        catch (Exception e)
        {
            failure = new KraitException(
                new Diagnostic("transfer-failed", $"the transfer of `{request.FileName}` failed: {e.GetType().Name}"),
                e
            );
        }

        lock (gate)
        {
            if (running.TryGetValue(key, out var known) && ReferenceEquals(known, transfer))
                running.Remove(key);
        }

        transfer.End(failure);
        return failure is null;
    }
}
