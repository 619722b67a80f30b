using Krait.Packaging.Names;
using Krait.Server.Storage;

namespace Krait.Server.Upkeep;

/// <summary>
/// Compares everything in a directory with what it should be: every blob with its name, every reference with the log, and everything that
/// is referred to with what is there.
/// </summary>
internal sealed class StoreCheck(StoreFolder folder, BlobStore blobs, bool repairs)
{
    private readonly List<string> problems = [];
    private readonly List<string> repaired = [];
    private readonly HashSet<BlobId> damaged = [];

    /// <summary>What is wrong and could not be put right.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>What was wrong and was put right.</summary>
    public IReadOnlyList<string> Repaired => repaired;

    /// <summary>How many blobs were compared.</summary>
    public int Blobs { get; private set; }

    /// <summary>How many projects were looked at.</summary>
    public int Projects { get; private set; }

    /// <summary>Checks everything.</summary>
    /// <param name="spaces">The namespaces.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(IEnumerable<string> spaces, CancellationToken cancellationToken)
    {
        foreach (var (id, _) in blobs.List())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Blobs++;
            if (blobs.Verify(id, cancellationToken))
                continue;
            damaged.Add(id);
            if (repairs)
                blobs.PutAside(id);
            Note(repairs, $"blob {id} is damaged", "moved to `quarantine`");
        }

        foreach (var name in spaces)
            await CheckSpaceAsync(name, cancellationToken);
    }

    private async Task CheckSpaceAsync(string name, CancellationToken cancellationToken)
    {
        var store = ProjectStore.OpenForCheck(folder, name, out var log, out var newest);
        foreach (var file in log.Where(file => file.Torn > 0))
        {
            // A crash tears the end of the last file, which opening the log drops. Anything else is lost.
            var isLast = ReferenceEquals(file, log[^1]);
            var problem = isLast ? $"its last {file.Torn} bytes are torn" : $"{file.Torn} bytes cannot be read";
            Note(repairs && isLast, $"log {name}/{file.Number}: {problem}", "dropped");
        }

        foreach (var project in store.List().Union(newest.Keys).Order())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Projects++;
            await CheckProjectAsync(store, project, newest.GetValueOrDefault(project), cancellationToken);
        }
    }

    private async Task CheckProjectAsync(
        ProjectStore store,
        PackageName project,
        ProjectState? logged,
        CancellationToken cancellationToken
    )
    {
        var state = store.TryParseReference(project);
        if (state is null || (logged is not null && state.Serial < logged.Serial))
        {
            if (repairs && logged is not null)
                store.WriteReference(project, logged, isDurable: true);
            var isMended = repairs && logged is not null;
            Note(isMended, $"reference {store.Space}/{project} is missing, damaged or old", "restored from the log");
            state = logged ?? state;
        }
        else if (logged is null)
        {
            if (repairs)
                store.Journal.Append(state.ToJson(project.Value), isDurable: true);
            Note(repairs, $"project {store.Space}/{project} is not in the log", "added");
        }

        if (state is null)
            return;
        await CheckDocumentAsync(store, project, state, cancellationToken);
        foreach (var (fileName, fact) in state.Files.Where(pair => pair.Value is { IsHeld: true, Removed: null }))
        {
            // What can be fetched again is fetched again when it is asked for.
            if (state.IsOwn && fact.Sha256 is { } id && IsMissing(id))
                Note(isRepaired: false, $"file {store.Space}/{project}/{fileName} is lost", "");
        }
    }

    private async Task CheckDocumentAsync(
        ProjectStore store,
        PackageName project,
        ProjectState state,
        CancellationToken cancellationToken
    )
    {
        if (state.Document is not { } id || !IsMissing(id))
            return;
        if (!state.IsOwn)
        {
            Note(isRepaired: true, $"page {store.Space}/{project} is lost", "it will be fetched again");
            return;
        }

        if (repairs)
            await PageRebuild.RunAsync(store, blobs, project, state, cancellationToken);
        Note(repairs, $"page {store.Space}/{project} is lost", "rebuilt from its files");
    }

    private bool IsMissing(BlobId id) => damaged.Contains(id) || !blobs.IsThere(id);

    private void Note(bool isRepaired, string problem, string remedy)
    {
        if (isRepaired)
            repaired.Add($"{problem}: {remedy}");
        else
            problems.Add(problem);
    }
}
