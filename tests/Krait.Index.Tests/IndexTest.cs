using Krait.Index.Http;
using Krait.Index.SimpleApi;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Platform.Caching;
using Krait.Testing;

namespace Krait.Index.Tests;

/// <summary>An index, a cache folder, and clients that do not wait long.</summary>
public abstract class IndexTest : IDisposable
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected static HttpOptions Quick { get; } = new() { RetryDelay = TimeSpan.FromMilliseconds(1) };

    protected TempFolder Folder { get; } = new();

    protected FakeIndex Index { get; } = new();

    protected IndexLocation Location => new(SafeUrl.Parse(Index.Url));

    public void Dispose()
    {
        Index.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static PackageName Name(string name) => PackageName.Parse(name);

    /// <summary>Does something with a client of its own, as one run of the program would.</summary>
    protected async Task<T> RunAsync<T>(Func<IndexClient, Task<T>> work, IndexClientOptions? options = null)
    {
        var place = new CacheLocation(Folder.At("cache"), IsExplicit: true);
        using var cache = await CacheFolder.OpenAsync(place, TimeSpan.FromSeconds(5), null, Token);
        await using var client = new IndexClient(options ?? new IndexClientOptions { Http = Quick }, cache);
        return await work(client);
    }

    /// <summary>Asks for one page, in a run of its own.</summary>
    protected Task<PageResponse> GetAsync(string name, IndexClientOptions? options = null) =>
        RunAsync(client => client.GetPageAsync(Location, Name(name), Token), options);

    /// <summary>Asks for one page that must be there.</summary>
    protected async Task<ProjectPage> FindAsync(string name, IndexClientOptions? options = null) =>
        Assert.IsType<PageResponse.Found>(await GetAsync(name, options)).Page;

    protected static string[] Files(ProjectPage page) =>
        [.. Enumerable.Range(0, page.FileCount).Select(i => page.FileAt(i).FileName).Order(StringComparer.Ordinal)];
}
