using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Names;
using Krait.Platform.Files;
using Krait.Server.Caching;

namespace Krait.Server.Storage;

/// <summary>
/// The projects of one namespace: a small file for each in `refs/`, replaced whole, and the log of all changes beside them. A change goes
/// to the log first; a reference that a crash has lost is written again from there.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore that gives out no handle holds nothing.")]
internal sealed class ProjectStore : IProjectStore
{
    private const long Capacity = 64 * 1024 * 1024;
    private const int RememberedAbsences = 100_000;
    private const int RememberedChanges = 512;

    private readonly StoreFolder folder;
    private readonly Journal journal;
    private readonly ReferenceFolder references;
    private readonly BoundedCache<PackageName, ProjectState> known;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim turn = new(1);
    private readonly BoundedCache<PackageName, bool> missing = new(RememberedAbsences, _ => 1);
    private readonly SemaphoreSlim reading = new(1);
    private readonly BoundedCache<PackageName, PackageName> changes = new(RememberedChanges, _ => 1);
    private IReadOnlyList<PackageName>? names;
    private RemovalIndex? removals;
    private bool areRemovalsRead;
    private long serial;
    private long writes;

    private ProjectStore(StoreFolder folder, string space, long capacity = Capacity)
    {
        known = new BoundedCache<PackageName, ProjectState>(capacity, state => state.Size);
        this.folder = folder;
        Space = space;
        journal = new Journal(folder, space);
        references = new ReferenceFolder(folder, space);
    }

    /// <inheritdoc/>
    public string Space { get; }

    /// <inheritdoc/>
    public long Serial => Interlocked.Read(ref serial);

    /// <summary>Opens the projects of a namespace, and brings back what a crash has lost.</summary>
    /// <param name="folder">The directory of the server.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="isOwn">Whether nobody else has what is in it: then the whole log is compared with the references.</param>
    /// <param name="capacity">How many bytes of what was read last are remembered.</param>
    /// <exception cref="FileSystemException">Something cannot be read or mended.</exception>
    public static ProjectStore Open(StoreFolder folder, string space, bool isOwn, long capacity = Capacity)
    {
        var store = new ProjectStore(folder, space, capacity);
        if (folder.IsReadOnly)
            return store;
        foreach (var (project, state) in store.OpenJournal(isOwn ? store.journal.ReadAll() : store.journal.ReadLast()))
        {
            if (store.TryParseReference(project) is not { } present || present.Serial < state.Serial)
                store.WriteReference(project, state, isDurable: true);
        }

        return store;
    }

    /// <summary>The projects of a namespace for those who compare them with the log: no reference is written again.</summary>
    /// <param name="folder">The directory of the server.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="log">The log, which is read once.</param>
    /// <param name="newest">The last state of each project in the log.</param>
    internal static ProjectStore OpenForCheck(
        StoreFolder folder,
        string space,
        out IReadOnlyList<JournalFile> log,
        out Dictionary<PackageName, ProjectState> newest
    )
    {
        var store = new ProjectStore(folder, space);
        log = store.journal.ReadAll();
        newest = folder.IsReadOnly ? Newest(log) : store.OpenJournal(log);
        return store;
    }

    /// <inheritdoc/>
    public ProjectState? Peek(PackageName project) => Find(project);

    /// <inheritdoc/>
    public ValueTask<ProjectState?> FindAsync(PackageName project, CancellationToken cancellationToken) =>
        new(Find(project));

    /// <inheritdoc/>
    public ValueTask<ProjectState?> FindNewestAsync(PackageName project, CancellationToken cancellationToken) =>
        new(Find(project));

    /// <summary>What is known of a project; null where nothing is.</summary>
    public ProjectState? Find(PackageName project)
    {
        // Another process may change it behind a reader's back.
        if (folder.IsReadOnly)
            return ReadReference(project);
        if (known.TryGet(project, out var state))
            return state;
        // Anyone can ask for any name, and most names that are asked for first have no reference.
        if (missing.TryGet(project, out _))
            return null;
        // Most of the time goes into reading, which others need not wait for unless something changes meanwhile.
        var before = Interlocked.Read(ref writes);
        var read = TryParseReference(project);
        lock (gate)
        {
            if (known.TryGet(project, out state))
                return state;
            if (read is null || before != writes)
                read = ReadReference(project);
            if (read is not null)
                return Remember(project, read);
            missing.Set(project, value: true);
            return null;
        }
    }

