using Krait.Packaging.Text;
using Krait.Server.Settings;
using Npgsql;

namespace Krait.Server.Databases;

/// <summary>
/// The database that several servers share. Work that fails since a connection broke is repeated once on another one; while the database
/// cannot be reached, everybody is told so without waiting for it.
/// </summary>
internal sealed class Database : IAsyncDisposable
{
    /// <summary>The channel of all notifications.</summary>
    public const string Channel = "krait";

    private const int Attempts = 3;
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(15);

    private readonly NpgsqlMultiHostDataSource hosts;
    private readonly NpgsqlDataSource primary;
    private readonly NpgsqlDataSource any;
    private readonly string place;
    private readonly SemaphoreSlim slots;
    private readonly Outage withoutPrimary;
    private readonly Outage withoutAny;

    /// <summary>Names a database; nothing is connected yet.</summary>
    /// <exception cref="KraitException">The password cannot be read.</exception>
    public Database(DatabaseSettings settings, TimeProvider clock)
    {
        slots = new SemaphoreSlim(settings.Connections);
        withoutPrimary = new Outage(clock);
        withoutAny = new Outage(clock);
        place = $"{settings.Name} on {string.Join(", ", settings.Hosts)}";
        var builder = new NpgsqlSlimDataSourceBuilder(ConnectionText.Of(settings));
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        hosts = builder.BuildMultiHost();
        primary = hosts.WithTargetSession(TargetSessionAttributes.Primary);
        any = hosts.WithTargetSession(TargetSessionAttributes.PreferPrimary);
    }

    /// <summary>What tells this server apart from those it shares the database with.</summary>
    public string Self { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Whether the last attempt to reach the primary succeeded.</summary>
    public bool IsUp => !withoutPrimary.IsOn;

    /// <summary>Whether a failure means that the database cannot be reached now.</summary>
    public static bool IsAway(KraitException failure) =>
        failure is ServiceAwayException { Service: SharedService.Database };

    /// <summary>Reads; from a standby where the primary is away.</summary>
    /// <exception cref="KraitException">The database cannot be reached, or has not the tables that it should have.</exception>
    public Task<T> ReadAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    ) => RunAsync(any, withoutAny, work, cancellationToken);

    /// <summary>Reads and writes. The work may be done twice: it must not matter.</summary>
    /// <exception cref="KraitException">The database cannot be reached, or has not the tables that it should have.</exception>
    public Task<T> WriteAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    ) => RunAsync(primary, withoutPrimary, work, cancellationToken);

    /// <summary>Opens a connection to the primary that its caller keeps.</summary>
    /// <exception cref="NpgsqlException">It cannot be reached.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await primary.OpenConnectionAsync(cancellationToken);
            withoutPrimary.End();
            withoutAny.End();
            return connection;
        }
        catch (Exception e) when (IsBroken(e))
        {
            withoutPrimary.Begin();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await primary.DisposeAsync();
        await any.DisposeAsync();
        await hosts.DisposeAsync();
        slots.Dispose();
    }

    private async Task<T> RunAsync<T>(
        NpgsqlDataSource source,
        Outage outage,
        Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        if (outage.IsFresh)
            throw Away(cause: null);
        // Waiting for others is not waiting for the database: it must not look as if that did not answer.
        await slots.WaitAsync(cancellationToken);
        try
        {
            return await RunNowAsync(source, outage, work, cancellationToken);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task<T> RunNowAsync<T>(
        NpgsqlDataSource source,
        Outage outage,
        Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            var isOpen = false;
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                isOpen = true;
                var result = await work(connection, cancellationToken);
                outage.End();
                return result;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable)
            {
                throw Schema.Missing(e);
            }
            catch (Exception e) when (IsBroken(e) && !cancellationToken.IsCancellationRequested)
            {
                // The pool may hold several connections that a restart of the database has broken. What took too long takes too long again.
                if (isOpen && attempt < Attempts && (e.InnerException ?? e) is not TimeoutException)
                    continue;
                outage.Begin();
                throw Away(e);
            }
        }
    }

    /// <summary>Whether it is the connection that failed, and not what was asked.</summary>
    internal static bool IsBroken(Exception exception) =>
        exception switch
        {
            PostgresException answer => answer.IsTransient
                || answer.SqlState
                    is PostgresErrorCodes.ReadOnlySqlTransaction
                        or PostgresErrorCodes.AdminShutdown
                        or PostgresErrorCodes.CrashShutdown
                        or PostgresErrorCodes.CannotConnectNow
                        or PostgresErrorCodes.InvalidCatalogName
                        or PostgresErrorCodes.InvalidPassword
                        or PostgresErrorCodes.InvalidAuthorizationSpecification,
            NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException => true,
            _ => false,
        };

    private ServiceAwayException Away(Exception? cause) =>
        new(
            SharedService.Database,
            new Diagnostic("database-unavailable", $"cannot reach the database {place}")
            {
                Notes = cause is null ? [] : [(cause.InnerException ?? cause).Message],
            },
            cause
        )
        {
            Kind = FailureKind.Unavailable,
        };

    /// <summary>
    /// A time without a connection. Who only wants to read or write does not try again for a while, since a host that is silent costs
    /// seconds; whoever listens for changes does, and ends it.
    /// </summary>
    private sealed class Outage(TimeProvider clock)
    {
        private long noted;

        public bool IsOn { get; private set; }

        public bool IsFresh => IsOn && clock.GetElapsedTime(Interlocked.Read(ref noted)) < RestAfterFailure;

        public void Begin()
        {
            Interlocked.Exchange(ref noted, clock.GetTimestamp());
            IsOn = true;
        }

        public void End() => IsOn = false;
    }
}
