using Krait.Build.Sources;
using Krait.Index.Downloads;

namespace Krait.Projects.Building;

/// <summary>
/// Where a source is, and what is known of it before its content is here: mostly enough to find a wheel that was built of it earlier.
/// </summary>
/// <param name="fetchAsync">Gets the content.</param>
public sealed class SourcePlace(Func<CancellationToken, Task<BuildSource>> fetchAsync)
{
    private readonly Lock gate = new();
    private BuildSource? fetched;

    /// <summary>The source in its present state, where that is known; its content need not be here.</summary>
    public BuildSource? Known
    {
        get
        {
            lock (gate)
                return fetched ?? field;
        }
        init;
    }

    /// <summary>The file that it is, with the digests that it must have; null for folders and repositories.</summary>
    public DownloadRequest? Download { get; init; }

    /// <summary>The source with its content.</summary>
    /// <exception cref="Packaging.Text.KraitException">It cannot be obtained, or is not what it must be.</exception>
    public async Task<BuildSource> FetchAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (fetched is not null)
                return fetched;
        }

        // Whoever fetches shares the work with others already.
        var source = await fetchAsync(cancellationToken);
        lock (gate)
            return fetched ??= source;
    }
}