    private ProjectState Remember(PackageName project, ProjectState state)
    {
        known.Set(project, state);
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
        folder.RequireWriter();
        await turn.WaitAsync(cancellationToken);
        try
        {
            var old = Find(project) ?? new ProjectState();
            var changed = await change(old);
            return ReferenceEquals(changed, old) ? old : Save(project, old, changed, isDurable);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ProjectState> RenewAsync(
        PackageName project,
        Func<ProjectState, ProjectState> renew,
        CancellationToken cancellationToken
    )
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            lock (gate)
            {
                var renewed = renew(Find(project) ?? new ProjectState());
                WriteReference(project, renewed, isDurable: false);
                return Remember(project, renewed);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RemovedFile>> ListRemovedAsync(
        DateTimeOffset since,
        int most,
        CancellationToken cancellationToken
    )
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            // Another process may change references behind a reader's back.
            if (folder.IsReadOnly || !areRemovalsRead)
                ReadRemovals(cancellationToken);
            return removals?.Since(since, most) ?? [];
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Reads all references for what was removed. What changes meanwhile is noted as it is saved.</summary>
    private void ReadRemovals(CancellationToken cancellationToken)
    {
        var index = new RemovalIndex();
        lock (gate)
            removals = index;
        foreach (var project in List())
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Not all of them are worth being remembered, but a damaged one is found again in the log.
            if ((TryParseReference(project) ?? Find(project)) is { } state)
                index.NoteRead(project, state);
        }

        areRemovalsRead = true;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PackageName>> ListAsync(CancellationToken cancellationToken) => new(List());

    /// <summary>The names of all projects that have a reference, in order: the same list until there is another project.</summary>
    public IReadOnlyList<PackageName> List()
    {
        // Another process may add one behind a reader's back.
        if (folder.IsReadOnly)
            return references.List();
        lock (gate)
            return names ??= references.List();
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PackageName>> ListChangedAsync(int most, CancellationToken cancellationToken)
    {
        // Another process may change one behind a reader's back.
        IReadOnlyList<PackageName> last = folder.IsReadOnly
            ? [.. LastChanged(Newest(journal.ReadLast())).Take(most)]
            : changes.Newest(most);
        return new ValueTask<IReadOnlyList<PackageName>>(last);
    }

    private ProjectState Save(PackageName project, ProjectState old, ProjectState changed, bool isDurable)
    {
        lock (gate)
        {
            // The log may have been lost: what a client has seen of this project must not come again.
            changed = changed with
            {
                Serial = Math.Max(serial, old.Serial) + 1,
            };
            journal.Append(changed.ToJson(project.Value), isDurable);
            serial = changed.Serial;
            changes.Set(project, project);
            WriteReference(project, changed, isDurable);
            removals?.NoteSaved(project, changed);
            return Remember(project, changed);
        }
    }

    /// <summary>The log, for those who check and mend.</summary>
    internal Journal Journal => journal;

    /// <summary>Reads the reference itself, past what is remembered; a damaged one is found again in the log.</summary>
    internal ProjectState? ReadReference(PackageName project)
    {
        if (TryParseReference(project) is { } state)
            return state;
        if (!references.Has(project))
            return null;
        // A name that is damaged is not a name that is free.
        var found = Newest(journal.ReadAll()).GetValueOrDefault(project) ?? new ProjectState();
        if (!folder.IsReadOnly)
            WriteReference(project, found, isDurable: true);
        return found;
    }

    /// <summary>The last state of each project in records of the log.</summary>
    private static Dictionary<PackageName, ProjectState> Newest(IEnumerable<JournalFile> log)
    {
        var newest = new Dictionary<PackageName, ProjectState>();
        foreach (var record in log.SelectMany(file => file.Records))
        {
            if (
                ProjectState.TryRead(record, out var name) is { } state
                && PackageName.TryParse(name, out var project, out _)
            )
            {
                newest[project] = state;
            }
        }

        return newest;
    }

    private static IEnumerable<PackageName> LastChanged(Dictionary<PackageName, ProjectState> newest) =>
        newest.OrderByDescending(pair => pair.Value.Serial).Select(pair => pair.Key);

    /// <summary>The reference as the file has it; null where there is none that can be read.</summary>
    internal ProjectState? TryParseReference(PackageName project) => references.TryRead(project);

    /// <summary>Writes a reference that was found missing, damaged or old.</summary>
    internal void WriteReference(PackageName project, ProjectState state, bool isDurable)
    {
        var isNew = !references.Has(project);
        references.Write(project, state, isDurable);
        // Whoever has read before this may have read what was there before.
        Interlocked.Increment(ref writes);
        if (!isNew)
            return;
        lock (gate)
            names = null;
        missing.Forget(project);
    }

    /// <summary>Prepares the log for writing.</summary>
    /// <returns>The last state of each project in what was read of it.</returns>
    private Dictionary<PackageName, ProjectState> OpenJournal(IReadOnlyList<JournalFile> log)
    {
        FolderTree.Create(folder.At("refs", Space));
        journal.Open(log.Count > 0 ? log[^1] : null);
        var newest = Newest(log);
        serial = newest.Values.Select(state => state.Serial).DefaultIfEmpty().Max();
        foreach (var project in LastChanged(newest).Take(RememberedChanges).Reverse())
            changes.Set(project, project);
        return newest;
    }
}
