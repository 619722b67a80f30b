namespace Krait.Index.Http;

/// <summary>
/// Reads one body and gives up when the other side falls silent, trickles, or sends more than is wanted.
/// </summary>
internal sealed class BodyReader : IDisposable
{
    private readonly HttpReply _reply;
    private readonly HttpOptions _options;
    private readonly NetworkCounters _counters;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _silence;
    private Stream? _stream;
    private long _windowStart = Environment.TickCount64;
    private long _windowBytes;

    public BodyReader(HttpReply reply, HttpOptions options, NetworkCounters counters, CancellationToken caller)
    {
        _reply = reply;
        _options = options;
        _counters = counters;
        _caller = caller;
        _silence = CancellationTokenSource.CreateLinkedTokenSource(caller);
    }

    /// <summary>How many bytes were read.</summary>
    public long Total { get; private set; }

    /// <summary>Reads the next part; 0 at the end.</summary>
    /// <exception cref="HttpFailure">It broke, fell silent or was too slow.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        _silence.CancelAfter(_options.IdleTimeout);
        try
        {
            _stream ??= await _reply.ReadAsync(_silence.Token);
            var read = await _stream.ReadAsync(buffer, _silence.Token);
            Total += read;
            _counters.CountBytes(read);
            CheckRate(read);
            return read;
        }
        catch (OperationCanceledException e) when (!_caller.IsCancellationRequested)
        {
            var seconds = _options.IdleTimeout.TotalSeconds;
            throw new HttpFailure("network-timeout", $"`{_reply.Url.Host}` sent nothing for {seconds:0.#} s", e);
        }
        catch (IOException e)
        {
            throw HttpFailure.From(e, _reply.Url);
        }
    }

    /// <summary>Reads the whole body into memory.</summary>
    /// <exception cref="HttpFailure">It broke, or is larger than the limit.</exception>
    public async Task<PooledBytes> ReadAllAsync(long limit)
    {
        if (_reply.Length > limit)
            throw TooLarge(limit);
        // One byte more than announced, so that the end is seen without growing.
        var bytes = new PooledBytes(
            (int)Math.Min(_reply.Length is { } length ? length + 1 : 64 * 1024, 64 * 1024 * 1024)
        );
        try
        {
            while (true)
            {
                bytes.Reserve();
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

    public void Dispose() => _silence.Dispose();

    private void CheckRate(int read)
    {
        _windowBytes += read;
        var elapsed = Environment.TickCount64 - _windowStart;
        if (elapsed < _options.RateWindow.TotalMilliseconds)
            return;
        if (read > 0 && _windowBytes < _options.MinimumRate * (elapsed / 1000.0))
        {
            throw new HttpFailure(
                "network-timeout",
                $"`{_reply.Url.Host}` sent less than {_options.MinimumRate} bytes a second"
            );
        }
        _windowStart += elapsed;
        _windowBytes = 0;
    }

    private static HttpFailure TooLarge(long limit) =>
        new("answer-too-large", $"the answer is larger than {limit} bytes") { IsFinal = true };
}
