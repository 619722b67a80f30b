using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Krait.Index.Http;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Concurrency;
using Krait.Platform.Tracing;

namespace Krait.Index.SimpleApi;

/// <summary>Pages, from the nearest place: this run's memory, the cache, the index.</summary>
internal sealed class PageClient(
    IndexClientOptions options,
    PageStore store,
    PageFetcher fetcher,
    LinkReader links,
    NetworkCounters counters,
    BackgroundWork background
) : IDisposable
{
    private readonly SingleFlight<(string Source, PackageName Project), PageResponse> flights = new(keepResults: true);
    private readonly ConcurrentDictionary<(string Source, PackageName Project), StoredPage?> stored = new();
    private readonly Dictionary<string, TimeSpan> freshness = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<SuppliedProject>> unkept = new(StringComparer.Ordinal);
    private readonly Lock keeping = new();
    private readonly SemaphoreSlim width = new(options.PageConcurrency);
    private readonly ConcurrentDictionary<PackageName, Version> settled = new();

    /// <summary>Notes that only one version of a project can be chosen.</summary>
    public void Settle(PackageName project, Version version) => settled.TryAdd(project, version);

    /// <summary>Asks the index whether the page in the cache still holds, whatever its age; nothing of this run's memory is used.</summary>
    /// <exception cref="KraitException">It could not be asked.</exception>
    public Task<PageResponse> AskAgainAsync(
        IndexLocation location,
        PackageName project,
        CancellationToken cancellationToken
    ) => FetchAsync(location, project, cancellationToken);

    /// <summary>The page, when it is there and needs no question: without a task and without another thread.</summary>
    public bool TryGetFresh(IndexLocation location, PackageName project, [NotNullWhen(true)] out PageResponse? response)
    {
        var key = (location.SourceKey, project);
        if (flights.TryGet(key, out response))
            return true;
        if (Stored(location, project) is not { } stored || !IsUsable(stored, project))
            return false;
        counters.CountFreshHit();
        options.Http.Watch?.Invoke($"Cache hit: the page of {project} at {location}");
        response = new PageResponse.Found(stored.Page);
        flights.TryAdd(key, response);
        return true;
    }

    /// <summary>The page as it was the last time, however long ago: what may be outdated is good enough for a guess.</summary>
    public bool TryRecall(IndexLocation location, PackageName project, [NotNullWhen(true)] out ProjectPage? page)
    {
        page = Stored(location, project)?.Page;
        return page is not null;
    }

    /// <summary>The page.</summary>
    /// <exception cref="KraitException">It could not be fetched or read.</exception>
    public Task<PageResponse> GetAsync(IndexLocation location, PackageName project, CancellationToken cancellationToken)
    {
        if (TryGetFresh(location, project, out var known))
            return Task.FromResult(known);
        return flights.RunAsync(
            (location.SourceKey, project),
            (_, token) => FetchAsync(location, project, token),
            cancellationToken
        );
    }

    /// <summary>
    /// Takes a page that came by another way, unless there is one already; it is kept for as long as pages of its index are, once that is known.
    /// </summary>
    /// <returns>Whether the index sent the same both ways, as far as is known.</returns>
    public bool Supply(IndexLocation location, SuppliedProject supplied)
    {
        var key = (location.SourceKey, supplied.Project);
        if (!flights.TryAdd(key, new PageResponse.Found(supplied.Page)))
        {
            return !flights.TryGet(key, out var known)
                || (known is PageResponse.Found found && found.Page.Flat.Span.SequenceEqual(supplied.Page.Flat.Span));
        }

        lock (keeping)
        {
            if (freshness.TryGetValue(location.SourceKey, out var age))
                Keep(location, supplied, age);
            else if (unkept.TryGetValue(location.SourceKey, out var others))
                others.Add(supplied);
            else
                unkept.Add(location.SourceKey, [supplied]);
        }

        return true;
    }

    /// <summary>Notes for how long pages of an index may be kept, and keeps those that came before this was known.</summary>
    private void NoteFreshness(IndexLocation location, TimeSpan age)
    {
        lock (keeping)
        {
            freshness[location.SourceKey] = age;
            if (!unkept.Remove(location.SourceKey, out var waiting))
                return;
            foreach (var supplied in waiting)
                Keep(location, supplied, age);
        }
    }

    private void Keep(IndexLocation location, SuppliedProject supplied, TimeSpan age)
    {
        var policy = new PagePolicy
        {
            Received = options.Clock.GetUtcNow(),
            FreshFor = age,
            Url = PageUrl(location, supplied.Project).Canonical,
            IsStorable = true,
        };
        background.Start(() => store.Write(location, supplied.Project, policy, supplied.Page));
    }

    public void Dispose() => width.Dispose();

    private static bool IsPaged(IndexLocation location) => location.Kind is IndexKind.Simple && !location.Url.IsFile;

    private static SafeUrl PageUrl(IndexLocation location, PackageName project) => location.Url.Below(project.Value);

    /// <summary>The page in the cache, opened once: who asks whether it is fresh may have to renew it, or to follow it.</summary>
    private StoredPage? Stored(IndexLocation location, PackageName project) =>
        IsPaged(location)
            ? this.stored.GetOrAdd(
                (location.SourceKey, project),
                static (_, at) =>
                    at.store.TryOpen(
                        at.location,
                        at.project,
                        PageUrl(at.location, at.project).Canonical,
                        out var stored
                    )
                        ? stored
                        : null,
                (store, location, project)
            )
            : null;

    private bool IsUsable(StoredPage stored, PackageName project) =>
        options.IsOffline
        || options.FreshnessOf(project) switch
        {
            Freshness.NeverAsk => true,
            Freshness.AlwaysRevalidate => false,
            _ => stored.Policy.IsFresh(options.Clock.GetUtcNow()) || HoldsPin(stored.Page, project),
        };

    /// <summary>Whether a project is pinned to a version that the page lists, itself or with a local label.</summary>
    private bool HoldsPin(ProjectPage page, PackageName project)
    {
        if (!options.TrustsPins || !settled.TryGetValue(project, out var pin))
            return false;
        var index = page.IndexOf(pin);
        if (index >= 0)
            return true;
        index = ~index;
        return index < page.VersionCount
            && page.VersionAt(index) is { IsLocal: true } next
            && next.WithoutLocal().Equals(pin);
    }

    private async Task<PageResponse> FetchAsync(
        IndexLocation location,
        PackageName project,
        CancellationToken cancellationToken
    )
    {
        if (options.IsOffline && !location.Url.IsFile)
            return PageResponse.Offline.Instance;
        await width.WaitAsync(cancellationToken);
        using var span = Tracer.Begin("fetch page", project.Value);
        try
        {
            return IsPaged(location)
                ? await FetchPageAsync(location, project, cancellationToken)
                : await links.ReadAsync(location, project, cancellationToken);
        }
        finally
        {
            width.Release();
        }
    }

    private async Task<PageResponse> FetchPageAsync(
        IndexLocation location,
        PackageName project,
        CancellationToken cancellationToken
    )
    {
        var url = PageUrl(location, project);
        var earlier = Stored(location, project);
        options.Http.Watch?.Invoke(
            earlier is null
                ? $"Cache miss: the page of {project} at {location}"
                : $"Cache entry to be confirmed: the page of {project} at {location}"
        );
        var outcome = await fetcher.FetchAsync(location, url, project, earlier, cancellationToken);
        if (outcome.IsRenewal)
            counters.CountNotModified();
        if (outcome is { Policy: { } policy, Response: PageResponse.Found { Page: var page } })
        {
            if (policy.IsStorable)
                NoteFreshness(location, policy.FreshFor);
            background.Start(() => Keep(location, project, policy, page, outcome.IsRenewal ? earlier?.Policy : null));
        }

        return outcome.Response;
    }

    private void Keep(
        IndexLocation location,
        PackageName project,
        PagePolicy policy,
        ProjectPage page,
        PagePolicy? renewed
    )
    {
        if (renewed is not null)
            store.Renew(location, project, renewed, policy);
        else
            store.Write(location, project, policy, page);
    }
}
