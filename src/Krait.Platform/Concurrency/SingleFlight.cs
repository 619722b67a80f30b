using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Krait.Platform.Concurrency;

/// <summary>
/// One task for each key: whoever asks while it runs waits for the same result. A failure goes to everyone who waited and frees the
/// key, so that the next asker tries again. One asker who gives up does not disturb the others; when all have given up, the work is
/// cancelled.
/// </summary>
/// <param name="keepResults">Whether results stay for later askers, or only live while the work runs.</param>
/// <param name="comparer">How keys compare; null for their own equality.</param>
public sealed class SingleFlight<TKey, TValue>(bool keepResults = false, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Flight> flights = new(comparer ?? EqualityComparer<TKey>.Default);

    /// <summary>The keys that run or are kept.</summary>
    public int Count => flights.Count;

    /// <summary>Joins the work for a key, or starts it on the caller's thread.</summary>
    /// <param name="key">What the work is for.</param>
    /// <param name="work">Does the work; its token fires when nobody waits any more.</param>
    /// <param name="cancellationToken">Ends this caller's wait only.</param>
    public Task<TValue> RunAsync(
        TKey key,
        Func<TKey, CancellationToken, Task<TValue>> work,
        CancellationToken cancellationToken
    )
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<TValue>(cancellationToken);
        while (true)
        {
            if (flights.TryGetValue(key, out var running))
            {
                if (running.TryJoin())
                    return running.WaitAsync(cancellationToken);
                // Everyone had given up on it: it only waits to be removed.
                flights.TryRemove(new KeyValuePair<TKey, Flight>(key, running));
                continue;
            }

            var flight = new Flight();
            if (!flights.TryAdd(key, flight))
                continue;
            _ = FlyAsync(key, flight, work);
            return flight.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The result for a key, when it is kept and there already.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        value = default;
        return flights.TryGetValue(key, out var flight) && flight.TryRead(out value);
    }

    /// <summary>Puts a result there that was found without work, unless the key is taken.</summary>
    public bool TryAdd(TKey key, TValue value)
    {
        var flight = new Flight();
        flight.Land(value);
        return flights.TryAdd(key, flight);
    }

    /// <summary>Drops a kept result; work that runs goes on for those who wait for it.</summary>
    public void Forget(TKey key) => flights.TryRemove(key, out _);

    [SuppressMessage("Design", "CA1031", Justification = "Every failure is handed to those who wait, none is lost.")]
    private async Task FlyAsync(TKey key, Flight flight, Func<TKey, CancellationToken, Task<TValue>> work)
    {
        try
        {
            var value = await work(key, flight.Token);
            if (!keepResults)
                Remove(key, flight);
            flight.Land(value);
        }
        catch (OperationCanceledException e) when (flight.Token.IsCancellationRequested)
        {
            Remove(key, flight);
            flight.Cancel(e.CancellationToken);
        }
        catch (Exception e)
        {
            // The key is free before anyone hears of the failure, so that a retry by a waiter starts over.
            Remove(key, flight);
            flight.Crash(e);
        }
    }

    private void Remove(TKey key, Flight flight) => flights.TryRemove(new KeyValuePair<TKey, Flight>(key, flight));

    [SuppressMessage("Design", "CA1001", Justification = "A source without a timer or a wait handle holds nothing.")]
    private sealed class Flight
    {
        private readonly TaskCompletionSource<TValue> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource abandoned = new();
        private readonly Lock gate = new();
        private int waiters = 1;
        private volatile bool hasLanded;
        private TValue? value;

        public CancellationToken Token => abandoned.Token;

        /// <summary>Adds a waiter, unless the last one has gone already.</summary>
        public bool TryJoin()
        {
            lock (gate)
            {
                if (waiters == 0 && !result.Task.IsCompleted)
                    return false;
                waiters++;
                return true;
            }
        }

        public Task<TValue> WaitAsync(CancellationToken cancellationToken) =>
            result.Task.IsCompleted || !cancellationToken.CanBeCanceled
                ? result.Task
                : WaitOrLeaveAsync(cancellationToken);

        public bool TryRead([MaybeNullWhen(false)] out TValue landed)
        {
            landed = value;
            return hasLanded;
        }

        public void Land(TValue landed)
        {
            value = landed;
            hasLanded = true;
            result.TrySetResult(landed);
        }

        public void Cancel(CancellationToken token) => result.TrySetCanceled(token);

        public void Crash(Exception exception)
        {
            result.TrySetException(exception);
            // Nobody may be left to look at it; that must not count as an unobserved failure.
            _ = result.Task.Exception;
        }

        private async Task<TValue> WaitOrLeaveAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await result.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
                when (cancellationToken.IsCancellationRequested && !result.Task.IsCompleted)
            {
                if (IsLast())
                    await abandoned.CancelAsync();
                throw;
            }
        }

        private bool IsLast()
        {
            lock (gate)
                return --waiters == 0;
        }
    }
}
