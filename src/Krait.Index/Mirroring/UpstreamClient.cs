using System.Collections.Immutable;
using Krait.Index.Credentials;
using Krait.Index.Downloads;
using Krait.Index.Http;
using Krait.Index.SimpleApi;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

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
    private readonly Retrying retrying;
    private readonly HttpFetcher fetcher;
    private readonly TransferAttempts attempts;

    /// <summary>Makes a client; nothing is opened or started yet.</summary>
    public UpstreamClient(HttpOptions options, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
        sender = new HttpSender(options, new CredentialStore(options.NetrcPath), Counters);
        retrying = new Retrying(options, Counters, clock);
        fetcher = new HttpFetcher(sender, options, retrying, Counters);
        attempts = new TransferAttempts(sender, options, retrying, Counters, clock);
    }

    /// <summary>What was asked so far.</summary>
    public NetworkCounters Counters { get; } = new();

    /// <summary>Asks an index for the page of a project.</summary>
    /// <param name="index">The address of the index.</param>
    /// <param name="project">The project.</param>
    /// <param name="known">What is known of the page.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="KraitException">The index could not be reached, refused, or sent what is no page.</exception>
    public Task<UpstreamAnswer> GetPageAsync(
        SafeUrl index,
        PackageName project,
        UpstreamValidators known,
        CancellationToken cancellationToken
    )
    {
        var url = index.Below(project.Value);
        var headers = new List<(string, string)> { ("Accept", Accept) };
        if (known.ETag.Length > 0)
            headers.Add(("If-None-Match", known.ETag));
        if (known.LastModified.Length > 0)
            headers.Add(("If-Modified-Since", known.LastModified));
        return fetcher.FetchAsync(
            new HttpQuery(url, index) { Headers = headers },
            options.PageLimit,
            (reply, readAsync) => ReadAsync(reply, url, known, readAsync),
            cancellationToken
        );
    }

    /// <summary>Fetches a small file whole: core metadata.</summary>
    /// <returns>The bytes, or null where the server does not have it.</returns>
    /// <exception cref="KraitException">It cannot be fetched, or is not what its hash says.</exception>
    public Task<byte[]?> GetMetadataAsync(
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
                    throw Unexpected(reply);
                using var body = await readAsync();
                var bytes = body.Span.ToArray();
                Check(url, hash, bytes);
                return bytes;
            },
            cancellationToken
        );

    /// <summary>Fetches a file, and hands it on as it comes; it is whole and right when this returns.</summary>
    /// <returns>The hashes of the whole file, SHA-256 first.</returns>
    /// <exception cref="KraitException">It cannot be fetched, or is not the file that was expected.</exception>
    public async Task<ImmutableArray<FileHash>> TransferAsync(
        DownloadRequest request,
        ITransferTarget target,
        CancellationToken cancellationToken
    )
    {
        using var sink = new StreamingSink(request, target);
        var transfer = new Transfer(request, sink, new Beginning(target));
        var notes = await retrying.RunAsync(
            request.Url,
            (previous, token) => attempts.AttemptAsync(transfer, previous, token),
            cancellationToken
        );
        return sink.Finish(notes);
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose() => sender.Dispose();

    private async Task<UpstreamAnswer> ReadAsync(
        HttpReply reply,
        SafeUrl url,
        UpstreamValidators known,
        Func<Task<PooledBytes>> readAsync
    )
    {
        var policy = PagePolicy.Read(reply, url, clock.GetUtcNow());
        switch (reply.Status)
        {
            case 200:
                break;
            case 304 when known != UpstreamValidators.None:
                return new UpstreamAnswer.Unchanged(policy.FreshFor);
            case 404 or 410:
                return new UpstreamAnswer.Absent();
            default:
                throw Unexpected(reply);
        }

        if (!PageFormat.IsKnown(reply.MediaType))
            throw PageFormat.Unknown(url, reply);
        using var body = await readAsync();
        var isJson = PageFormat.IsJson(reply.MediaType);
        if (!isJson && !reply.HasKnownEnd && !PageFormat.HasHtmlEnd(body.Span))
            throw new HttpFailure("answer-damaged", "the page was cut short");
        var validators = new UpstreamValidators(policy.ETag, policy.LastModified);
        return new UpstreamAnswer.Found(
            body.Span.ToArray(),
            isJson,
            reply.Url,
            validators,
            policy.FreshFor,
            policy.Serial
        );
    }

    private static void Check(SafeUrl url, FileHash? hash, byte[] bytes)
    {
        if (hash is null)
            return;
        using var hasher = FileHashers.Create(hash.Algorithm, hash.Digest.Length);
        hasher.Append(bytes);
        var actual = FileHash.Create(hash.Algorithm, hasher.Finish());
        if (actual.Equals(hash))
            return;
        throw new HttpFailure("hash-mismatch", "the metadata does not have the hash that the index states")
        {
            IsFinal = true,
            Notes = [$"expected {hash}", $"received {actual}"],
            Hints = [$"The index that lists `{url.FileName}` has to be corrected"],
        };
    }

    private static HttpFailure Unexpected(HttpReply reply) =>
        new("http-status", $"the server returned {StatusText.Of(reply.Status)}")
        {
            IsFinal = true,
            Status = reply.Status,
        };

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
