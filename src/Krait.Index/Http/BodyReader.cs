namespace Krait.Index.Http;

/// <summary>
/// Reads one body and gives up when the other side falls silent, trickles, or sends more than is wanted.
/// </summary>
internal sealed class BodyReader : IDisposable
{
    private readonly HttpReply reply;
    private readonly HttpOptions options;
    private readonly NetworkCounters counters;
    private readonly CancellationToken caller;
    private readonly CancellationTokenSource silence;
    private Stream? stream;
    private long windowStart = Environment.TickCount64;
    private long windowBytes;

    public BodyReader(HttpReply reply, HttpOptions options, NetworkCounters counters, CancellationToken caller)
    {
        this.reply = reply;
        this.options = options;
        this.counters = counters;
        this.caller = caller;
        silence = CancellationTokenSource.CreateLinkedTokenSource(caller);
    }

    /// <summary>How many bytes were read.</summary>
    public long Total { get; private set; }

    /// <summary>Reads the next part; 0 at the end.</summary>
    /// <exception cref="HttpFailure">It broke, fell silent or was too slow.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        silence.CancelAfter(options.IdleTimeout);
        try
        {
            stream ??= await reply.ReadAsync(silence.Token);
            var read = await stream.ReadAsync(buffer, silence.Token);
            Total += read;
            counters.CountBytes(read);
            CheckRate(read);
            return read;
        }
        catch (OperationCanceledException e) when (!caller.IsCancellationRequested)
        {
            var seconds = options.IdleTimeout.TotalSeconds;
            throw new HttpFailure(HttpFailureKind.Timeout, $"`{reply.Url.Host}` sent nothing for {seconds:0.#} s", e);
        }
        catch (IOException e)
        {
            throw HttpFailure.From(e, reply.Url);
        }
    }

    /// <summary>Reads the whole body into memory.</summary>
    /// <exception cref="HttpFailure">It broke, or is larger than the limit.</exception>
    public async Task<PooledBytes> ReadAllAsync(long limit)
    {
        if (reply.Length > limit)
            throw TooLarge(limit);
        // One byte more than announced, so that the end is seen without growing.
        var bytes = new PooledBytes(
            (int)Math.Min(reply.Length is { } length ? length + 1 : 64 * 1024, PooledBytes.LargestShared)
        );
        try
        {
            while (true)
            {
                if (bytes.NeedsTurn)
                    await TakeTurnAsync(bytes);
                bytes.Reserve(limit);
                var read = await ReadAsync(bytes.Free);
                if (read == 0)
                    return bytes;
                bytes.Length += read;
                if (bytes.Length > limit)
                    throw TooLarge(limit);
            }
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        silence.Dispose();
        reply.EndTurn();
    }

    private async Task TakeTurnAsync(PooledBytes bytes)
    {
        // While we do not read, the other side is not silent.
        silence.CancelAfter(Timeout.InfiniteTimeSpan);
        await bytes.TakeTurnAsync(caller);
    }

    private void CheckRate(int read)
    {
        windowBytes += read;
        var elapsed = Environment.TickCount64 - windowStart;
        if (elapsed < options.RateWindow.TotalMilliseconds)
            return;
        if (read > 0 && windowBytes < options.MinimumRate * (elapsed / 1000.0))
        {
            throw new HttpFailure(
                HttpFailureKind.Timeout,
                $"`{reply.Url.Host}` sent less than {options.MinimumRate} bytes per second"
            );
        }

        windowStart += elapsed;
        windowBytes = 0;
    }

    private static HttpFailure TooLarge(long limit) =>
        new(HttpFailureKind.AnswerTooLarge, $"the response is larger than {SizeText.Of(limit)}") { IsFinal = true };
}
