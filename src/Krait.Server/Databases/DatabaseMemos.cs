using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Protocol.Resolving;
using Krait.Server.Resolving;
using Npgsql;
using NpgsqlTypes;

namespace Krait.Server.Databases;

/// <summary>Remembered answers in the database. None is needed: without the database, each server has its own.</summary>
internal sealed class DatabaseMemos(Database database) : IMemoStore
{
    /// <inheritdoc/>
    public async ValueTask<Memo?> TryReadAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await database.ReadAsync(
                (connection, token) => ReadAsync(connection, key, token),
                cancellationToken
            );
        }
        catch (KraitException e) when (Database.IsAway(e))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(string key, Memo memo, CancellationToken cancellationToken)
    {
        try
        {
            await database.WriteAsync(
                (connection, token) => WriteAsync(connection, key, memo, token),
                cancellationToken
            );
        }
        catch (KraitException e) when (Database.IsAway(e))
        {
            // It is worked out again.
        }
    }

    private static async Task<Memo?> ReadAsync(
        NpgsqlConnection connection,
        string key,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand("SELECT answer, absent FROM memo WHERE key = $1", connection);
        ProjectTable.Add(command.Parameters, key);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var content = await reader.GetFieldValueAsync<byte[]>(0, cancellationToken);
        if (!ResolutionAnswer.TryRead(content, out var answer, out _))
            return null;
        var absent = ImmutableArray.CreateBuilder<PackageName>();
        foreach (var name in reader.GetString(1).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (PackageName.TryParse(name, out var project, out _))
                absent.Add(project);
        }

        return new Memo(answer, absent.ToImmutable());
    }

    private static async Task<int> WriteAsync(
        NpgsqlConnection connection,
        string key,
        Memo memo,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO memo (key, answer, absent) VALUES ($1, $2, $3)
            ON CONFLICT (key) DO UPDATE SET answer = excluded.answer, absent = excluded.absent, made = now()
            """,
            connection
        );
        ProjectTable.Add(command.Parameters, key);
        command.Parameters.Add(
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = memo.Answer.ToBytes() }
        );
        ProjectTable.Add(command.Parameters, string.Join(' ', memo.Absent.Select(name => name.Value)));
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
