namespace Krait.Index.Http;

/// <summary>Fetches small things whole: sends, repeats, reads, decodes and bounds the time of each attempt.</summary>
internal sealed class HttpFetcher(HttpSender sender, HttpOptions options, Retrying retrying, NetworkCounters counters)
{
    /// <summary>Fetches and hands the answer on with its body decoded.</summary>
    /// <param name="query">What to ask for; how it may be encoded is added.</param>
    /// <param name="limit">The largest body, after decoding.</param>
    /// <param name="readAsync">Makes the result of an answer; its second argument reads the body.</param>
    /// <param name="cancellationToken">Ends it all.</param>
    /// <exception cref="Packaging.Text.KraitException">All attempts failed.</exception>
    public Task<T> FetchAsync<T>(
        HttpQuery query,
        long limit,
        Func<HttpReply, Func<Task<PooledBytes>>, Task<T>> readAsync,
        CancellationToken cancellationToken
    ) =>
        FetchEncodedAsync(
            query,
            limit,
            (reply, readEncodedAsync) =>
                readAsync(
                    reply,
                    async () =>
                    {
                        using var body = await readEncodedAsync();
                        return body.Decode();
                    }
                ),
            cancellationToken
        );

    /// <summary>Fetches and hands the answer on with its body as it came.</summary>
    /// <inheritdoc cref="FetchAsync{T}"/>
    public Task<T> FetchEncodedAsync<T>(
        HttpQuery query,
        long limit,
        Func<HttpReply, Func<Task<EncodedBody>>, Task<T>> readAsync,
        CancellationToken cancellationToken
    ) =>
        retrying.RunAsync(
            query.Url,
            (previous, token) => AttemptAsync(query, limit, readAsync, previous, token),
            cancellationToken
        );

    private async Task<T> AttemptAsync<T>(
        HttpQuery query,
        long limit,
        Func<HttpReply, Func<Task<EncodedBody>>, Task<T>> readAsync,
        HttpFailure? previous,
        CancellationToken cancellationToken
    )
    {
        if (previous is { IsProtocol: true })
            sender.Downgrade(previous.Origin ?? query.Url.Origin);
        var encoding = previous is { IsEncoding: true } ? "identity" : EncodedBody.AcceptEncoding(options.AllowsBrotli);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.PageTimeout);
        try
        {
            var encoded = query with { Headers = [.. query.Headers, ("Accept-Encoding", encoding)] };
            using var reply = await sender.SendAsync(encoded, deadline.Token);
            if (!query.ExpectedStatuses.Contains(reply.Status))
                retrying.ThrowIfTransient(reply);
            return await readAsync(reply, () => ReadAsync(reply, limit, deadline.Token));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = options.PageTimeout.TotalSeconds;
            throw new HttpFailure(HttpFailureKind.Timeout, $"the response was not complete within {seconds:0.#} s", e);
        }
    }

    private async Task<EncodedBody> ReadAsync(HttpReply reply, long limit, CancellationToken cancellationToken)
    {
        using var reader = new BodyReader(reply, options, counters, cancellationToken);
        return new EncodedBody(await reader.ReadAllAsync(limit), reply.Header("Content-Encoding"), limit);
    }
}
