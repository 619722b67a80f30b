using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Krait.Index.Credentials;
using Krait.Index.Downloads;
using Krait.Index.Http;
using Krait.Index.Metadata;
using Krait.Index.Services;
using Krait.Index.SimpleApi;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Caching;

namespace Krait.Index;

/// <summary>
/// Everything that a run asks of package indexes: pages, core metadata, files. What several callers want at one time is fetched once, what
/// was fetched in this run is not fetched again, and what is cached needs no network. Safe for use by several threads.
/// </summary>
public sealed class IndexClient : IAsyncDisposable
{
    private readonly IndexClientOptions options;
    private readonly HttpSender sender;
    private readonly PageFetcher pageFetcher;
    private readonly ServiceClient services;
    private readonly PageClient pages;
    private readonly DownloadClient downloads;
    private readonly MetadataClient metadata;
    private readonly TextFetcher texts;
    private readonly BackgroundWork background = new();
    private readonly ConcurrentDictionary<string, bool> lostServices = new(StringComparer.Ordinal);

    /// <summary>Makes a client; nothing is opened or started yet.</summary>
    /// <exception cref="KraitException">An option cannot be used (unusable input).</exception>
    public IndexClient(IndexClientOptions options, CacheFolder cache)
    {
        options.Check();
        this.options = options;
        Credentials = new CredentialStore(options.Http.NetrcPath);
        sender = new HttpSender(options.Http, Credentials, Counters);
        var retrying = new Retrying(options.Http, Counters, options.Clock);
        var fetcher = new HttpFetcher(sender, options.Http, retrying, Counters);
        texts = new TextFetcher(options, fetcher);
        services = new ServiceClient(sender, options.Http, Counters);
        pageFetcher = new PageFetcher(fetcher, options.Http, options.Clock);
        pages = new PageClient(
            options,
            new PageStore(cache, Counters),
            pageFetcher,
            new LinkReader(fetcher, options.Http),
            Counters,
            background
        );
        downloads = new DownloadClient(
            options,
            new Downloader(sender, options.Http, retrying, Counters, cache, options.Clock)
        );
        var ranges = new RangeReader(sender, options.Http, retrying, Counters, downloads);
        metadata = new MetadataClient(
            options,
            new MetadataStore(cache, Counters),
            new MetadataFetcher(fetcher, options.ReadsParts ? ranges : null, downloads),
            background
        );
    }

    /// <summary>What was asked so far.</summary>
    public NetworkCounters Counters { get; } = new();

    /// <summary>Whether nobody is asked anything.</summary>
    public bool IsOffline => options.IsOffline;

    /// <summary>Credentials beyond those in the URLs of indexes and in netrc.</summary>
    public CredentialStore Credentials { get; }

    /// <summary>
    /// Loads what HTTP and TLS need and connects to hosts, on another thread: to be called as soon as it is clear which projects will be
    /// asked about. Never waits and never fails, and does nothing when their pages are at hand: a run that the cache can answer
    /// touches no network.
    /// </summary>
    public void Warm(IEnumerable<IndexLocation> locations, IEnumerable<PackageName> projects)
    {
        if (options.IsOffline || !options.Prewarms)
            return;
        var remote = locations.Where(location => !location.Url.IsFile).ToList();
        if (remote.Count == 0 || projects.All(project => remote.Exists(l => TryGetFreshPage(l, project, out _))))
            return;
        sender.Warm([.. remote.Select(location => location.Url)]);
    }

    /// <summary>The answer about a project that needs no question, found without a task and without another thread.</summary>
    public bool TryGetFreshPage(
        IndexLocation location,
        PackageName project,
        [NotNullWhen(true)] out PageResponse? response
    )
    {
        Register(location);
        return pages.TryGetFresh(location, project, out response);
    }

    /// <summary>What an index said about a project the last time, which may be outdated: for guesses only. Asks nobody.</summary>
    public bool TryRecallPage(IndexLocation location, PackageName project, [NotNullWhen(true)] out ProjectPage? page) =>
        pages.TryRecall(location, project, out page);

