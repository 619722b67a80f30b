using System.Collections.Immutable;
using System.Diagnostics;
using Krait.Index.Credentials;
using Krait.Index.Downloads;
using Krait.Index.Http;
using Krait.Index.SimpleApi;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Index.Mirroring;

/// <summary>
/// What a server asks of the indexes it stands in for: whole pages as they were sent, and files that are passed on while they arrive. It keeps
/// nothing: callers do. Safe for use by several threads.
/// </summary>
public sealed class UpstreamClient : IDisposable
{
    private const string Accept =
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

    private readonly HttpOptions options;
    private readonly TimeProvider clock;
    private readonly HttpSender sender;
    private readonly HttpFetcher fetcher;
    private readonly TransferAttempts attempts;

    /// <summary>Makes a client; nothing is opened or started yet.</summary>
    public UpstreamClient(HttpOptions options, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
        sender = new HttpSender(options, new CredentialStore(options.NetrcPath), Counters);
        var retrying = new Retrying(options, Counters, clock);
        fetcher = new HttpFetcher(sender, options, retrying, Counters);
        attempts = new TransferAttempts(sender, options, retrying, Counters, clock);
    }

    /// <summary>What was asked so far.</summary>
    public NetworkCounters Counters { get; } = new();

    /// <summary>Asks an index for the page of a project.</summary>
    /// <param name="index">The address of the index.</param>
    /// <param name="project">The project.</param>
    /// <param name="known">What is known of a page that is kept; null where none is.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="KraitException">The index could not be reached, refused, or sent something that is not a page.</exception>
    public Task<UpstreamAnswer> GetPageAsync(
        SafeUrl index,
        PackageName project,
        UpstreamPolicy? known,
        CancellationToken cancellationToken
    ) => WithoutHintsAsync(() => AskAsync(index, project, known, cancellationToken));

    /// <summary>Fetches a small file whole: core metadata.</summary>
    /// <returns>The bytes, or null where the server does not have it.</returns>
    /// <exception cref="KraitException">It cannot be fetched, or is not what its hash says.</exception>
    public Task<byte[]?> GetMetadataAsync(
        SafeUrl url,
        SafeUrl index,
        FileHash? hash,
        CancellationToken cancellationToken
    ) => WithoutHintsAsync(() => FetchMetadataAsync(url, index, hash, cancellationToken));

    /// <summary>Fetches a file, and hands it on as it comes; it is whole and right when this returns.</summary>
    /// <exception cref="KraitException">It cannot be fetched, or is not the file that was expected.</exception>
    public Task TransferAsync(DownloadRequest request, ITransferTarget target, CancellationToken cancellationToken) =>
        WithoutHintsAsync(() => RunAsync(request, target, cancellationToken));

    /// <summary>Closes all connections.</summary>
    public void Dispose() => sender.Dispose();

    /// <summary>What helps whoever runs a client does not help who asks the server that runs it.</summary>
    private static async Task<T> WithoutHintsAsync<T>(Func<Task<T>> askAsync)
    {
        try
        {
            return await askAsync();
        }
        catch (KraitException e) when (e is not FileSystemException && !e.Diagnostic.Hints.IsEmpty)
        {
            throw new KraitException(e.Diagnostic with { Hints = [] }, e) { Kind = e.Kind };
        }
    }

    private async Task<UpstreamAnswer> AskAsync(
        SafeUrl index,
        PackageName project,
        UpstreamPolicy? known,
        CancellationToken cancellationToken
    )
    {
        var url = index.Below(project.Value);
        if (known is not null && await AskAsync(index, url, PolicyOf(known, url), cancellationToken) is { } answer)
            return answer;
        // A 304 that was about another page confirms nothing: the page itself is asked for.
        return await AskAsync(index, url, known: null, cancellationToken) ?? throw new UnreachableException();
    }

