using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Server.Caching;
using Krait.Server.Storage;

namespace Krait.Server.Databases;

/// <summary>
/// The projects of one namespace in the database. What was read is remembered until another server says that it has changed it, and kept on
/// disk for the time when the database is away.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Semaphores that give out no handle hold nothing.")]
internal sealed class DatabaseProjects : IProjectStore
{
    private const long Capacity = 256 * 1024 * 1024;
    private const int RememberedChanges = 200_000;
    private const int MostChanges = 10_000;
    private const int Attempts = 20;

    private readonly Database database;
    private readonly ReferenceFolder copies;
    private readonly bool isOwn;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];
    private readonly BoundedCache<PackageName, Memory> known = new(Capacity, memory => memory.Size);

    /// <summary>The last change that was heard of: what is read meanwhile may be older.</summary>
    private readonly BoundedCache<PackageName, long> heard = new(RememberedChanges, _ => 1);

    private IReadOnlyList<PackageName>? names;
    private long namesVersion;
    private long serial;

    /// <summary>The projects of a namespace; nothing is read yet.</summary>
    /// <param name="database">The database.</param>
    /// <param name="folder">Where copies are kept for the time when the database is away.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="isOwn">Whether nobody else has what is in it: then all its names are remembered.</param>
    public DatabaseProjects(Database database, StoreFolder folder, string space, bool isOwn)
    {
        this.database = database;
        this.isOwn = isOwn;
        Space = space;
        copies = new ReferenceFolder(folder, space);
    }

    /// <inheritdoc/>
    public string Space { get; }

    /// <inheritdoc/>
    public long Serial => Interlocked.Read(ref serial);

    /// <inheritdoc/>
    public ProjectState? Peek(PackageName project) => known.TryGet(project, out var memory) ? memory.State : null;

    /// <inheritdoc/>
    public async ValueTask<ProjectState?> FindAsync(PackageName project, CancellationToken cancellationToken)
    {
        if (known.TryGet(project, out var memory))
            return memory.State;
        try
        {
            return await FindNewestAsync(project, cancellationToken);
        }
        catch (KraitException e) when (Database.IsAway(e))
        {
            if (copies.TryRead(project) is { } copy)
                return copy;
            // A name that nobody here has seen may be a private one, unless all names are known.
            if (isOwn && names is { } all && !all.Contains(project))
                return null;
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ProjectState?> FindNewestAsync(PackageName project, CancellationToken cancellationToken)
    {
        var state = await database.ReadAsync(
            (connection, token) => ProjectTable.FindAsync(connection, Space, project, token),
            cancellationToken
        );
        Remember(project, state);
        return state;
    }

    /// <inheritdoc/>
    public async ValueTask<ProjectState> ChangeAsync(
        PackageName project,
        bool isDurable,
        Func<ProjectState, ValueTask<ProjectState>> change,
        CancellationToken cancellationToken
    )
    {
        var turn = turns[(project.GetHashCode() & int.MaxValue) % turns.Length];
        await turn.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                // Who is told that an upload was refused must not be told so by what was true a moment ago.
                var old =
                    isDurable || attempt > 0
                        ? await FindNewestAsync(project, cancellationToken)
                        : await FindAsync(project, cancellationToken);
                old ??= new ProjectState();
                var changed = await change(old);
                if (ReferenceEquals(changed, old))
                    return old;
                if (await TrySaveAsync(project, old, changed, isDurable, cancellationToken) is { } saved)
                    return saved;
            }
        }
        finally
        {
            turn.Release();
        }

        throw new KraitException(new Diagnostic("busy", $"too many servers are changing `{project}`"))
        {
            Kind = FailureKind.Unavailable,
        };
    }

    /// <inheritdoc/>
    public async ValueTask<ProjectState> RenewAsync(
        PackageName project,
        Func<ProjectState, ProjectState> renew,
        CancellationToken cancellationToken
    )
    {
        var old = await FindAsync(project, cancellationToken) ?? new ProjectState();
        var renewed = Rounded(renew(old));
        var change = new ProjectChange(database.Self, Space, project, old, renewed);
        await database.WriteAsync(
            (connection, token) => ProjectTable.RenewAsync(connection, change, token),
            cancellationToken
        );
        Remember(project, renewed);
        return renewed;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RemovedFile>> ListRemovedAsync(
        DateTimeOffset since,
        int most,
        CancellationToken cancellationToken
    ) =>
        await database.ReadAsync(
            (connection, token) => ProjectTable.ListRemovedAsync(connection, Space, since, most, token),
            cancellationToken
        );

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<PackageName>> ListAsync(CancellationToken cancellationToken)
    {
        if (names is { } all)
            return all;
        var version = Interlocked.Read(ref namesVersion);
        var read = await database.ReadAsync(
            (connection, token) => ProjectTable.ListAsync(connection, Space, token),
            cancellationToken
        );
        lock (gate)
        {
            // A name that was added meanwhile may be missing.
            if (version == namesVersion)
                names = read;
        }

        return read;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<PackageName>> ListChangedAsync(
        int most,
        CancellationToken cancellationToken
    ) =>
        await database.ReadAsync(
            (connection, token) => ProjectTable.ReadLastChangesAsync(connection, Space, most, token),
            cancellationToken
        );

    /// <summary>Notes that another server has changed a project.</summary>
    /// <param name="project">The project.</param>
    /// <param name="changedTo">The number of the change.</param>
    /// <param name="isNew">Whether there was no such project before.</param>
    public void Hear(PackageName project, long changedTo, bool isNew)
    {
        lock (gate)
        {
            heard.Set(project, changedTo);
            known.Forget(project);
            serial = Math.Max(serial, changedTo);
            if (isNew)
                AddName(project);
        }
    }

    /// <summary>Reads all changes that were missed while nobody said so.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var before = Serial;
        var missed =
            before == 0
                ? null
                : await database.ReadAsync(
                    (connection, token) => ProjectTable.ReadChangesAsync(connection, Space, before, MostChanges, token),
                    cancellationToken
                );
        if (missed is { Count: < MostChanges })
        {
            foreach (var (project, changedTo) in missed.Where(change => IsNews(change.Project, change.Serial)))
                Hear(project, changedTo, isNew: true);
            return;
        }

        // Too much has happened, or it is not known what: nothing that is remembered counts.
        var now = await database.ReadAsync(
            (connection, token) => ProjectTable.ReadSerialAsync(connection, Space, token),
            cancellationToken
        );
        lock (gate)
        {
            known.Clear();
            names = null;
            namesVersion++;
            serial = Math.Max(serial, now);
        }

        if (isOwn)
            await ListAsync(cancellationToken);
    }

    private async Task<ProjectState?> TrySaveAsync(
        PackageName project,
        ProjectState old,
        ProjectState changed,
        bool isDurable,
        CancellationToken cancellationToken
    )
    {
        var change = new ProjectChange(database.Self, Space, project, old, Rounded(changed));
        var number = await database.WriteAsync(
            (connection, token) => ProjectTable.ChangeAsync(connection, change, isDurable, token),
            cancellationToken
        );
        if (number is not { } saved)
            return null;
        var state = change.New with { Serial = saved };
        Remember(project, state);
        if (old.Serial == 0)
        {
            lock (gate)
                AddName(project);
        }

        return state;
    }

    /// <summary>The state as the database gives it back: its times are in milliseconds and seconds.</summary>
    private static ProjectState Rounded(ProjectState state) =>
        state with
        {
            Fetched = DateTimeOffset.FromUnixTimeMilliseconds(state.Fetched.ToUnixTimeMilliseconds()),
            FreshFor = TimeSpan.FromSeconds((long)state.FreshFor.TotalSeconds),
        };

    private void Remember(PackageName project, ProjectState? state)
    {
        lock (gate)
        {
            // Another server may have changed it while it was read.
            if (heard.TryGet(project, out var least) && (state?.Serial ?? 0) < least)
                return;
            if (known.TryGet(project, out var present) && present.State?.Serial > (state?.Serial ?? 0))
                return;
            known.Set(project, new Memory(state));
        }

        if (state is not null)
            copies.Write(project, state, isDurable: false);
    }

    private bool IsNews(PackageName project, long changedTo) =>
        (!heard.TryGet(project, out var least) || least < changedTo)
        && (!known.TryGet(project, out var memory) || !(memory.State?.Serial >= changedTo));

    private void AddName(PackageName project)
    {
        namesVersion++;
        if (!isOwn)
            names = null;
        else if (names is { } all && !all.Contains(project))
            names = [.. all.Append(project).Order()];
    }

    /// <summary>What is remembered of a project, or that there is none.</summary>
    private sealed record Memory(ProjectState? State)
    {
        public long Size => 300 + ((State?.Files.Count ?? 0) * 300L);
    }
}
