using System.Collections.Immutable;
using System.Globalization;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Npgsql;

namespace Krait.Server.Databases;

/// <summary>
/// Hears what other servers have changed, over a connection of its own. Every few seconds, and whenever it has been cut off, it also reads
/// what it may have missed: a notification that is lost only delays.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="spaces">The projects that are remembered.</param>
/// <param name="tokens">The tokens that are remembered.</param>
/// <param name="turns">Who waits for a turn.</param>
internal sealed class ChangeListener(
    Database database,
    ImmutableArray<DatabaseProjects> spaces,
    DatabaseTokens tokens,
    DatabaseTurns turns
)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromMilliseconds(200);

    /// <summary>Listens until it is told to end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(cancellationToken);
            }
            catch (Exception e) when (e is KraitException or NpgsqlException || Database.IsBroken(e))
            {
                // It is opened again, and then reads what it has missed.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(RestAfterFailure, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        connection.Notification += (_, notification) => Hear(notification.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {Database.Channel}", connection))
            await listen.ExecuteNonQueryAsync(cancellationToken);
        while (true)
        {
            foreach (var space in spaces)
                await space.CatchUpAsync(cancellationToken);
            tokens.Forget();
            await WaitAsync(connection, cancellationToken);
        }
    }

    /// <summary>Hears notifications for some time.</summary>
    private static async Task WaitAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Interval);
        try
        {
            while (true)
                await connection.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It is time to look for what was missed.
        }
    }

    private void Hear(string payload)
    {
        var words = payload.Split(' ');
        switch (words)
        {
            case ["change", var sender, var space, var serial, var before, var name]:
                if (
                    !string.Equals(sender, database.Self, StringComparison.Ordinal)
                    && PackageName.TryParse(name, out var project, out _)
                    && long.TryParse(serial, CultureInfo.InvariantCulture, out var changedTo)
                )
                {
                    spaces
                        .FirstOrDefault(known => string.Equals(known.Space, space, StringComparison.Ordinal))
                        ?.Hear(project, changedTo, isNew: before is "0");
                }

                break;
            case ["token"]:
                tokens.Forget();
                break;
            case ["turn", ..]:
                turns.Wake(payload["turn ".Length..]);
                break;
            default:
                // From a later version.
                break;
        }
    }
}
