using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Server.Access;
using Npgsql;
using NpgsqlTypes;

namespace Krait.Server.Databases;

/// <summary>The tokens in the database. They are remembered: while it is away, those that were known count.</summary>
internal sealed class DatabaseTokens(Database database) : ITokenStore
{
    private const string NotifyText = "SELECT pg_notify('krait', 'token')";

    private ImmutableDictionary<string, Token>? known;
    private int version;
    private int readVersion = -1;

    /// <inheritdoc/>
    public async ValueTask<ImmutableDictionary<string, Token>> ReadAsync(CancellationToken cancellationToken)
    {
        var current = Volatile.Read(ref version);
        if (known is { } tokens && Volatile.Read(ref readVersion) == current)
            return tokens;
        try
        {
            var read = await database.ReadAsync(SelectAsync, cancellationToken);
            known = read;
            Volatile.Write(ref readVersion, current);
            return read;
        }
        catch (KraitException e) when (Database.IsAway(e) && known is not null)
        {
            return known;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Token?> FindAsync(string text, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tokens = await ReadAsync(cancellationToken);
        if (Token.TryRead(text, out var id, out _) && !tokens.ContainsKey(id))
        {
            // It may have been made a moment ago.
            Forget();
            tokens = await ReadAsync(cancellationToken);
        }

        return Token.Find(tokens, text, now);
    }

    /// <summary>Notes that they may have changed.</summary>
    public void Forget() => Interlocked.Increment(ref version);

    /// <inheritdoc/>
    public async ValueTask AddAsync(Token token, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            async (connection, stop) =>
            {
                await using var batch = new NpgsqlBatch(connection);
                var insert = new NpgsqlBatchCommand(
                    """
                    INSERT INTO token (id, sha256, scopes, note, created, expires) VALUES ($1, $2, $3, $4, $5, $6)
                    ON CONFLICT (id) DO NOTHING
                    """
                );
                ProjectTable.Add(insert.Parameters, token.Id);
                ProjectTable.Add(insert.Parameters, token.Digest);
                ProjectTable.Add(insert.Parameters, string.Join(' ', token.Scopes));
                ProjectTable.Add(insert.Parameters, token.Note);
                AddTime(insert.Parameters, token.Created);
                AddTime(insert.Parameters, token.Expires);
                batch.BatchCommands.Add(insert);
                batch.BatchCommands.Add(new NpgsqlBatchCommand(NotifyText));
                return await batch.ExecuteNonQueryAsync(stop);
            },
            cancellationToken
        );
        Forget();
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        var removed = await database.WriteAsync(
            async (connection, stop) =>
            {
                await using var batch = new NpgsqlBatch(connection);
                var delete = new NpgsqlBatchCommand("DELETE FROM token WHERE id = $1");
                ProjectTable.Add(delete.Parameters, id);
                batch.BatchCommands.Add(delete);
                batch.BatchCommands.Add(new NpgsqlBatchCommand(NotifyText));
                await batch.ExecuteNonQueryAsync(stop);
                return delete.RecordsAffected;
            },
            cancellationToken
        );
        Forget();
        return removed > 0;
    }

    private static void AddTime(NpgsqlParameterCollection parameters, DateTimeOffset? time) =>
        parameters.Add(
            new NpgsqlParameter
            {
                NpgsqlDbType = NpgsqlDbType.TimestampTz,
                Value = time is { } known ? known.UtcDateTime : DBNull.Value,
            }
        );

    private static async Task<ImmutableDictionary<string, Token>> SelectAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(
            "SELECT id, sha256, scopes, note, created, expires FROM token",
            connection
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tokens = ImmutableDictionary.CreateBuilder<string, Token>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            var token = new Token
            {
                Id = reader.GetString(0),
                Digest = reader.GetString(1),
                Scopes =
                [
                    .. reader
                        .GetString(2)
                        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                        .Select(scope => scope.Split(':', 2))
                        .Where(parts => parts.Length == 2)
                        .Select(parts => new Scope(parts[0], parts[1])),
                ],
                Note = reader.GetString(3),
                Created = new DateTimeOffset(reader.GetDateTime(4), TimeSpan.Zero),
                Expires = await reader.IsDBNullAsync(5, cancellationToken)
                    ? null
                    : new DateTimeOffset(reader.GetDateTime(5), TimeSpan.Zero),
            };
            tokens[token.Id] = token;
        }

        return tokens.ToImmutable();
    }
}
