using Krait.Packaging.Names;
using Krait.Server.Storage;
using Npgsql;

namespace Krait.Server.Databases;

/// <summary>Which blobs the database refers to, and what it no longer needs.</summary>
internal static class References
{
    private const string BlobsText = """
        SELECT document, space, name, '', EXISTS (
            SELECT 1 FROM file f WHERE f.space = p.space AND f.project = p.name AND f.uploaded IS NOT NULL)
        FROM project p WHERE document IS NOT NULL
        UNION ALL SELECT metadata, space, project, name || '.metadata', uploaded IS NOT NULL
        FROM file WHERE metadata IS NOT NULL
        UNION ALL SELECT sha256, space, project, name, uploaded IS NOT NULL
        FROM file WHERE held AND removed IS NULL AND sha256 IS NOT NULL
        """;

    private const string CleanText = """
        WITH old_journal AS (DELETE FROM journal WHERE made < now() - interval '30 days' RETURNING 1),
            old_memo AS (DELETE FROM memo WHERE made < now() - interval '30 days' RETURNING 1),
            old_lease AS (DELETE FROM lease WHERE expires < now() - interval '1 day' RETURNING 1)
        SELECT (SELECT count(*) FROM old_journal) + (SELECT count(*) FROM old_memo) + (SELECT count(*) FROM old_lease)
        """;

    /// <summary>Every blob that is referred to, and by what. Where an upload refers to it, which nobody else has, that is told.</summary>
    public static Task<Dictionary<BlobId, Reference>> ReadAsync(
        Database database,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(BlobsText, connection) { CommandTimeout = 0 };
                await using var reader = await command.ExecuteReaderAsync(token);
                var used = new Dictionary<BlobId, Reference>();
                while (await reader.ReadAsync(token))
                {
                    var reference = new Reference(
                        reader.GetString(1),
                        PackageName.Parse(reader.GetString(2)),
                        reader.GetString(3),
                        reader.GetBoolean(4)
                    );
                    if (BlobId.TryParse(reader.GetString(0), out var id) && (reference.IsOwn || !used.ContainsKey(id)))
                        used[id] = reference;
                }

                return used;
            },
            cancellationToken
        );

    /// <summary>Removes entries of the journal and remembered answers that are older than a month, and turns that nobody ended.</summary>
    public static Task<long> CleanAsync(Database database, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(CleanText, connection) { CommandTimeout = 0 };
                return await command.ExecuteScalarAsync(token) as long? ?? 0;
            },
            cancellationToken
        );
}

/// <summary>What refers to a blob.</summary>
/// <param name="Space">The namespace.</param>
/// <param name="Project">The project.</param>
/// <param name="FileName">The file whose content or metadata it is; empty for the page of the project.</param>
/// <param name="IsOwn">Whether it was uploaded, so that there is no upstream to fetch it from.</param>
internal sealed record Reference(string Space, PackageName Project, string FileName, bool IsOwn);
