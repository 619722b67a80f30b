using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;
using Krait.Server.Storage;
using Npgsql;

namespace Krait.Server.Databases;

/// <summary>
/// Turns as rows that expire: a server that is killed in the middle of its turn holds up the others for some seconds. Whoever has waited too
/// long works without a turn: doing something twice is better than letting a client wait for ever.
/// </summary>
internal sealed class DatabaseTurns(Database database, TimeProvider clock) : ITurns
{
    private const string TakeText = """
        INSERT INTO lease AS l (work, holder, expires) VALUES ($1, $2, now() + interval '12 seconds')
        ON CONFLICT (work) DO UPDATE SET holder = excluded.holder, expires = excluded.expires WHERE l.expires < now()
        """;

    private const string RenewText =
        "UPDATE lease SET expires = now() + interval '12 seconds' WHERE work = $1 AND holder = $2";

    private const string EndText = """
        WITH ended AS (DELETE FROM lease WHERE work = $1 AND holder = $2 RETURNING work)
        SELECT pg_notify('krait', 'turn ' || work) FROM ended
        """;

    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LookAfter = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = new(StringComparer.Ordinal);
    private long taken;

    /// <summary>How long somebody waits for others. A client gives up after 15 seconds without a byte.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable?> TakeAsync(
        string work,
        Func<CancellationToken, ValueTask<bool>> isDone,
        CancellationToken cancellationToken
    )
    {
        var holder = $"{database.Self} {Interlocked.Increment(ref taken)}";
        var since = clock.GetTimestamp();
        try
        {
            while (clock.GetElapsedTime(since) < Patience)
            {
                // Who ends a turn from here on wakes this.
                var ended = waiting.GetOrAdd(
                    work,
                    _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
                );
                if (await ExecuteAsync(TakeText, work, holder, cancellationToken) > 0)
                    return await UseAsync(new Turn(this, work, holder), isDone, cancellationToken);
                if (await isDone(cancellationToken))
                    return null;
                await Task.WhenAny(ended.Task, Task.Delay(LookAfter, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }

            return new Turn(this, work, holder: null);
        }
        finally
        {
            waiting.TryRemove(work, out _);
        }
    }

    /// <summary>Notes that somebody's turn has ended.</summary>
    public void Wake(string work)
    {
        if (waiting.TryRemove(work, out var ended))
            ended.TrySetResult();
    }

    private static async ValueTask<IAsyncDisposable?> UseAsync(
        Turn turn,
        Func<CancellationToken, ValueTask<bool>> isDone,
        CancellationToken cancellationToken
    )
    {
        var isNeeded = false;
        try
        {
            isNeeded = !await isDone(cancellationToken);
        }
        finally
        {
            if (!isNeeded)
                await turn.DisposeAsync();
        }

        return isNeeded ? turn : null;
    }

    [SuppressMessage("Security", "CA2100", Justification = "The texts are the constants above.")]
    private Task<int> ExecuteAsync(string text, string work, string holder, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(text, connection);
                ProjectTable.Add(command.Parameters, work);
                ProjectTable.Add(command.Parameters, holder);
                return await command.ExecuteNonQueryAsync(token);
            },
            cancellationToken
        );

    /// <summary>A turn that is renewed until it ends; without a holder, that of somebody who does not wait for others.</summary>
    private sealed class Turn : IAsyncDisposable
    {
        private readonly DatabaseTurns turns;
        private readonly string work;
        private readonly string? holder;
        private readonly CancellationTokenSource ending = new();
        private readonly Task renewing;

        public Turn(DatabaseTurns turns, string work, string? holder)
        {
            (this.turns, this.work, this.holder) = (turns, work, holder);
            renewing = holder is null ? Task.CompletedTask : RenewAsync(holder);
        }

        public async ValueTask DisposeAsync()
        {
            await ending.CancelAsync();
            await renewing;
            ending.Dispose();
            if (holder is null)
                return;
            using var limit = new CancellationTokenSource(RenewAfter);
            try
            {
                await turns.ExecuteAsync(EndText, work, holder, limit.Token);
            }
            catch (Exception e) when (e is KraitException or OperationCanceledException)
            {
                // It expires.
            }
        }

        private async Task RenewAsync(string name)
        {
            while (true)
            {
                await Task.Delay(RenewAfter, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (ending.IsCancellationRequested)
                    return;
                try
                {
                    await turns.ExecuteAsync(RenewText, work, name, ending.Token);
                }
                catch (Exception e) when (e is KraitException or OperationCanceledException)
                {
                    // It is tried again, or has ended.
                }
            }
        }
    }
}