    /// <summary>
    /// Notes that only one version of a project can be chosen: a cached page that lists it is used at any age, unless the options say otherwise.
    /// </summary>
    public void Settle(PackageName project, Version version) => pages.Settle(project, version);

    /// <summary>Asks an index again, by one conditional request, whatever is in the cache: for what may have been withdrawn.</summary>
    /// <exception cref="KraitException">The index could not be reached, or its answer could not be read.</exception>
    public Task<PageResponse> AskAgainAsync(
        IndexLocation location,
        PackageName project,
        CancellationToken cancellationToken
    )
    {
        Register(location);
        return pages.AskAgainAsync(location, project, cancellationToken);
    }

    /// <summary>What an index says about a project.</summary>
    /// <exception cref="KraitException">The index could not be reached, or its answer could not be read.</exception>
    public Task<PageResponse> GetPageAsync(
        IndexLocation location,
        PackageName project,
        CancellationToken cancellationToken
    )
    {
        Register(location);
        return pages.GetAsync(location, project, cancellationToken);
    }

    /// <summary>Shows the pages that arrive in the JSON form to somebody.</summary>
    public void Watch(PageObserver observer) => pageFetcher.Arrived += observer;

    /// <summary>Shows no more pages to somebody.</summary>
    public void Unwatch(PageObserver observer) => pageFetcher.Arrived -= observer;

    /// <summary>Whether a service of an index failed in this run, so that it is not asked again.</summary>
    public bool HasLostService(IndexLocation location) => lostServices.ContainsKey(location.SourceKey);

    /// <summary>Notes that a service of an index failed.</summary>
    public void LoseService(IndexLocation location) => lostServices[location.SourceKey] = true;

    /// <summary>Takes what an index sent of a project by another way than its page; what is at hand already stays.</summary>
    /// <returns>Whether it was taken: an index that says something else in its page is not believed.</returns>
    public bool Supply(IndexLocation location, SuppliedProject project)
    {
        if (!pages.Supply(location, project))
            return false;
        metadata.Supply(location, project);
        return true;
    }

    /// <summary>Sends a request to a service of an index, once, and hands on what it answers as it arrives.</summary>
    /// <param name="request">The request.</param>
    /// <param name="received">Takes the parts of an answer of the wanted type; answers false when it wants no more.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The status; 200 for an answer of the wanted type, and 0 for one of another type.</returns>
    /// <exception cref="KraitException">The service could not be reached, or its answer broke off.</exception>
    public Task<int> AskServiceAsync(
        ServiceRequest request,
        Func<ReadOnlyMemory<byte>, bool> received,
        CancellationToken cancellationToken
    ) => services.AskAsync(request, received, cancellationToken);

    /// <summary>The core metadata of a file, when it is at hand, found without a task and without another thread.</summary>
    public bool TryGetCachedMetadata(
        IndexFile file,
        IndexLocation location,
        [NotNullWhen(true)] out MetadataResponse? response
    ) => metadata.TryGetCached(location, file, out response);

    /// <summary>The core metadata of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="location">The index whose page lists it.</param>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    /// <exception cref="KraitException">The network failed, or the metadata is not what the index promises.</exception>
    public Task<MetadataResponse> GetMetadataAsync(
        IndexFile file,
        IndexLocation location,
        CancellationToken cancellationToken
    ) => metadata.GetAsync(file, location, cancellationToken);

    /// <summary>The whole METADATA of a file, including what no resolver reads; null if no index has it. It is fetched on every call.</summary>
    /// <param name="file">The file.</param>
    /// <param name="location">The index whose page lists it.</param>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    /// <exception cref="KraitException">The network failed, or the metadata is not what the index promises.</exception>
    public Task<byte[]?> ReadMetadataFileAsync(
        IndexFile file,
        IndexLocation location,
        CancellationToken cancellationToken
    ) => metadata.ReadWholeAsync(file, location, cancellationToken);

