using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Text;
using Krait.Platform.Concurrency;
using Krait.Platform.Tracing;

namespace Krait.Index.Metadata;

/// <summary>Core metadata, from the nearest place: this run's memory, the cache, the index.</summary>
internal sealed class MetadataClient(
    IndexClientOptions options,
    MetadataStore store,
    MetadataFetcher fetcher,
    BackgroundWork background
) : IDisposable
{
    private readonly SingleFlight<IndexFile, MetadataResponse> flights = new(keepResults: true);

    /// <summary>What came by another way; null as long as nothing did, which is the usual case on a hot path.</summary>
    private ConcurrentDictionary<(string Source, string Project), SuppliedProject>? supplied;
    private readonly SemaphoreSlim width = new(options.MetadataConcurrency);

    /// <summary>The metadata, when it is there: without a task and without another thread.</summary>
    public bool TryGetCached(IndexLocation location, IndexFile file, [NotNullWhen(true)] out MetadataResponse? response)
    {
        if (flights.TryGet(file, out response))
            return true;
        response =
            store.TryFind(location, file, out var metadata) ? new MetadataResponse.Found(metadata)
            : file.IsWheel || file.HasMetadataFile ? FindSupplied(location, file)
            : MetadataResponse.NeedsBuild.Instance;
        if (response is not null)
            flights.TryAdd(file, response);
        return response is not null;
    }

    /// <summary>The metadata.</summary>
    /// <exception cref="KraitException">The network failed, or the metadata is not what the index promises.</exception>
    public Task<MetadataResponse> GetAsync(IndexFile file, IndexLocation location, CancellationToken cancellationToken)
    {
        if (TryGetCached(location, file, out var known))
            return Task.FromResult(known);
        return flights.RunAsync(file, (_, token) => FetchAsync(file, location, token), cancellationToken);
    }

    /// <summary>The whole METADATA, which the cache does not keep; null if no index has it.</summary>
    /// <exception cref="KraitException">The network failed, or the metadata is not what the index promises.</exception>
    public async Task<byte[]?> ReadWholeAsync(
        IndexFile file,
        IndexLocation location,
        CancellationToken cancellationToken
    )
    {
        if (options.IsOffline && !location.Url.IsFile)
            return null;
        await width.WaitAsync(cancellationToken);
        try
        {
            return (await fetcher.FetchAsync(file, location, cancellationToken)).Content;
        }
        finally
        {
            width.Release();
        }
    }

    /// <summary>Takes the metadata of a project that came by another way; what is wrong in it is fetched as if it had not come.</summary>
    public void Supply(IndexLocation location, SuppliedProject project)
    {
        var all = Volatile.Read(ref supplied) ?? Interlocked.CompareExchange(ref supplied, new(), null) ?? supplied;
        all[(location.SourceKey, project.Project.Value)] = project;
    }

    private MetadataResponse.Found? FindSupplied(IndexLocation location, IndexFile file) =>
        Volatile.Read(ref supplied) is { } all
        && all.TryGetValue((location.SourceKey, file.Page.ProjectName), out var project)
        && project.MetadataOf(file) is { } content
            ? Read(file, location, content) as MetadataResponse.Found
            : null;

    /// <summary>Removes metadata that proved to be wrong from the cache; what was handed out in this run stays as it is.</summary>
    public void Forget(IndexLocation location, IndexFile file) => store.Add(location, file, []);

    public void Dispose() => width.Dispose();

    private async Task<MetadataResponse> FetchAsync(
        IndexFile file,
        IndexLocation location,
        CancellationToken cancellationToken
    )
    {
        if (options.IsOffline && !location.Url.IsFile)
            return MetadataResponse.Offline.Instance;
        await width.WaitAsync(cancellationToken);
        using var span = Tracer.Begin("fetch metadata", file, static file => file.FileName);
        try
        {
            var outcome = await fetcher.FetchAsync(file, location, cancellationToken);
            return outcome.Content is { } content
                ? Read(file, location, content)
                : new MetadataResponse.Unavailable(outcome.Problem ?? throw new InvalidOperationException());
        }
        finally
        {
            width.Release();
        }
    }

    private MetadataResponse Read(IndexFile file, IndexLocation location, byte[] content)
    {
        if (!CoreMetadata.TryParse(content, out var metadata, out var error))
            return new MetadataResponse.Unavailable(Unusable(file, "it cannot be read") with { Cause = error });
        if (!string.Equals(metadata.Name.Value, file.Page.ProjectName, StringComparison.Ordinal))
            return new MetadataResponse.Unavailable(Unusable(file, $"it is about `{metadata.Name}`"));
        if (!metadata.Version.Equals(file.Version))
            return new MetadataResponse.Unavailable(Unusable(file, $"it is about version {metadata.Version}"));
        background.Start(() => store.Add(location, file, content));
        return new MetadataResponse.Found(metadata);
    }

    private static Diagnostic Unusable(IndexFile file, string reason) =>
        new("unusable-metadata", $"the metadata of `{file.FileName}` cannot be used: {reason}");
}
