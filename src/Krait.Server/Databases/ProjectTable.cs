using System.Buffers;
using System.Text;
using System.Text.Json;
using Krait.Packaging.Names;
using Krait.Server.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Krait.Server.Databases;

/// <summary>The statements about projects. Each is one round trip.</summary>
internal static class ProjectTable
{
    private const string Columns = """
        json_strip_nulls(json_build_object(
            'project', p.name, 'serial', p.serial, 'document', p.document, 'etag', p.etag,
            'last-modified', p.last_modified, 'fetched', p.fetched, 'fresh-for', p.fresh_for,
            'files', coalesce((
                SELECT json_object_agg(f.name, json_build_object(
                    'sha256', f.sha256, 'held', f.held, 'metadata', f.metadata,
                    'removed', f.removed, 'uploaded', f.uploaded))
                FROM file f WHERE f.space = p.space AND f.project = p.name), '{}')))::text
        """;

    private const string FindText = $"SELECT {Columns} FROM project p WHERE p.space = $1 AND p.name = $2";

    /// <summary>
    /// The counter of the namespace is raised first: its row is locked until the end, so that changes become visible in the order of their
    /// numbers, and nobody who reads up to a number misses one before it.
    /// </summary>
    private const string ChangeText = """
        WITH numbered AS (
            INSERT INTO space AS s (name, serial) VALUES ($1, $3 + 1)
            ON CONFLICT (name) DO UPDATE SET serial = greatest(s.serial, $3) + 1
            RETURNING serial
        ), saved AS (
            INSERT INTO project AS p (space, name, serial, document, etag, last_modified, fetched, fresh_for)
            SELECT $1, $2, numbered.serial, $4, $5, $6, $7, $8 FROM numbered
            ON CONFLICT (space, name) DO UPDATE SET
                serial = excluded.serial, document = excluded.document, etag = excluded.etag,
                last_modified = excluded.last_modified, fetched = excluded.fetched, fresh_for = excluded.fresh_for
            WHERE p.serial = $3
            RETURNING serial
        ), kept AS (
            INSERT INTO file (space, project, name, sha256, held, metadata, removed, uploaded)
            SELECT $1, $2, f.key, f.value ->> 'sha256', coalesce((f.value ->> 'held')::boolean, false),
                f.value ->> 'metadata', (f.value ->> 'removed')::bigint, (f.value ->> 'uploaded')::bigint
            FROM saved, jsonb_each($9::jsonb) AS f
            ON CONFLICT (space, project, name) DO UPDATE SET
                sha256 = excluded.sha256, held = excluded.held, metadata = excluded.metadata,
                removed = excluded.removed, uploaded = excluded.uploaded
        ), logged AS (
            INSERT INTO journal (space, serial, project, document, files)
            SELECT $1, saved.serial, $2, $4, $9::jsonb FROM saved
        )
        SELECT saved.serial, pg_notify('krait', concat_ws(' ', 'change', $10::text, $1, saved.serial, $3, $2))
        FROM saved
        """;

    private const string RenewText = """
        UPDATE project SET etag = $3, last_modified = $4, fetched = $5, fresh_for = $6 WHERE space = $1 AND name = $2
        RETURNING pg_notify('krait', concat_ws(' ', 'change', $7::text, space, serial, serial, name))::text
        """;

    /// <summary>Reads what is known of a project; null where nothing is.</summary>
    public static async Task<ProjectState?> FindAsync(
        NpgsqlConnection connection,
        string space,
        PackageName project,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(FindText, connection);
        Add(command.Parameters, space);
        Add(command.Parameters, project.Value);
        return await command.ExecuteScalarAsync(cancellationToken) is string json
            ? ProjectState.TryRead(Encoding.UTF8.GetBytes(json), out _)
            : null;
    }

