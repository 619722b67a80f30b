using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Server.Access;
using Krait.Server.Databases;
using Krait.Server.Objects;
using Krait.Server.Resolving;
using Krait.Server.Settings;
using Krait.Server.Storage;
using Krait.Server.Web;

namespace Krait.Server;

/// <summary>Everything that a server keeps: in its directory, or in a database and an object storage that it shares with others.</summary>
internal sealed class ServerStores : IAsyncDisposable
{
    private readonly SharedState? state;
    private readonly ObjectStore? objects;

    private ServerStores(StoreFolder folder, SharedState? state, ObjectStore? objects, IBlobStore blobs)
    {
        Folder = folder;
        this.state = state;
        this.objects = objects;
        Blobs = blobs;
        Tokens = state is null ? new TokenFile(folder) : state.Tokens;
        Parts = new StoreParts(folder, blobs, state is null ? new LoneTurns() : state.Turns);
    }

    /// <summary>The server's own directory.</summary>
    public StoreFolder Folder { get; }

    /// <summary>Contents.</summary>
    public IBlobStore Blobs { get; }

    /// <summary>What namespaces need of it.</summary>
    public StoreParts Parts { get; }

    /// <summary>The tokens.</summary>
    public ITokenStore Tokens { get; }

    /// <summary>Answers that other servers know, too; null where there are no others.</summary>
    public IMemoStore? Memos => state?.Memos;

    /// <summary>Whether uploads can be taken now.</summary>
    public bool IsReady => state?.IsUp ?? true;

    /// <summary>Opens everything. A database that is away is waited for while the server runs.</summary>
    /// <exception cref="KraitException">The directory cannot be used, or the database and the storage are not what they should be.</exception>
    public static async Task<ServerStores> OpenAsync(
        ServerSettings settings,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var folder = StoreFolder.Open(settings.Folder);
        var shared = default(SharedState);
        var storage = default(ObjectStore);
        try
        {
            if (settings.Database is not null)
            {
                // Each server of a fleet has a directory of its own.
                folder.RequireWriter();
                shared = await SharedState.OpenAsync(settings, folder, clock, cancellationToken);
            }

            var local = new BlobStore(folder);
            if (settings.Objects is null)
                return new ServerStores(folder, shared, storage, local);
            storage = new ObjectStore(settings.Objects);
            await CheckAsync(storage, cancellationToken);
            var copies = new LocalCopies(local, settings.Objects.LocalSize);
            return new ServerStores(folder, shared, storage, new SharedBlobStore(local, storage, copies));
        }
        catch
        {
            storage?.Dispose();
            if (shared is not null)
                await shared.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The projects of a namespace.</summary>
    public IProjectStore ProjectsOf(SpaceSettings space) =>
        state?.ProjectsOf(space.Name) ?? (IProjectStore)ProjectStore.Open(Folder, space.Name, space.Upstream is null);

    /// <summary>What there is to count.</summary>
    public ImmutableArray<Gauge> Gauges =>
        [
            new("krait_damaged_blobs_total", "Blobs that were put into quarantine", () => Blobs.Damaged),
            .. state is null
                ? ImmutableArray<Gauge>.Empty
                : [new("krait_database_up", "Whether the database can be reached", () => state.IsUp ? 1 : 0)],
            .. Blobs is SharedBlobStore shared
                ? [new("krait_blobs_fetched_total", "Blobs that were fetched from the storage", () => shared.Fetched)]
                : ImmutableArray<Gauge>.Empty,
        ];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (state is not null)
            await state.DisposeAsync();
        objects?.Dispose();
        Folder.Dispose();
    }

    private static async Task CheckAsync(ObjectStore objects, CancellationToken cancellationToken)
    {
        try
        {
            await objects.CheckAsync(cancellationToken);
        }
        catch (KraitException e) when (ObjectStore.IsAway(e))
        {
            // What is on this machine is served meanwhile.
        }
    }
}
