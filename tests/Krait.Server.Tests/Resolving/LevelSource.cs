using System.Collections.Concurrent;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Resolver.Candidates;

namespace Krait.Server.Tests.Resolving;

/// <summary>What a client's resolver works with: pages and metadata, however they came.</summary>
internal sealed class LevelSource(Func<PackageName, Task<LevelSource.Known?>> findAsync) : IPackageSource
{
    private readonly ConcurrentDictionary<PackageName, Task<Known?>> projects = [];

    public async ValueTask<VersionsResponse> GetVersionsAsync(
        PackageName name,
        string? index,
        CancellationToken cancellationToken
    ) =>
        await projects.GetOrAdd(name, findAsync) is { } known
            ? new VersionsResponse.Found([new IndexedPage("default", known.Page)])
            : new VersionsResponse.NotFound(["default"]);

    public async ValueTask<DependenciesResponse> GetDependenciesAsync(
        Candidate candidate,
        CancellationToken cancellationToken
    )
    {
        var known = await projects[candidate.Name];
        return
            candidate.Wheel is { } wheel
            && known is not null
            && await known.ReadMetadataAsync(wheel) is { } content
            && CoreMetadata.TryParse(content, out var metadata, out _)
            ? new DependenciesResponse.Found(metadata)
            : new DependenciesResponse.Unavailable(new Diagnostic("none", "there is none"));
    }

    public VersionsResponse.Found? Recall(PackageName name, string? index) => null;

    public CoreMetadata? Recall(Candidate candidate) => null;

    public ValueTask<DirectResponse> GetDirectAsync(DirectReference reference, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public void Expect(PackageName name, string? index, VersionRanges range)
    {
        // What is expected is asked for soon enough.
    }

    /// <summary>A project.</summary>
    internal sealed record Known(ProjectPage Page, Func<IndexFile, Task<byte[]?>> ReadMetadataAsync);
}
