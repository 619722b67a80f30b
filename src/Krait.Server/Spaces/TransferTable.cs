using System.Diagnostics.CodeAnalysis;
using Krait.Index.Downloads;
using Krait.Index.Mirroring;
using Krait.Packaging.Text;
using Krait.Server.Storage;

namespace Krait.Server.Spaces;

/// <summary>The files that are on their way: each is asked of its upstream once, however many clients want it.</summary>
/// <param name="client">Asks the upstream.</param>
/// <param name="store">Where files go, and what notes what is under way.</param>
/// <param name="stopping">Fires when the server ends.</param>
internal sealed class TransferTable(UpstreamClient client, StoreParts store, CancellationToken stopping)
{
    private const int CopySize = 256 * 1024;

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
    /// <param name="arrival">What else there is to know of it.</param>
    /// <returns>The transfer; null where the file is here.</returns>
    /// <exception cref="KraitException">No file can be made for it.</exception>
    public FileTransfer? Join(FileKey key, DownloadRequest request, Func<bool> isHeld, FileArrival arrival)
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
            transfer = new FileTransfer(store.Blobs, request.Size);
            transfer.TryEnter();
            running[key] = transfer;
        }

        _ = store.Work.RunAsync(() => RunAsync(key, request, transfer, arrival));
        return transfer;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever went wrong is told to all who read along.")]
    private async Task<bool> RunAsync(FileKey key, DownloadRequest request, FileTransfer transfer, FileArrival arrival)
    {
        KraitException? failure = null;
        try
        {
            await FetchAsync(request, transfer, arrival);
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

    /// <summary>Fetches a file, or copies it from where another server has put it.</summary>
    private async Task FetchAsync(DownloadRequest request, FileTransfer transfer, FileArrival arrival)
    {
        OpenBlob? stored = null;
        await using var turn = await store.Turns.TakeAsync(
            arrival.Work,
            async token => (stored = await arrival.FindStoredAsync(token)) is not null,
            stopping
        );
        if (turn is null && stored is not null)
        {
            // It is stored already; those who wait read along from what is written for them.
            using (stored)
                await CopyAsync(stored, transfer);
            return;
        }

        Interlocked.Increment(ref started);
        await client.TransferAsync(request, transfer, stopping);
        await arrival.KeepAsync(await transfer.CompleteAsync(isDurable: true, stopping));
    }

    private async Task CopyAsync(OpenBlob source, FileTransfer transfer)
    {
        var buffer = new byte[CopySize];
        transfer.Begin(source.Length);
        long offset = 0;
        while (await RandomAccess.ReadAsync(source.Handle, buffer, offset, stopping) is var read and > 0)
        {
            transfer.Append(buffer.AsSpan(0, read));
            offset += read;
        }
    }
}
