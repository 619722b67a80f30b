using System.Collections.Immutable;
using System.Globalization;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Server.Pages;
using Krait.Server.Storage;

namespace Krait.Server.Spaces;

/// <summary>The projects that were uploaded here. Its names, and those that are reserved for it, are its own: nobody else is asked for them.</summary>
internal sealed class PrivateSpace(
    StoreFolder folder,
    IProjectStore projects,
    IBlobStore blobs,
    ImmutableArray<string> reserved,
    TimeProvider clock
) : Space(projects)
{
    private readonly DocumentStore documents = new(blobs);

    /// <summary>Whoever writes `Acme_*` means the names that pages have as `acme-…`.</summary>
    private readonly ImmutableArray<string> patterns =
    [
        .. reserved.Select(pattern => NameNormalization.Normalize(pattern)),
    ];

    /// <inheritdoc/>
    public override bool IsPrivate => true;

    /// <summary>Whether a name is reserved for it.</summary>
    public bool Reserves(PackageName project) =>
        patterns.Any(pattern => GlobPattern.MatchesName(pattern, project.Value));

    /// <inheritdoc/>
    public override Task<SpacePage> GetPageAsync(PackageName project, CancellationToken cancellationToken) =>
        FindAsync(project, cancellationToken);

    /// <inheritdoc/>
    public override async Task<SpacePage?> FindKnownPageAsync(
        PackageName project,
        CancellationToken cancellationToken
    ) => await FindAsync(project, cancellationToken);

    /// <inheritdoc/>
    public override Task<byte[]?> FindKnownMetadataAsync(
        SpacePage page,
        string fileName,
        CancellationToken cancellationToken
    ) => GetMetadataAsync(page, fileName, cancellationToken);

    /// <inheritdoc/>
    public override async Task<FileContent?> OpenFileAsync(
        SpacePage page,
        string fileName,
        CancellationToken cancellationToken
    ) =>
        BlobId.TryParse(page.Document?.Find(fileName)?.Sha256, out var id)
        && await blobs.TryOpenAsync(id, cancellationToken) is { } blob
            ? new FileContent.Held(blob)
            : null;

    /// <inheritdoc/>
    public override async Task<byte[]?> GetMetadataAsync(
        SpacePage page,
        string fileName,
        CancellationToken cancellationToken
    ) =>
        BlobId.TryParse(page.Document?.Find(fileName)?.MetadataSha256, out var id)
            ? await blobs.TryReadAsync(id, cancellationToken)
            : null;

    /// <summary>Adds a file. When this returns, it survives a loss of power.</summary>
    /// <returns>Whether it is new; the same content under the same name is nothing new.</returns>
    /// <exception cref="KraitException">The name is taken by another content.</exception>
    public async Task<bool> AddAsync(
        PackageName project,
        FileEntry file,
        BlobWriter content,
        byte[]? metadata,
        CancellationToken cancellationToken
    )
    {
        var id = await blobs.CommitAsync(content, isDurable: true, cancellationToken);
        return await AddAsync(project, file, id, content.Length, metadata, cancellationToken);
    }

    /// <summary>Adds a file that is in the store already, so that it would survive a loss of power.</summary>
    /// <returns>Whether it is new; the same content under the same name is nothing new.</returns>
    /// <exception cref="KraitException">The name is taken by another content.</exception>
    public async Task<bool> AddAsync(
        PackageName project,
        FileEntry file,
        BlobId blob,
        long size,
        byte[]? metadata,
        CancellationToken cancellationToken
    )
    {
        var metadataId = metadata is null
            ? (BlobId?)null
            : await blobs.WriteAsync(metadata, isDurable: true, cancellationToken);
        var now = clock.GetUtcNow();
        var isNew = false;
        await Projects.ChangeAsync(
            project,
            isDurable: true,
            async state =>
            {
                isNew = false;
                if (state.Files.GetValueOrDefault(file.FileName) is { } known)
                {
                    if (known.Sha256 != blob || known.Removed is not null)
                        throw Taken(file.FileName, known);
                    return state;
                }

                isNew = true;
                var entry = file with
                {
                    Size = size,
                    Hashes = file.Hashes.SetItem("sha256", blob.Hex),
                    UploadTime = file.UploadTime ?? TextOf(now),
                    HasMetadata = metadataId is not null,
                    MetadataSha256 = metadataId?.Hex,
                };
                var document = await DocumentOfAsync(project, state, cancellationToken);
                document = document with { Files = document.Files.Add(entry) };
                var saved = await SaveAsync(state, document, now, cancellationToken);
                return saved.With(
                    file.FileName,
                    new FileFact
                    {
                        Sha256 = blob,
                        IsHeld = true,
                        Metadata = metadataId,
                        Uploaded = now,
                    }
                );
            },
            cancellationToken
        );
        return isNew;
    }

    /// <summary>Withdraws a file, or offers it again; those who pin it still get it (PEP 592).</summary>
    /// <returns>Whether there is such a file.</returns>
    public Task<bool> YankAsync(
        PackageName project,
        string fileName,
        string? reason,
        CancellationToken cancellationToken
    ) => EditAsync(project, fileName, file => file with { Yanked = reason }, cancellationToken);

    /// <summary>Removes a file. Its name stays taken for ever.</summary>
    /// <returns>Whether there was such a file.</returns>
    public Task<bool> RemoveAsync(PackageName project, string fileName, CancellationToken cancellationToken) =>
        EditAsync(project, fileName, _ => null, cancellationToken);

    /// <summary>A time as pages state it (PEP 700).</summary>
    public static string TextOf(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    private async Task<bool> EditAsync(
        PackageName project,
        string fileName,
        Func<FileEntry, FileEntry?> edit,
        CancellationToken cancellationToken
    )
    {
        var isFound = false;
        var now = clock.GetUtcNow();
        await Projects.ChangeAsync(
            project,
            isDurable: true,
            async state =>
            {
                isFound = false;
                if (state.Document is null)
                    return state;
                var document = await DocumentOfAsync(project, state, cancellationToken);
                if (document.Find(fileName) is not { } file)
                    return state;
                isFound = true;
                var edited = edit(file);
                var files = edited is null ? document.Files.Remove(file) : document.Files.Replace(file, edited);
                var saved = await SaveAsync(state, document with { Files = files }, now, cancellationToken);
                if (edited is not null)
                    return saved;
                var fact = state.Files.GetValueOrDefault(fileName) ?? new FileFact();
                return saved.With(fileName, fact with { Removed = now });
            },
            cancellationToken
        );
        return isFound;
    }

    private async Task<SpacePage> FindAsync(PackageName project, CancellationToken cancellationToken)
    {
        if (await Projects.FindAsync(project, cancellationToken) is { } state)
        {
            var stored = await DocumentOfAsync(project, state, cancellationToken);
            return new SpacePage(stored, state, IsStale: false);
        }

        var document = Reserves(project) ? new ProjectDocument { Project = project } : null;
        return new SpacePage(document, new ProjectState(), IsStale: false);
    }

    /// <summary>The page of a state; one that is damaged is an error, since nobody else has it.</summary>
    private async ValueTask<ProjectDocument> DocumentOfAsync(
        PackageName project,
        ProjectState state,
        CancellationToken cancellationToken
    )
    {
        if (state.Document is not { } id)
            return new ProjectDocument { Project = project };
        return await documents.FindAsync(id, project, cancellationToken)
            ?? throw new KraitException(
                new Diagnostic("store-damaged", $"the page of `{project}` in `{Name}` is missing or damaged")
                {
                    Hints = [$"Stop the server and run {Control.RepairStore.With(folder.Root)}"],
                }
            )
            {
                Kind = FailureKind.Damaged,
            };
    }

    private async ValueTask<ProjectState> SaveAsync(
        ProjectState state,
        ProjectDocument document,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        state with
        {
            Document = await documents.WriteAsync(document, isDurable: true, cancellationToken),
            Fetched = now,
        };

    private static KraitException Taken(string fileName, FileFact known) =>
        new(
            new Diagnostic(
                "file-exists",
                known.Removed is null
                    ? $"`{fileName}` already exists with different content"
                    : $"`{fileName}` was removed, and its name cannot be reused"
            )
            {
                Hints = ["Choose another version or build number"],
            }
        )
        {
            Kind = FailureKind.Taken,
        };
}
