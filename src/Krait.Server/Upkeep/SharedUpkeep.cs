using Krait.Server.Databases;
using Krait.Server.Objects;
using Krait.Server.Settings;
using Krait.Server.Storage;

namespace Krait.Server.Upkeep;

/// <summary>Checks and cleans what servers share, while they run.</summary>
internal sealed class SharedUpkeep : IAsyncDisposable
{
    private readonly StoreFolder folder;
    private readonly BlobStore local;
    private readonly Database database;
    private readonly ObjectStore objects;
    private readonly List<string> problems = [];
    private readonly List<string> repaired = [];

    /// <summary>Opens what is shared.</summary>
    /// <param name="databaseSettings">The database.</param>
    /// <param name="objectSettings">The object storage.</param>
    /// <param name="temporary">A directory for blobs while they are looked at.</param>
    public SharedUpkeep(DatabaseSettings databaseSettings, ObjectSettings objectSettings, string temporary)
    {
        folder = StoreFolder.Open(temporary);
        local = new BlobStore(folder);
        database = new Database(databaseSettings, TimeProvider.System);
        objects = new ObjectStore(objectSettings);
    }

    /// <summary>What is wrong and could not be put right.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>What was wrong and was put right.</summary>
    public IReadOnlyList<string> Repaired => repaired;

    /// <summary>How many blobs were compared.</summary>
    public int Blobs { get; private set; }

    /// <summary>How many blobs are referred to.</summary>
    public int References { get; private set; }

    /// <summary>Removes blobs that nothing refers to and that were stored before a time.</summary>
    /// <returns>How many blobs and bytes went.</returns>
    public async Task<(int Blobs, long Bytes)> CollectAsync(
        DateTimeOffset olderThan,
        CancellationToken cancellationToken
    )
    {
        await Databases.References.CleanAsync(database, cancellationToken);
        var candidates = new List<(BlobId Id, long Size)>();
        await foreach (var (id, size, stored) in objects.ListAsync(cancellationToken))
        {
            if (stored < olderThan)
                candidates.Add((id, size));
        }

        // Read after the list: what was referred to in between is seen here.
        var used = await Databases.References.ReadAsync(database, cancellationToken);
        var (count, bytes) = (0, 0L);
        foreach (var (id, size) in candidates.Where(blob => !used.ContainsKey(blob.Id)))
        {
            // Whoever is about to refer to it has just stored it again.
            if (await objects.FindAsync(id, cancellationToken) is not { } stored || stored >= olderThan)
                continue;
            await objects.RemoveAsync(id, cancellationToken);
            (count, bytes) = (count + 1, bytes + size);
        }

        return (count, bytes);
    }

    /// <summary>Compares every blob with its name, and what is referred to with what is there.</summary>
    /// <param name="repairs">Whether damaged blobs are removed, and lost pages of uploads made again.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task CheckAsync(bool repairs, CancellationToken cancellationToken)
    {
        var used = await Databases.References.ReadAsync(database, cancellationToken);
        References = used.Count;
        var right = new HashSet<BlobId>();
        await foreach (var (id, _, _) in objects.ListAsync(cancellationToken))
        {
            Blobs++;
            if (await IsRightAsync(id, cancellationToken))
            {
                right.Add(id);
                continue;
            }

            if (repairs)
                await objects.RemoveAsync(id, cancellationToken);
            Note(repairs, $"blob {id} is damaged", "removed");
        }

        foreach (var (id, reference) in used.Where(blob => !right.Contains(blob.Key)))
            await CheckLostAsync(id, reference, repairs, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        objects.Dispose();
        folder.Dispose();
    }

    private async Task CheckLostAsync(BlobId id, Reference reference, bool repairs, CancellationToken cancellationToken)
    {
        var place = $"{reference.Space}/{reference.Project}";
        if (!reference.IsOwn)
        {
            Note(isRepaired: true, $"blob {id} of {place} is lost", "it will be fetched again");
            return;
        }

        if (reference.FileName.Length > 0)
        {
            Note(isRepaired: false, $"file {place}/{reference.FileName} is lost", "");
            return;
        }

        if (repairs)
        {
            var projects = new DatabaseProjects(database, folder, reference.Space, isOwn: true);
            var blobs = new SharedBlobStore(local, objects, new LocalCopies(local, 0));
            if (await projects.FindNewestAsync(reference.Project, cancellationToken) is { } state)
                await PageRebuild.RunAsync(projects, blobs, reference.Project, state, cancellationToken);
        }

        Note(repairs, $"page {place} is lost", "rebuilt from its files");
    }

    private async Task<bool> IsRightAsync(BlobId id, CancellationToken cancellationToken)
    {
        using var copy = local.Create();
        return await objects.TryGetAsync(id, copy, cancellationToken) && copy.Digest == id;
    }

    private void Note(bool isRepaired, string problem, string remedy)
    {
        if (isRepaired)
            repaired.Add($"{problem}: {remedy}");
        else
            problems.Add(problem);
    }
}
