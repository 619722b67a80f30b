using Krait.Packaging.Text;
using Krait.Platform.Concurrency;
using Krait.Platform.Tracing;

namespace Krait.Index.Downloads;

/// <summary>Downloads, each address once: a file that was fetched for its metadata is there when it is to be installed.</summary>
internal sealed class DownloadClient(IndexClientOptions options, Downloader downloader) : IDisposable
{
    private readonly SingleFlight<string, DownloadedFile> flights = new(keepResults: true, StringComparer.Ordinal);
    private readonly SemaphoreSlim width = new(options.DownloadConcurrency);

    /// <summary>The whole file, which other callers may have, too; each disposes it, or leaves it for later.</summary>
    public async Task<DownloadedFile> GetAsync(
        DownloadRequest request,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        // A file of the user's may change between two questions.
        if (request.Url.IsFile)
            return await downloader.FetchAsync(request, forget: null, progress, cancellationToken);
        while (true)
        {
            var file = await flights.RunAsync(
                KeyOf(request),
                (_, token) => FetchAsync(request, progress, token),
                cancellationToken
            );
            if (file.TryEnter())
                return file;
            // Its last user has just given it back, and forgets it next.
            await Task.Yield();
        }
    }

    /// <summary>What is known of the file behind a URL.</summary>
    public FileRecord? Recall(DownloadRequest request) => downloader.Recall(request);

    /// <summary>Whether a file that is known may be used without asking for it.</summary>
    public bool IsFresh(FileRecord known) => options.IsOffline || known.Policy.IsFresh(options.Clock.GetUtcNow());

    /// <summary>The whole file, unless it is still the one that is known: then null.</summary>
    public async Task<DownloadedFile?> GetIfChangedAsync(
        DownloadRequest request,
        FileRecord known,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        await width.WaitAsync(cancellationToken);
        try
        {
            return await downloader.FetchIfChangedAsync(request, known, progress, cancellationToken);
        }
        finally
        {
            width.Release();
        }
    }

    /// <summary>Keeps a file that a response contained unrequested, for later callers.</summary>
    public async Task<DownloadedFile> TakeAsync(
        Http.HttpReply reply,
        DownloadRequest request,
        CancellationToken cancellationToken
    )
    {
        var file = await downloader.TakeAsync(reply, request, () => Forget(request), cancellationToken);
        if (file.TryEnter() && flights.TryAdd(KeyOf(request), file))
            return file;
        // Someone else has fetched, or is fetching, the same file.
        file.Dispose();
        return await GetAsync(request, progress: null, cancellationToken);
    }

    public void Dispose() => width.Dispose();

    private async Task<DownloadedFile> FetchAsync(
        DownloadRequest request,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        if (options.IsOffline)
        {
            throw new KraitException(
                new Diagnostic("offline", $"`{request.FileName}` is not in the cache")
                {
                    Because = ControlKind.Offline,
                    Source = request.Url.ToString(),
                    Hints = [$"Run once without {Control.Offline}"],
                }
            );
        }

        await width.WaitAsync(cancellationToken);
        using var span = Tracer.Begin("download file", request.FileName);
        try
        {
            return await downloader.FetchAsync(request, () => Forget(request), progress, cancellationToken);
        }
        finally
        {
            width.Release();
        }
    }

    /// <summary>Address and hashes: a file that was checked against some hashes says nothing to who expects others.</summary>
    private static string KeyOf(DownloadRequest request) =>
        request.Url.Canonical + '#' + string.Join(',', request.Hashes.Concat(request.Allowed));

    private void Forget(DownloadRequest request) => flights.Forget(KeyOf(request));
}
