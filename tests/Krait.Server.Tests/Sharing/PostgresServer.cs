using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Krait.Server.Databases;
using Krait.Server.Settings;
using Npgsql;

namespace Krait.Server.Tests.Sharing;

/// <summary>A PostgreSQL of our own in a temporary directory, with a user who may do nothing else on this machine.</summary>
internal sealed class PostgresServer : IDisposable
{
    private const string Template = "krait_template";

    private static readonly string? Programs = Directory.Exists("/usr/lib/postgresql")
        ? Directory
            .GetDirectories("/usr/lib/postgresql")
            .Select(path => Path.Join(path, "bin"))
            .Where(path => File.Exists(Path.Join(path, "postgres")))
            .Order(StringComparer.Ordinal)
            .LastOrDefault()
        : null;

    private static readonly ImmutableArray<string> User = Environment.UserName is "root"
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        : [];

    private static readonly Lock Gate = new();
    private static Task<PostgresServer>? common;

    private readonly string folder = Directory.CreateTempSubdirectory("krait-postgres-").FullName;
    private readonly int port = FreePort();
    private Daemon? running;
    private readonly ConcurrentBag<DatabaseSettings> free = [];
    private bool isCommon;
    private int databases;

    private PostgresServer() { }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Why there is none; null where there can be one.</summary>
    public static string? Reason => Programs is null ? "PostgreSQL is not installed" : null;

    /// <summary>The one for tests that leave it alone.</summary>
    public static Task<PostgresServer> CommonAsync()
    {
        lock (Gate)
            return common ??= StartNewAsync(isCommon: true);
    }

    /// <summary>Makes and starts one.</summary>
    /// <param name="isCommon">Whether nobody disposes it: then it is removed when the tests end.</param>
    public static async Task<PostgresServer> StartNewAsync(bool isCommon = false)
    {
        var server = await CreateAsync();
        server.isCommon = isCommon;
        await RunAsync([
            .. User,
            Path.Join(Programs, "initdb"),
            "-D",
            server.DataPath,
            "-U",
            "krait",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        await server.StartAsync();
        await server.ExecuteAsync("postgres", $"CREATE DATABASE {Template}");
        await using (var database = new Database(server.SettingsOf(Template), TimeProvider.System))
            await database.WriteAsync(Schema.MigrateAsync, Token);
        return server;
    }

    /// <summary>Starts another one that follows this one, and from now on lets commits wait for it.</summary>
    public async Task<PostgresServer> StartStandbyAsync()
    {
        var standby = await CreateAsync();
        await RunAsync([
            .. User,
            Path.Join(Programs, "pg_basebackup"),
            "-D",
            standby.DataPath,
            "-R",
            "-c",
            "fast",
            "-d",
            $"host=127.0.0.1 port={port} user=krait application_name=standby",
        ]);
        await standby.StartAsync();
        await ExecuteAsync("postgres", "ALTER SYSTEM SET synchronous_commit = 'remote_apply'");
        await ExecuteAsync("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
        await ExecuteAsync("postgres", "SELECT pg_reload_conf()");
        return standby;
    }

    /// <summary>Makes a standby the primary.</summary>
    public Task PromoteAsync() => ExecuteAsync("postgres", "SELECT pg_promote()");

    /// <summary>Starts it, or starts it again.</summary>
    public async Task StartAsync()
    {
        running = new Daemon(
            "QUIT",
            isCommon ? folder : null,
            [
                .. User,
                Path.Join(Programs, "postgres"),
                "-D",
                DataPath,
                "-p",
                port.ToString(CultureInfo.InvariantCulture),
                "-k",
                folder,
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "fsync=off",
                "-c",
                "max_connections=200",
            ]
        );
        for (var i = 0; ; i++)
        {
            try
            {
                await ExecuteAsync("postgres", "SELECT 1");
                return;
            }
            catch (NpgsqlException) when (i < 200)
            {
                await Task.Delay(50, Token);
            }
        }
    }

    /// <summary>Stops it at once, as if it had crashed.</summary>
    public void Stop()
    {
        running?.Dispose();
        running = null;
    }

    /// <summary>A database with our tables, and nothing in them.</summary>
    public async Task<DatabaseSettings> TakeDatabaseAsync()
    {
        if (!free.TryTake(out var used))
            return await CreateDatabaseAsync();
        await ExecuteAsync(
            used.Name,
            "DELETE FROM space; DELETE FROM project; DELETE FROM file; DELETE FROM journal; "
                + "DELETE FROM token; DELETE FROM memo; DELETE FROM lease"
        );
        return used;
    }

    /// <summary>Gives one back that nobody uses any more.</summary>
    public void Return(DatabaseSettings database) => free.Add(database);

    private async Task<DatabaseSettings> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref databases)}");
        for (var i = 0; ; i++)
        {
            try
            {
                await ExecuteAsync("postgres", $"CREATE DATABASE {name} TEMPLATE {Template}");
                return SettingsOf(name);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.ObjectInUse && i < 100)
            {
                await Task.Delay(50, Token);
            }
        }
    }

    /// <summary>How a server is told of a database.</summary>
    public DatabaseSettings SettingsOf(string name) =>
        new()
        {
            Hosts = [string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}")],
            Name = name,
            Tls = DatabaseTls.Off,
        };

    /// <summary>Runs a statement, and gives back the first value of its answer.</summary>
    public async Task<object?> ExecuteAsync(string database, string text)
    {
        await using var source = NpgsqlDataSource.Create(
            $"Host=127.0.0.1;Port={port};Database={database};Username=krait;Pooling=false;SSL Mode=Disable;Timeout=60;Command Timeout=120"
        );
        await using var command = source.CreateCommand(text);
        return await command.ExecuteScalarAsync(Token);
    }

    public void Dispose()
    {
        Stop();
        Directory.Delete(folder, recursive: true);
    }

    private string DataPath => Path.Join(folder, "data");

    private static async Task<PostgresServer> CreateAsync()
    {
        var server = new PostgresServer();
        File.SetUnixFileMode(
            server.folder,
            (UnixFileMode)0b111_101_101 // its own user must get in
        );
        await RunAsync("mkdir", "-m", "700", server.DataPath);
        if (User.Length > 0)
            await RunAsync("chown", "-R", "postgres:postgres", server.folder);
        return server;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(
            new ProcessStartInfo(command[0], command[1..])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!; // it is a new process
        var errors = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, errors);
    }
}
