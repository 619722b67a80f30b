using System.Collections.Concurrent;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Protocol.Shards;
using Krait.Resolver.Candidates;
using Krait.Testing;

namespace Krait.Cli.Tests.Services;

/// <summary>A server's view of its own shards.</summary>
internal sealed class ShardSource(FakeService service, FakeIndex index) : IPackageSource
{
    private readonly ConcurrentDictionary<PackageName, (Shard Shard, IndexedPage Page)> pages = [];

    /// <summary>The projects that were looked at.</summary>
    public IEnumerable<PackageName> Asked => pages.Keys;

    public ValueTask<VersionsResponse> GetVersionsAsync(
        PackageName name,
        string? index1,
        CancellationToken cancellationToken
    ) =>
        ValueTask.FromResult<VersionsResponse>(
            index.Projects.Contains(name.Value)
                ? new VersionsResponse.Found([pages.GetOrAdd(name, Read).Page])
                : new VersionsResponse.NotFound([])
        );

    public ValueTask<DependenciesResponse> GetDependenciesAsync(
        Candidate candidate,
        CancellationToken cancellationToken
    )
    {
        var file = candidate.Wheel ?? candidate.Sdist;
        var shard = pages[candidate.Name].Shard;
        return ValueTask.FromResult<DependenciesResponse>(
            file is { } known
            && shard.ReadMetadataNumbers().TryGetValue(known.FileName, out var number)
            && CoreMetadata.TryParse(shard.MetadataOf(number, known.Version), out var metadata, out _)
                ? new DependenciesResponse.Found(metadata)
                : new DependenciesResponse.Unavailable(new Diagnostic("none", "there is none"))
        );
    }

    public VersionsResponse.Found? Recall(PackageName name, string? index1) => null;

    public CoreMetadata? Recall(Candidate candidate) => null;

    public ValueTask<DirectResponse> GetDirectAsync(DirectReference reference, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public void Expect(PackageName name, string? index1, VersionRanges range) { }

    private (Shard, IndexedPage) Read(PackageName name)
    {
        Assert.True(Shard.TryRead(service.ShardOf(name.Value), out var shard, out _));
        Assert.True(shard.TryReadPage($"{index.Url}{name}/", out var page, out _));
        return (shard, new IndexedPage("main", page));
    }
}
