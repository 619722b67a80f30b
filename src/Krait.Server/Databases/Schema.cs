using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Krait.Packaging.Text;
using Npgsql;

namespace Krait.Server.Databases;

/// <summary>The tables, and how those of an older version become those of this one.</summary>
internal static class Schema
{
    /// <summary>Any number that nothing else in a database of our own takes.</summary>
    private const long Lock = 0x6B72616974;

    /// <summary>Each makes the tables of the next version of those of the one before. What was released is never edited.</summary>
    private static readonly ImmutableArray<string> Steps =
    [
        """
            CREATE TABLE space (
                name text COLLATE "C" PRIMARY KEY,
                serial bigint NOT NULL
            );
            CREATE TABLE project (
                space text COLLATE "C" NOT NULL,
                name text COLLATE "C" NOT NULL,
                serial bigint NOT NULL,
                document text,
                etag text NOT NULL,
                last_modified text NOT NULL,
                fetched bigint NOT NULL,
                fresh_for bigint NOT NULL,
                PRIMARY KEY (space, name)
            );
            CREATE TABLE file (
                space text COLLATE "C" NOT NULL,
                project text COLLATE "C" NOT NULL,
                name text COLLATE "C" NOT NULL,
                sha256 text,
                held boolean NOT NULL,
                metadata text,
                removed bigint,
                uploaded bigint,
                PRIMARY KEY (space, project, name)
            );
            CREATE TABLE journal (
                space text COLLATE "C" NOT NULL,
                serial bigint NOT NULL,
                project text COLLATE "C" NOT NULL,
                document text,
                files jsonb NOT NULL,
                made timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (space, serial)
            );
            CREATE INDEX journal_made ON journal (made);
            CREATE TABLE token (
                id text PRIMARY KEY,
                sha256 text NOT NULL,
                scopes text NOT NULL,
                note text NOT NULL,
                created timestamptz NOT NULL,
                expires timestamptz
            );
            CREATE TABLE memo (
                key text COLLATE "C" PRIMARY KEY,
                answer bytea NOT NULL,
                absent text NOT NULL,
                made timestamptz NOT NULL DEFAULT now()
            );
            -- Who holds a lease is of no interest after a crash.
            CREATE UNLOGGED TABLE lease (
                work text PRIMARY KEY,
                holder text NOT NULL,
                expires timestamptz NOT NULL
            );
            """,
        "CREATE INDEX file_removed ON file (space, removed) WHERE removed IS NOT NULL",
    ];

    /// <summary>The version of the tables that this program works with.</summary>
    public static int Version => Steps.Length;

    /// <summary>Brings the tables to this version; one server at a time.</summary>
    /// <returns>The version that they had; 0 where there were none.</returns>
    /// <exception cref="KraitException">They are of a later version.</exception>
    public static async Task<int> MigrateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", cancellationToken);
        await ExecuteAsync(
            connection,
            "CREATE TABLE IF NOT EXISTS krait_schema (version integer NOT NULL)",
            cancellationToken
        );
        var had = await ReadVersionAsync(connection, cancellationToken) ?? 0;
        RefuseLater(had);
        foreach (var step in Steps.Skip(had))
            await ExecuteAsync(connection, step, cancellationToken);
        await ExecuteAsync(
            connection,
            string.Create(
                CultureInfo.InvariantCulture,
                $"DELETE FROM krait_schema; INSERT INTO krait_schema VALUES ({Version})"
            ),
            cancellationToken
        );
        await transaction.CommitAsync(cancellationToken);
        return had;
    }

    /// <summary>Sees to it that the tables are of this version.</summary>
    /// <exception cref="KraitException">They are not.</exception>
    public static async Task CheckAsync(Database database, CancellationToken cancellationToken)
    {
        var version = await database.ReadAsync(ReadVersionAsync, cancellationToken);
        RefuseLater(version ?? 0);
        if (version != Version)
            throw Missing(cause: null);
    }

    /// <summary>The error of tables that are missing or too old.</summary>
    public static KraitException Missing(Exception? cause) =>
        new ServiceAwayException(
            SharedService.Tables,
            new Diagnostic("database-schema", "the tables in the database are missing or out of date")
            {
                Hints = ["Run `krait-server migrate` with the same `--config`"],
            },
            cause
        )
        {
            Kind = FailureKind.Unavailable,
        };

    private static void RefuseLater(int version)
    {
        if (version <= Version)
            return;
        throw new ServiceAwayException(
            SharedService.Tables,
            new Diagnostic("database-schema", "the tables in the database were made by a later version of krait-server")
            {
                Notes = [$"this version knows tables up to version {Version}, and the database has version {version}"],
                Hints = ["Update krait-server on this machine"],
            },
            innerException: null
        )
        {
            Kind = FailureKind.Unavailable,
        };
    }

    private static async Task<int?> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT version FROM krait_schema", connection);
        return await command.ExecuteScalarAsync(cancellationToken) as int?;
    }

    [SuppressMessage("Security", "CA2100", Justification = "The texts are written above.")]
    private static async Task ExecuteAsync(
        NpgsqlConnection connection,
        string text,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
