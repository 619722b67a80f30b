using System.Buffers;
using Krait.Index.Http;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;

namespace Krait.Index.Downloads;

/// <summary>Fetches whole files: goes on where a broken transfer stopped, when the server can prove that the file is still the same.</summary>
internal sealed class Downloader(
    HttpSender sender,
    HttpOptions options,
    Retrying retrying,
    NetworkCounters counters,
    CacheFolder cache,
    TimeProvider clock
)
{
    private const int ReadSize = 128 * 1024;

    private readonly FileRecordStore records = new(cache, counters);
    private readonly TransferAttempts attempts = new(sender, options, retrying, counters, clock);

    /// <summary>What is known of the file behind a URL.</summary>
    public FileRecord? Recall(DownloadRequest request) => records.Find(request);

    /// <summary>Fetches a file unless the server confirms that it is still the one that is known: then null.</summary>
    /// <exception cref="KraitException">It cannot be fetched, or is not the file that was expected.</exception>
    public async Task<DownloadedFile?> FetchIfChangedAsync(
        DownloadRequest request,
        FileRecord known,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        using var sink = new DownloadSink(cache, request);
        var transfer = new Transfer(request, sink, progress) { Known = known };
        var notes = await attempts.RunAsync(transfer, cancellationToken);
        if (!transfer.IsUnchanged)
            return Finish(transfer, sink, notes, forget: null);
        if (transfer.Policy is { } renewed)
            records.Write(request, known.Sha256, renewed);
        counters.CountNotModified();
        return null;
    }

    /// <summary>Fetches a file.</summary>
    /// <exception cref="KraitException">It cannot be fetched, or is not the file that was expected.</exception>
    public async Task<DownloadedFile> FetchAsync(
        DownloadRequest request,
        Action? forget,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        if (request.Url.IsFile)
            return OpenLocal(request);
        using var sink = new DownloadSink(cache, request);
        var transfer = new Transfer(request, sink, progress);
        var notes = await attempts.RunAsync(transfer, cancellationToken);
        return Finish(transfer, sink, notes, forget);
    }

    /// <summary>Takes the body of an answer that turned out to be the whole file, and fetches the rest should it break.</summary>
    public async Task<DownloadedFile> TakeAsync(
        HttpReply reply,
        DownloadRequest request,
        Action? forget,
        CancellationToken cancellationToken
    )
    {
        using var sink = new DownloadSink(cache, request);
        var transfer = new Transfer(request, sink, Progress: null);
        var notes = await attempts.RunAsync(transfer, reply, cancellationToken);
        return Finish(transfer, sink, notes, forget);
    }

    private DownloadedFile Finish(Transfer transfer, DownloadSink sink, IReadOnlyList<string> notes, Action? forget)
    {
        var file = sink.Finish(notes, forget);
        file.IsUnverified = transfer.IsUnverified;
        // What an index lists is known by its page.
        if (transfer is { Policy: { } policy, Request.LinkedFrom: null, IsUnverified: false })
            records.Write(transfer.Request, file.Sha256, policy);
        transfer.Progress?.Report(new DownloadEvent.Finished(file.FileName, file.Size));
        return file;
    }

    /// <summary>
    /// A file of the user's, opened once, so that what is hashed is what is used: a small one is read into memory, a large one is hashed
    /// where it is. It is never moved or removed.
    /// </summary>
    private DownloadedFile OpenLocal(DownloadRequest request)
    {
        var file = SteadyFile.Open(request.Url.LocalPath);
        try
        {
            if (file.Length > DownloadSink.LargestInMemory)
            {
                using var check = new HashCheck(request);
                file.Settle();
                Read(file, check.Append);
                return new DownloadedFile(request, check.Verify([]), check.Length, file);
            }

            using var sink = new DownloadSink(cache, request);
            Read(file, sink.Append);
            file.Dispose();
            return sink.Finish([], forget: null);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Read(SteadyFile file, Action<ReadOnlySpan<byte>> append)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            long offset = 0;
            while (RandomAccess.Read(file.Handle, buffer, offset) is var count and > 0)
            {
                append(buffer.AsSpan(0, count));
                offset += count;
            }
        }
        catch (IOException e)
        {
            throw FileSystemException.From("read", file.Path, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
