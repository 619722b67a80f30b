using Krait.Platform.Concurrency;

namespace Krait.Platform.Tests.Concurrency;

public sealed class SingleFlightTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_askers_share_one_run()
    {
        var flights = new SingleFlight<string, int>();
        var started = 0;
        var gate = new TaskCompletionSource();
        var tasks = Enumerable
            .Range(0, 100)
            .Select(_ =>
                flights.RunAsync(
                    "key",
                    async (_, _) =>
                    {
                        Interlocked.Increment(ref started);
                        await gate.Task;
                        return 42;
                    },
                    Token
                )
            )
            .ToList();
        gate.SetResult();
        Assert.All(await Task.WhenAll(tasks), value => Assert.Equal(42, value));
        Assert.Equal(1, started);
        Assert.Equal(0, flights.Count);
    }

    [Fact]
    public async Task A_failure_goes_to_every_waiter_and_frees_the_key()
    {
        var flights = new SingleFlight<string, int>(keepResults: true);
        var gate = new TaskCompletionSource<int>();
        var first = flights.RunAsync("key", (_, _) => gate.Task, Token);
        var second = flights.RunAsync("key", (_, _) => gate.Task, Token);
        gate.SetException(new InvalidDataException("broken"));
        await Assert.ThrowsAsync<InvalidDataException>(() => first);
        await Assert.ThrowsAsync<InvalidDataException>(() => second);
        Assert.Equal(7, await flights.RunAsync("key", (_, _) => Task.FromResult(7), Token));
        Assert.True(flights.TryGet("key", out var kept));
        Assert.Equal(7, kept);
    }

    [Fact]
    public async Task A_waiter_that_gives_up_does_not_disturb_the_others()
    {
        var flights = new SingleFlight<string, int>();
        var gate = new TaskCompletionSource<int>();
        using var impatient = new CancellationTokenSource();
        var first = flights.RunAsync("key", (_, token) => gate.Task.WaitAsync(token), impatient.Token);
        var second = flights.RunAsync("key", (_, _) => throw new InvalidOperationException(), Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult(3);
        Assert.Equal(3, await second);
    }

    [Fact]
    public async Task Work_that_nobody_waits_for_is_cancelled_and_its_key_is_free()
    {
        var flights = new SingleFlight<string, int>();
        using var impatient = new CancellationTokenSource();
        var stopped = new TaskCompletionSource();
        var only = flights.RunAsync(
            "key",
            async (_, token) =>
            {
                await using var registration = token.Register(() => stopped.SetResult());
                await Task.Delay(Timeout.Infinite, token);
                return 0;
            },
            impatient.Token
        );
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => only);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(9, await flights.RunAsync("key", (_, _) => Task.FromResult(9), Token));
    }

    [Fact]
    public async Task Ten_thousand_runs_with_failures_and_cancellations_never_hang()
    {
        var flights = new SingleFlight<int, int>(keepResults: false);
        var answers = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Token };
        var run = Parallel.ForEachAsync(
            Enumerable.Range(0, 10_000),
            options,
            async (i, token) =>
            {
                var random = new Random(i);
                using var own = CancellationTokenSource.CreateLinkedTokenSource(token);
                if (random.Next(4) == 0)
                    own.CancelAfter(TimeSpan.FromMicroseconds(random.Next(2000)));
                try
                {
                    var value = await flights.RunAsync(
                        random.Next(20),
                        (key, t) => WorkAsync(key, random, t),
                        own.Token
                    );
                    Assert.InRange(value, 0, 19);
                }
                catch (OperationCanceledException) when (own.IsCancellationRequested)
                {
                    // Gave up as planned.
                }
                catch (InvalidDataException)
                {
                    // Failed as planned, its own work or the one that it joined.
                }

                Interlocked.Increment(ref answers);
            }
        );
        await run.WaitAsync(TimeSpan.FromSeconds(120), Token);
        Assert.Equal(10_000, answers);
        // Abandoned work may still be on its way out.
        for (var i = 0; i < 200 && flights.Count > 0; i++)
            await Task.Delay(10, Token);
        Assert.Equal(0, flights.Count);
    }

    private static async Task<int> WorkAsync(int key, Random random, CancellationToken cancellationToken)
    {
        var kind = random.Next(5);
        if (kind == 0)
            await Task.Yield();
        if (kind == 1)
            await Task.Delay(random.Next(3), cancellationToken);
        return kind == 2 ? throw new InvalidDataException() : key;
    }
}