    /// <summary>Removes the core metadata of a file from the cache: it proved to be wrong.</summary>
    public void ForgetMetadata(IndexFile file, IndexLocation location) => metadata.Forget(location, file);

    /// <summary>Whether what is cached of a project may be used without asking.</summary>
    public Freshness FreshnessOf(PackageName project) => options.FreshnessOf(project);

    /// <summary>Fetches a whole file and checks its hashes. The caller disposes it when it has done with it.</summary>
    /// <exception cref="KraitException">It cannot be fetched, or is not the file that was expected.</exception>
    public async Task<DownloadedFile> DownloadAsync(
        DownloadRequest request,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await downloads.GetAsync(request, progress, cancellationToken);
        }
        catch (KraitException missing) when (missing.Kind is FailureKind.NotFound && request.Mirror is not null)
        {
            if (await FindAtMirrorAsync(request, request.Mirror, cancellationToken) is not { } moved)
                throw;
            return await downloads.GetAsync(moved, progress, cancellationToken);
        }
    }

    /// <summary>The same file where the page of a mirror has it: its name says which it is, and its digest whether it is right.</summary>
    private async Task<DownloadRequest?> FindAtMirrorAsync(
        DownloadRequest request,
        ProjectMirror mirror,
        CancellationToken cancellationToken
    )
    {
        if (
            await GetPageAsync(mirror.Index, mirror.Project, cancellationToken)
            is not PageResponse.Found { Page: var page }
        )
        {
            return null;
        }

        for (var i = 0; i < page.FileCount; i++)
        {
            var file = page.FileAt(i);
            if (string.Equals(file.FileName, request.FileName, StringComparison.Ordinal))
                return request with { Url = IndexUrls.Of(file), LinkedFrom = mirror.Index.Url, Mirror = null };
        }

        return null;
    }

    /// <summary>Fetches a file of an index page and checks its hashes. The caller disposes it when it has done with it.</summary>
    /// <exception cref="KraitException">It cannot be fetched, or is not the file that was expected.</exception>
    public Task<DownloadedFile> DownloadAsync(
        IndexFile file,
        IndexLocation location,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    ) => DownloadAsync(DownloadRequest.For(file, location), progress, cancellationToken);

    /// <summary>Fetches a text that the user names by URL, a requirements or lock file.</summary>
    /// <exception cref="KraitException">It cannot be fetched, or is too large.</exception>
    public Task<byte[]> ReadTextAsync(SafeUrl url, CancellationToken cancellationToken) =>
        texts.ReadAsync(url, cancellationToken);

    /// <summary>What is known of a file that was fetched from this URL before; null where nothing is.</summary>
    public FileRecord? RecallFile(DownloadRequest request) => downloads.Recall(request);

    /// <summary>Whether a known file may be used without asking the server.</summary>
    public bool IsFresh(FileRecord known) => downloads.IsFresh(known);

    /// <summary>Fetches a file whose earlier content is known; null when the server confirms that it has not changed.</summary>
    /// <exception cref="KraitException">It cannot be fetched, or is not the file that was expected.</exception>
    public Task<DownloadedFile?> DownloadIfChangedAsync(
        DownloadRequest request,
        FileRecord known,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    ) => downloads.GetIfChangedAsync(request, known, progress, cancellationToken);

    /// <summary>Whether the certificate of a host is not verified because the user exempted it.</summary>
    public bool IsUnverified(SafeUrl url) => sender.IsUnverified(url);

    /// <summary>Waits until everything that was fetched is in the cache.</summary>
    public Task FlushAsync() => background.WaitAsync();

    private void Register(IndexLocation location)
    {
        if (location.Authentication is not AuthenticationPolicy.Auto)
            Credentials.SetPolicy(location.Url, location.Authentication);
    }

    /// <summary>Finishes writing to the cache, and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await background.WaitAsync();
        downloads.Dispose();
        metadata.Dispose();
        pages.Dispose();
        sender.Dispose();
    }
}
