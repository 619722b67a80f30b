using System.Collections.Immutable;
using Krait.Index;
using Krait.Index.Downloads;
using Krait.Index.Mirroring;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Concurrency;
using Krait.Server.Activity;
using Krait.Server.Pages;
using Krait.Server.Storage;

namespace Krait.Server.Spaces;

/// <summary>
/// The projects of an upstream: its pages are kept and asked for again when they age, its files are fetched when they are first wanted. What
/// is at hand is used while the upstream is slow or away.
/// </summary>
internal sealed class ProxySpace : Space
{
    private readonly StoreFolder folder;
    private readonly IBlobStore blobs;
    private readonly DocumentStore documents;
    private readonly UpstreamClient client;
    private readonly ProxyOptions options;
    private readonly ActivityLog activity;
    private readonly TimeProvider clock;
    private readonly CancellationToken stopping;
    private readonly PageRefresh refresh;
    private readonly SingleFlight<FileKey, byte[]?> metadata = new();
    private long held;

    /// <summary>Stands in for an upstream.</summary>
    public ProxySpace(
        StoreParts store,
        IProjectStore projects,
        UpstreamClient client,
        ProxyOptions options,
        ActivityLog activity,
        TimeProvider clock,
        CancellationToken stopping
    )
        : base(projects)
    {
        this.activity = activity;
        folder = store.Folder;
        blobs = store.Blobs;
        this.client = client;
        this.options = options;
        this.clock = clock;
        this.stopping = stopping;
        documents = new DocumentStore(blobs);
        refresh = new PageRefresh(client, projects, documents, store, options, activity, clock, stopping);
        Transfers = new TransferTable(client, store, stopping);
    }

    /// <inheritdoc/>
    public override bool IsPrivate => false;

    /// <summary>The files that are on their way.</summary>
    public TransferTable Transfers { get; }

    /// <summary>How often a file was at hand.</summary>
    public long Held => Interlocked.Read(ref held);

    /// <summary>How many files were refused because their digest was not the one first seen.</summary>
    public long Conflicts => refresh.Conflicts;

