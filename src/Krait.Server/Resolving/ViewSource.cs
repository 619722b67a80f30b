using System.Collections.Concurrent;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Resolver.Candidates;
using Krait.Server.Views;

namespace Krait.Server.Resolving;

/// <summary>A view as the resolver sees it. It never builds: where only a build could tell, it gives up and says so.</summary>
internal sealed class ViewSource(View view, PageRenderer renderer) : IPackageSource
{
    private readonly ConcurrentDictionary<PackageName, Task<VersionsResponse>> pages = new();
    private readonly ConcurrentDictionary<PackageName, Listing> listings = new();
    private readonly ConcurrentDictionary<PackageName, bool> absent = new();
    private readonly ConcurrentDictionary<PackageName, VersionsResponse.Found> found = new();
    private readonly ConcurrentDictionary<string, CoreMetadata> read = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task<DependenciesResponse>> metadata = new(StringComparer.Ordinal);

    /// <summary>What was looked at, by its project.</summary>
    public IReadOnlyDictionary<PackageName, Listing> Consulted => listings;

    /// <summary>
    /// The projects that were looked for and are not there. One that was asked for early, and had not come when the answer was found, is not
    /// one of them: nothing depends on it.
    /// </summary>
    public IEnumerable<PackageName> Absent => absent.Keys;

    /// <inheritdoc/>
    public ValueTask<VersionsResponse> GetVersionsAsync(
        PackageName name,
        string? index,
        CancellationToken cancellationToken
    ) => new(pages.GetOrAdd(name, project => FindAsync(project, cancellationToken)));

    /// <inheritdoc/>
    public ValueTask<DependenciesResponse> GetDependenciesAsync(
        Candidate candidate,
        CancellationToken cancellationToken
    )
    {
        if (candidate.Wheel is not { } wheel)
            throw new UnresolvableException(candidate.Name, candidate.Sdist);
        return new ValueTask<DependenciesResponse>(
            metadata.GetOrAdd(wheel.FileName, _ => ReadAsync(candidate, wheel, cancellationToken))
        );
    }

    /// <inheritdoc/>
    public VersionsResponse.Found? Recall(PackageName name, string? index) => found.GetValueOrDefault(name);

    /// <inheritdoc/>
    public CoreMetadata? Recall(Candidate candidate) =>
        candidate.Wheel is { } wheel ? read.GetValueOrDefault(wheel.FileName) : null;

    /// <inheritdoc/>
    public ValueTask<DirectResponse> GetDirectAsync(DirectReference reference, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DirectResponse>(
            new DirectResponse.Unavailable(
                new Diagnostic("not-here", "a server only resolves packages from its own index")
            )
        );

    /// <inheritdoc/>
    public void Expect(PackageName name, string? index, VersionRanges range)
    {
        // What is expected is asked for soon enough.
    }

    private async Task<VersionsResponse> FindAsync(PackageName project, CancellationToken cancellationToken)
    {
        if (await view.FindAsync(project, cancellationToken) is not { } listing)
        {
            absent[project] = true;
            return new VersionsResponse.NotFound([view.Name]);
        }

        listings[project] = listing;
        var body = renderer.Render(view, listing, PageForm.Json).Body;
        // The addresses are for nobody: what counts is what the page says of its files.
        if (!ProjectPage.TryParseJson(body, $"http://index/simple/{project}/", project, out var page, out var error))
            throw new KraitException(error);
        return found[project] = new VersionsResponse.Found([new IndexedPage(view.Name, page)]);
    }

    private async Task<DependenciesResponse> ReadAsync(
        Candidate candidate,
        IndexFile wheel,
        CancellationToken cancellationToken
    )
    {
        var content = default(byte[]);
        try
        {
            foreach (var (space, page) in listings[candidate.Name].Sources)
            {
                content ??= page.Document?.Find(wheel.FileName) is null
                    ? null
                    : await space.GetMetadataAsync(page, wheel.FileName, cancellationToken);
            }
        }
        catch (KraitException e) when (e.Kind is FailureKind.NotFound)
        {
            // A damaged wheel: the index has others.
            return new DependenciesResponse.Unavailable(e.Diagnostic);
        }

        if (content is null)
            throw new UnresolvableException(candidate.Name, sdist: null);
        if (!CoreMetadata.TryParse(content, out var parsed, out var error))
            return new DependenciesResponse.Unavailable(error);
        read[wheel.FileName] = parsed;
        return new DependenciesResponse.Found(parsed);
    }
}