    private Task<byte[]?> FetchMetadataAsync(
        SafeUrl url,
        SafeUrl index,
        FileHash? hash,
        CancellationToken cancellationToken
    ) =>
        fetcher.FetchAsync<byte[]?>(
            new HttpQuery(url.WithEscapedPlus(), index),
            options.TextLimit,
            async (reply, readAsync) =>
            {
                if (reply.Status is 404 or 410)
                    return null;
                if (!reply.IsSuccess)
                    throw HttpFailure.OfStatus(reply);
                // Without a promised hash a portal's page must not pass for metadata.
                if (hash is null && reply.MediaType is "text/html")
                    return null;
                using var body = await readAsync();
                var bytes = body.Span.ToArray();
                Check(url, hash, bytes);
                return bytes;
            },
            cancellationToken
        );

    private async Task<ImmutableArray<FileHash>> RunAsync(
        DownloadRequest request,
        ITransferTarget target,
        CancellationToken cancellationToken
    )
    {
        using var sink = new StreamingSink(request, target);
        var transfer = new Transfer(request, sink, new Beginning(target));
        return sink.Finish(await attempts.RunAsync(transfer, cancellationToken));
    }

    private Task<UpstreamAnswer?> AskAsync(
        SafeUrl index,
        SafeUrl url,
        PagePolicy? known,
        CancellationToken cancellationToken
    ) =>
        fetcher.FetchAsync(
            new HttpQuery(url, index) { Headers = [("Accept", Accept), .. known?.Validators() ?? []] },
            options.PageLimit,
            (reply, readAsync) => ReadAsync(reply, url, known, readAsync),
            cancellationToken
        );

    /// <summary>Reads an answer; null when it confirms another page than the one that is known.</summary>
    private async Task<UpstreamAnswer?> ReadAsync(
        HttpReply reply,
        SafeUrl url,
        PagePolicy? known,
        Func<Task<PooledBytes>> readAsync
    )
    {
        var policy = PagePolicy.Read(reply, url, clock.GetUtcNow());
        switch (reply.Status)
        {
            case 200:
                break;
            case 304 when known is not null:
                return known.IsConfirmedBy(reply) ? new UpstreamAnswer.Unchanged(Told(known.Renew(policy))) : null;
            case 404 or 410:
                return new UpstreamAnswer.Absent();
            default:
                throw HttpFailure.OfStatus(reply);
        }

        if (!PageFormat.IsKnown(reply.MediaType))
            throw PageFormat.Unknown(url, reply);
        using var body = await readAsync();
        var isJson = PageFormat.IsJson(reply.MediaType);
        if (!isJson && !reply.HasKnownEnd && !PageFormat.HasHtmlEnd(body.Span))
            throw new HttpFailure(HttpFailureKind.DamagedAnswer, "the page was cut short");
        return new UpstreamAnswer.Found(body.Span.ToArray(), isJson, reply.Url, Told(policy));
    }

    private PagePolicy PolicyOf(UpstreamPolicy known, SafeUrl url) =>
        new()
        {
            Received = clock.GetUtcNow(),
            FreshFor = known.FreshFor,
            ETag = known.ETag,
            LastModified = known.LastModified,
            Url = url.Canonical,
        };

    private static UpstreamPolicy Told(PagePolicy policy) => new(policy.ETag, policy.LastModified, policy.FreshFor);

    private static void Check(SafeUrl url, FileHash? hash, byte[] bytes)
    {
        if (hash is null)
            return;
        using var hasher = FileHashers.Create(hash.Algorithm, hash.Digest.Length);
        hasher.Append(bytes);
        var actual = FileHash.Create(hash.Algorithm, hasher.Finish());
        if (actual.Equals(hash))
            return;
        throw new HttpFailure(HttpFailureKind.HashMismatch, "the metadata does not have the hash that the index states")
        {
            IsFinal = true,
            Notes = [$"expected {hash}", $"received {actual}"],
            Hints = [$"The index that lists `{url.FileName}` has to be corrected"],
        };
    }

    /// <summary>Tells the target when its bytes are on their way.</summary>
    private sealed class Beginning(ITransferTarget target) : IProgress<DownloadEvent>
    {
        public void Report(DownloadEvent value)
        {
            if (value is DownloadEvent.Started started)
                target.Begin(started.Size);
        }
    }
}