    /// <inheritdoc/>
    public override async Task<SpacePage> GetPageAsync(PackageName project, CancellationToken cancellationToken)
    {
        var state = await refresh.FindAsync(project, cancellationToken);
        var page = state is null ? null : await PageOfAsync(project, state, cancellationToken);
        if (folder.IsReadOnly)
            return page is null ? throw NotStored(project) : page with { IsStale = !IsFresh(page.State) };
        var isHit = page is not null && IsFresh(page.State);
        activity.CountPage(isHit);
        if (page is not null && isHit)
            return page;
        // That a project was absent once is no answer while the upstream cannot be asked.
        if (page?.Document is null)
        {
            var found = await refresh.RunAsync(project, state).WaitAsync(cancellationToken);
            return await PageOrThrowAsync(project, found, cancellationToken);
        }

        return await NewestAsync(project, page, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<SpacePage?> FindKnownPageAsync(
        PackageName project,
        CancellationToken cancellationToken
    ) =>
        await Projects.FindAsync(project, cancellationToken) is { } state
        && await PageOfAsync(project, state, cancellationToken) is { } page
            ? page with
            {
                IsStale = !IsFresh(state),
            }
            : null;

    /// <inheritdoc/>
    public override async Task<byte[]?> FindKnownMetadataAsync(
        SpacePage page,
        string fileName,
        CancellationToken cancellationToken
    )
    {
        if (page.Document?.Find(fileName) is not { } file)
            return null;
        var fact = await FactOfAsync(page, fileName, cancellationToken);
        if (fact?.Metadata is { } id)
            return await blobs.TryReadAsync(id, cancellationToken);
        return fact is { IsHeld: true, Sha256: { } wheel }
            ? await TryReadMetadataAsync(page.Document.Project, file, wheel)
            : null;
    }

    /// <inheritdoc/>
    public override async Task<FileContent?> OpenFileAsync(
        SpacePage page,
        string fileName,
        CancellationToken cancellationToken
    )
    {
        if (page.Document?.Find(fileName) is not { } file)
            return null;
        var project = page.Document.Project;
        while (true)
        {
            var fact = await FactOfAsync(page, fileName, cancellationToken);
            if (await OpenHeldAsync(fact, cancellationToken) is { } blob)
            {
                Interlocked.Increment(ref held);
                activity.CountFile(isHit: true);
                return new FileContent.Held(blob);
            }

            folder.RequireWriter();
            var request = new DownloadRequest(UrlOf(file), fileName)
            {
                LinkedFrom = options.Upstream,
                Hashes = HashesOf(file, fact),
                Size = file.Size,
            };
            var transfer = Transfers.Join(
                new FileKey(project, fileName),
                request,
                () => IsHeldHere(project, fileName),
                new FileArrival(
                    $"file {Name} {project} {fileName}",
                    token => FindStoredAsync(project, fileName, token),
                    id => KeepAsync(project, file, id)
                )
            );
            if (transfer is null)
                continue;
            activity.CountFile(isHit: false);
            return new FileContent.Arriving(transfer);
        }
    }

    /// <inheritdoc/>
    public override async Task<byte[]?> GetMetadataAsync(
        SpacePage page,
        string fileName,
        CancellationToken cancellationToken
    )
    {
        if (page.Document?.Find(fileName) is not { } file)
            return null;
        var fact = await FactOfAsync(page, fileName, cancellationToken);
        if (fact?.Metadata is { } id && await blobs.TryReadAsync(id, cancellationToken) is { } known)
            return known;
        if ((!file.HasMetadata || folder.IsReadOnly) && fact is { IsHeld: true, Sha256: { } wheel })
            return await ReadMetadataAsync(page.Document.Project, file, wheel, cancellationToken);
        if (!file.HasMetadata)
            return null;
        // It exists, so whoever cannot fetch it must not say that it does not.
        folder.RequireWriter();
        return await metadata.RunAsync(
            new FileKey(page.Document.Project, fileName),
            (key, token) => folder.Work.RunAsync(() => FetchMetadataAsync(key.Project, page, file, token)),
            cancellationToken
        );
    }

    private async Task<SpacePage> NewestAsync(PackageName project, SpacePage page, CancellationToken cancellationToken)
    {
        if (refresh.IsResting(project))
            return page with { IsStale = true };
        var asking = refresh.RunAsync(project, page.State);
        try
        {
            {
                var state = await asking.WaitAsync(options.SoftDeadline, clock, cancellationToken);
                return await PageOrThrowAsync(project, state, cancellationToken);
            }
        }
        catch (Exception e) when (e is KraitException or TimeoutException)
        {
            return page with { IsStale = true };
        }
    }

    private bool IsFresh(ProjectState state)
    {
        var age = clock.GetUtcNow() - state.Fetched;
        // A time in the future proves that a clock was wrong, and counts as old.
        return age >= TimeSpan.Zero && age < state.FreshFor;
    }

    /// <summary>The page of a state; null where its blob is missing or damaged, which is as if it had never been fetched.</summary>
    private async ValueTask<SpacePage?> PageOfAsync(
        PackageName project,
        ProjectState state,
        CancellationToken cancellationToken
    )
    {
        if (state.Document is not { } id)
            return new SpacePage(Document: null, state, IsStale: false);
        return await documents.FindAsync(id, project, cancellationToken) is { } document
            ? new SpacePage(document, state, IsStale: false)
            : null;
    }

    private async ValueTask<SpacePage> PageOrThrowAsync(
        PackageName project,
        ProjectState state,
        CancellationToken cancellationToken
    ) =>
        await PageOfAsync(project, state, cancellationToken)
        ?? throw new KraitException(new Diagnostic("store-damaged", $"the page of `{project}` cannot be read back"))
        {
            Kind = FailureKind.Damaged,
        };

    /// <summary>Notes that a file is stored, and what its metadata is where the upstream does not tell.</summary>
    private async Task KeepAsync(PackageName project, FileEntry file, BlobId blob)
    {
        var computed = file is { Wheel: not null, HasMetadata: false }
            ? await TryReadMetadataAsync(project, file, blob)
            : null;
        var id = computed is null ? (BlobId?)null : await blobs.WriteAsync(computed, isDurable: false, stopping);
        await Projects.ChangeAsync(
            project,
            isDurable: false,
            state =>
            {
                var fact = state.Files.GetValueOrDefault(file.FileName) ?? new FileFact();
                return new(
                    state.With(
                        file.FileName,
                        fact with
                        {
                            Sha256 = blob,
                            IsHeld = true,
                            Metadata = id ?? fact.Metadata,
                        }
                    )
                );
            },
            stopping
        );
    }

    /// <summary>What is known of a file by now: what was learned since the page was read counts, too.</summary>
    private async ValueTask<FileFact?> FactOfAsync(
        SpacePage page,
        string fileName,
        CancellationToken cancellationToken
    ) =>
        page.Document is { Project: var project }
            ? (await Projects.FindAsync(project, cancellationToken) ?? page.State).Files.GetValueOrDefault(fileName)
            : null;

    private async ValueTask<OpenBlob?> OpenHeldAsync(FileFact? fact, CancellationToken cancellationToken) =>
        fact is { IsHeld: true, Sha256: { } id } ? await blobs.TryOpenAsync(id, cancellationToken) : null;

    /// <summary>Whether a transfer of this process has just stored a file.</summary>
    private bool IsHeldHere(PackageName project, string fileName) =>
        Projects.Peek(project)?.Files.GetValueOrDefault(fileName) is { IsHeld: true, Sha256: { } stored }
        && blobs.IsThere(stored);

    /// <summary>A file that another server has just stored.</summary>
    private async ValueTask<OpenBlob?> FindStoredAsync(
        PackageName project,
        string fileName,
        CancellationToken cancellationToken
    )
    {
        var state = await Projects.FindNewestAsync(project, cancellationToken);
        return await OpenHeldAsync(state?.Files.GetValueOrDefault(fileName), cancellationToken);
    }

    private async Task<byte[]?> FetchMetadataAsync(
        PackageName project,
        SpacePage page,
        FileEntry file,
        CancellationToken cancellationToken
    )
    {
        // Whoever was here just before has stored it.
        var fact = await FactOfAsync(page, file.FileName, cancellationToken);
        if (fact?.Metadata is { } stored && await blobs.TryReadAsync(stored, cancellationToken) is { } known)
            return known;
        var hash = file.MetadataSha256 is { } hex ? ParseHash("sha256", hex) : null;
        var url = UrlOf(file).WithSuffix(".metadata");
        var fetched = await activity.TimeAsync(() =>
            client.GetMetadataAsync(url, options.Upstream, hash, cancellationToken)
        );
        if (fetched is not { } content)
            return null;
        // What is kept is served for ever; without a hash only the content itself shows whose it is.
        if (hash is null && MetadataReading.ProblemOf(content, project, file) is { } problem)
            throw new KraitException(problem);
        var id = await blobs.WriteAsync(content, isDurable: false, cancellationToken);
        await Projects.ChangeAsync(
            project,
            isDurable: false,
            state =>
                new(
                    state.With(
                        file.FileName,
                        (state.Files.GetValueOrDefault(file.FileName) ?? new FileFact()) with
                        {
                            Metadata = id,
                        }
                    )
                ),
            cancellationToken
        );
        return content;
    }

    private async ValueTask<byte[]?> TryReadMetadataAsync(PackageName project, FileEntry file, BlobId wheel)
    {
        try
        {
            return await ReadMetadataAsync(project, file, wheel, stopping);
        }
        catch (KraitException)
        {
            // The client will say what is wrong with the wheel; it only has no metadata beside it.
            return null;
        }
    }

    private async ValueTask<byte[]?> ReadMetadataAsync(
        PackageName project,
        FileEntry file,
        BlobId id,
        CancellationToken cancellationToken
    ) =>
        file.Wheel is not null && await blobs.TryOpenAsync(id, cancellationToken) is { } blob
            ? MetadataReading.ReadWheel(blob, project, file)
            : null;

    private static SafeUrl UrlOf(FileEntry file)
    {
        if (!SafeUrl.TryParse(file.Url, out var url, out var error))
            throw new KraitException(error);
        return url.IsFile
            ? throw new KraitException(
                new Diagnostic("invalid-url", $"the upstream links to a local file for `{file.FileName}`")
            )
            : url;
    }

    private static ImmutableArray<FileHash> HashesOf(FileEntry file, FileFact? fact)
    {
        if (fact?.Sha256 is { } pinned)
            return [ParseHash("sha256", pinned.Hex)];
        var hashes = file
            .Hashes.Where(hash => FileHash.IsKnown(hash.Key))
            .Select(hash => ParseHash(hash.Key, hash.Value))
            .ToImmutableArray();
        // As for the installer: a hash that cannot be computed is no matter where there is another one to trust.
        return hashes.Length == file.Hashes.Count || hashes.Any(hash => hash.IsSecure)
            ? hashes
            : throw new KraitException(
                new Diagnostic(
                    "invalid-hash",
                    $"cannot verify `{file.FileName}`: the upstream states its hash by an unknown hash function"
                )
                {
                    Notes = [.. file.Hashes.Select(hash => $"{hash.Key}:{hash.Value}")],
                }
            );
    }

    private static FileHash ParseHash(string name, string hex) =>
        FileHash.TryParse($"{name}:{hex}", out var hash, out var error) ? hash : throw new KraitException(error);

    private static KraitException NotStored(PackageName project) =>
        new(
            new Diagnostic("read-only", $"`{project}` is not in the store, and this server is read-only")
            {
                Hints = ["Use the server that writes to this directory"],
            }
        )
        {
            Kind = FailureKind.Unavailable,
        };
}