    /// <summary>Stores a change.</summary>
    /// <returns>Its number; null where what is known of the project is not what it was.</returns>
    public static async Task<long?> ChangeAsync(
        NpgsqlConnection connection,
        ProjectChange change,
        bool isDurable,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        // What can be fetched again need not wait for the disk.
        if (!isDurable)
            batch.BatchCommands.Add(Relax());
        var command = new NpgsqlBatchCommand(ChangeText);
        var state = change.New;
        Add(command.Parameters, change.Space);
        Add(command.Parameters, change.Project.Value);
        Add(command.Parameters, change.Old.Serial);
        Add(command.Parameters, state.Document?.Hex);
        Add(command.Parameters, state.ETag);
        Add(command.Parameters, state.LastModified);
        Add(command.Parameters, state.Fetched.ToUnixTimeMilliseconds());
        Add(command.Parameters, (long)state.FreshFor.TotalSeconds);
        Add(command.Parameters, ChangedFiles(change.Old, state));
        Add(command.Parameters, change.Sender);
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!isDurable)
            await reader.NextResultAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.GetInt64(0) : null;
    }

    /// <summary>Notes that the upstream was asked.</summary>
    /// <returns>Whether the project is known.</returns>
    public static async Task<bool> RenewAsync(
        NpgsqlConnection connection,
        ProjectChange change,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Relax());
        var command = new NpgsqlBatchCommand(RenewText);
        Add(command.Parameters, change.Space);
        Add(command.Parameters, change.Project.Value);
        Add(command.Parameters, change.New.ETag);
        Add(command.Parameters, change.New.LastModified);
        Add(command.Parameters, change.New.Fetched.ToUnixTimeMilliseconds());
        Add(command.Parameters, (long)change.New.FreshFor.TotalSeconds);
        Add(command.Parameters, change.Sender);
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken);
    }

    /// <summary>The names of all projects of a namespace, in order.</summary>
    public static async Task<List<PackageName>> ListAsync(
        NpgsqlConnection connection,
        string space,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand("SELECT name FROM project WHERE space = $1", connection);
        Add(command.Parameters, space);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new List<PackageName>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (PackageName.TryParse(reader.GetString(0), out var project, out _))
                names.Add(project);
        }

        names.Sort();
        return names;
    }

    /// <summary>The files of a namespace that were removed at a time or later, in that order.</summary>
    public static async Task<List<RemovedFile>> ListRemovedAsync(
        NpgsqlConnection connection,
        string space,
        DateTimeOffset since,
        int most,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT project, name, sha256, removed FROM file WHERE space = $1 AND removed >= $2
            ORDER BY removed FETCH FIRST $3 ROWS WITH TIES
            """,
            connection
        );
        Add(command.Parameters, space);
        // What is kept is in milliseconds: none is left out that was removed within the one that a client names.
        Add(command.Parameters, since.ToUnixTimeMilliseconds());
        Add(command.Parameters, (long)most);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var removed = new List<RemovedFile>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!PackageName.TryParse(reader.GetString(0), out var project, out _))
                continue;
            var hex = await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2);
            var sha256 = BlobId.TryParse(hex, out var id) ? id : (BlobId?)null;
            var time = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(3));
            removed.Add(new RemovedFile(project, reader.GetString(1), sha256, time));
        }

        return RemovedFile.First(removed, removed.Count);
    }

    /// <summary>The changes of a namespace after a number, in order: which projects they are about, and their numbers.</summary>
    public static async Task<List<(PackageName Project, long Serial)>> ReadChangesAsync(
        NpgsqlConnection connection,
        string space,
        long after,
        int most,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(
            "SELECT project, serial FROM journal WHERE space = $1 AND serial > $2 ORDER BY serial LIMIT $3",
            connection
        );
        Add(command.Parameters, space);
        Add(command.Parameters, after);
        Add(command.Parameters, (long)most);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var changes = new List<(PackageName, long)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (PackageName.TryParse(reader.GetString(0), out var project, out _))
                changes.Add((project, reader.GetInt64(1)));
        }

        return changes;
    }

    /// <summary>The projects of the last changes of a namespace, the newest first, each once.</summary>
    public static async Task<List<PackageName>> ReadLastChangesAsync(
        NpgsqlConnection connection,
        string space,
        int most,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(
            "SELECT project FROM journal WHERE space = $1 ORDER BY serial DESC LIMIT $2",
            connection
        );
        Add(command.Parameters, space);
        Add(command.Parameters, (long)most);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var projects = new List<PackageName>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (PackageName.TryParse(reader.GetString(0), out var project, out _))
                projects.Add(project);
        }

        return [.. projects.Distinct()];
    }

    /// <summary>The number of the last change of a namespace; 0 where there was none.</summary>
    public static async Task<long> ReadSerialAsync(
        NpgsqlConnection connection,
        string space,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand("SELECT serial FROM space WHERE name = $1", connection);
        Add(command.Parameters, space);
        return await command.ExecuteScalarAsync(cancellationToken) as long? ?? 0;
    }

    internal static void Add(NpgsqlParameterCollection parameters, string? text) =>
        parameters.Add(
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = text is null ? DBNull.Value : text }
        );

    internal static void Add(NpgsqlParameterCollection parameters, long number) =>
        parameters.Add(new NpgsqlParameter<long> { NpgsqlDbType = NpgsqlDbType.Bigint, TypedValue = number });

    private static NpgsqlBatchCommand Relax() => new("SELECT set_config('synchronous_commit', 'off', true)");

    /// <summary>The facts about files that are new, as JSON.</summary>
    private static string ChangedFiles(ProjectState old, ProjectState changed)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, fact) in changed.Files)
            {
                if (old.Files.GetValueOrDefault(name) is { } known && known == fact)
                    continue;
                json.WriteStartObject(name);
                fact.Write(json);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
