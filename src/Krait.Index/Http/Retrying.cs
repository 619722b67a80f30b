using Krait.Packaging.Text;

namespace Krait.Index.Http;

/// <summary>Repeats what failed for a reason that may pass: with growing, randomly shortened pauses, or as long as the server asks.</summary>
internal sealed class Retrying(HttpOptions options, NetworkCounters counters, TimeProvider clock)
{
    /// <summary>Runs attempts until one succeeds.</summary>
    /// <param name="url">What is fetched, for the error.</param>
    /// <param name="attemptAsync">One attempt; gets the failure of the one before.</param>
    /// <param name="cancellationToken">Ends it all.</param>
    /// <exception cref="KraitException">The last attempt failed too; says how many there were.</exception>
    public async Task<T> RunAsync<T>(
        SafeUrl url,
        Func<HttpFailure?, CancellationToken, Task<T>> attemptAsync,
        CancellationToken cancellationToken
    )
    {
        HttpFailure? previous = null;
        var inVain = 0;
        var asked = TimeSpan.Zero;
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                return await attemptAsync(previous, cancellationToken);
            }
            catch (Exception e) when (HttpFailure.From(e, url.Host) is { } failure)
            {
                cancellationToken.ThrowIfCancellationRequested();
                inVain = failure.MadeProgress ? 0 : inVain + 1;
                asked += failure.RetryAfter ?? TimeSpan.Zero;
                var isOver = inVain > options.Retries || attempts > 10 * (options.Retries + 1);
                if (failure.IsFinal || isOver || asked > options.LongestRetryAfter)
                    throw failure.ToException(url, attempts);
                previous = failure;
            }

            counters.CountRetry();
            await Task.Delay(PauseAfter(previous, Math.Max(1, inVain)), clock, cancellationToken);
        }
    }

    /// <summary>Throws what a status means that is worth another attempt: 408, 425, 429 and all of 5xx.</summary>
    public void ThrowIfTransient(HttpReply reply)
    {
        if (reply.Status is not (408 or 425 or 429 or >= 500))
            return;
        var retryAfter = reply.RetryAfter(clock.GetUtcNow());
        var wish =
            retryAfter > options.LongestRetryAfter
                ? $", and asked to wait for {Math.Ceiling(retryAfter.Value.TotalSeconds):0} s"
                : "";
        throw new HttpFailure(HttpFailureKind.Status, $"the server returned {StatusText.Of(reply.Status)}{wish}")
        {
            Status = reply.Status,
            RetryAfter = retryAfter,
        };
    }

    private TimeSpan PauseAfter(HttpFailure failure, int count)
    {
        if (failure.RetryAfter is { } asked)
            return asked;
        // What another way of asking mends needs no pause.
        if (failure.IsEncoding || failure.IsProtocol || failure.IsImmediate)
            return TimeSpan.Zero;
        var full = options.RetryDelay * Math.Pow(2, Math.Min(count, 8) - 1);
#pragma warning disable CA5394 // chance spreads clients out; it keeps no secret
        return full * (0.5 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
    }
}
