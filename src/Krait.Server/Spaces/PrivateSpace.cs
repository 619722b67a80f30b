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
    ProjectStore projects,
    BlobStore blobs,
    ImmutableArray<string> reserved,
    TimeProvider clock
) : Space(projects)
{
    private readonly DocumentStore documents = new(blobs);

    /// <inheritdoc/>
    public override bool IsPrivate => true;

    /// <summary>Whether a name is reserved for it.</summary>
    public bool Reserves(PackageName project) =>
        reserved.Any(pattern => GlobPattern.MatchesName(pattern, project.Value));

    /// <inheritdoc/>
    public override Task<SpacePage> GetPageAsync(PackageName project, CancellationToken cancellationToken) =>
        Task.FromResult(Find(project));

    /// <inheritdoc/>
    public override FileContent? OpenFile(SpacePage page, string fileName, CancellationToken cancellationToken) =>
        BlobId.TryParse(page.Document?.Find(fileName)?.Sha256, out var id)
        && blobs.TryOpen(id, cancellationToken) is { } blob
            ? new FileContent.Held(blob)
            : null;

    /// <inheritdoc/>
    public override Task<byte[]?> GetMetadataAsync(
        SpacePage page,
        string fileName,
        CancellationToken cancellationToken
    ) =>
        Task.FromResult(
            BlobId.TryParse(page.Document?.Find(fileName)?.MetadataSha256, out var id) ? blobs.TryRead(id) : null
        );

    /// <summary>Adds a file. When this returns, it survives a loss of power.</summary>
    /// <returns>Whether it is new; the same content under the same name is nothing new.</returns>
    /// <exception cref="KraitException">The name is taken by another content.</exception>
    public bool Add(PackageName project, FileEntry file, BlobWriter content, byte[]? metadata) =>
        Add(project, file, content.Commit(isDurable: true), content.Length, metadata);

    /// <summary>Adds a file that is in the store already, so that it would survive a loss of power.</summary>
    /// <returns>Whether it is new; the same content under the same name is nothing new.</returns>
    /// <exception cref="KraitException">The name is taken by another content.</exception>
    public bool Add(PackageName project, FileEntry file, BlobId blob, long size, byte[]? metadata)
    {
        var metadataId = metadata is null ? (BlobId?)null : blobs.Write(metadata, isDurable: true);
        var now = clock.GetUtcNow();
        var isNew = false;
        Projects.Change(
            project,
            isDurable: true,
            state =>
            {
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
                var document = DocumentOf(project, state);
                return Save(state, document with { Files = document.Files.Add(entry) }, now)
                    .With(
                        file.FileName,
                        new FileFact
                        {
                            Sha256 = blob,
                            IsHeld = true,
                            Metadata = metadataId,
                            Uploaded = now,
                        }
                    );
            }
        );
        return isNew;
    }

    /// <summary>Withdraws a file, or offers it again; those who pin it still get it (PEP 592).</summary>
    /// <returns>Whether there is such a file.</returns>
    public bool Yank(PackageName project, string fileName, string? reason) =>
        Edit(project, fileName, file => file with { Yanked = reason });

    /// <summary>Removes a file. Its name stays taken for ever.</summary>
    /// <returns>Whether there was such a file.</returns>
    public bool Remove(PackageName project, string fileName) => Edit(project, fileName, _ => null);

    /// <summary>A time as pages state it (PEP 700).</summary>
    public static string TextOf(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    private bool Edit(PackageName project, string fileName, Func<FileEntry, FileEntry?> edit)
    {
        var isFound = false;
        var now = clock.GetUtcNow();
        Projects.Change(
            project,
            isDurable: true,
            state =>
            {
                if (state.Document is null || DocumentOf(project, state) is not { } document)
                    return state;
                if (document.Find(fileName) is not { } file)
                    return state;
                isFound = true;
                var edited = edit(file);
                if (edited is not null)
                    return Save(state, document with { Files = document.Files.Replace(file, edited) }, now);
                var fact = state.Files.GetValueOrDefault(fileName) ?? new FileFact();
                return Save(state, document with { Files = document.Files.Remove(file) }, now)
                    .With(fileName, fact with { Removed = now });
            }
        );
        return isFound;
    }

    private SpacePage Find(PackageName project)
    {
        if (Projects.Find(project) is { } state)
            return new SpacePage(DocumentOf(project, state), state, IsStale: false);
        var document = Reserves(project) ? new ProjectDocument { Project = project } : null;
        return new SpacePage(document, new ProjectState(), IsStale: false);
    }

    /// <summary>The page of a state; one that is damaged is an error, since nobody else has it.</summary>
    private ProjectDocument DocumentOf(PackageName project, ProjectState state)
    {
        if (state.Document is not { } id)
            return new ProjectDocument { Project = project };
        return documents.Find(id, project)
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

    private ProjectState Save(ProjectState state, ProjectDocument document, DateTimeOffset now) =>
        state with
        {
            Document = documents.Write(document, isDurable: true),
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
