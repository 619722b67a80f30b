using System.Collections.Immutable;
using System.Net;
using Krait.Index.Http;
using Krait.Index.Mirroring;
using Krait.Packaging.Text;
using Krait.Protocol.Discovery;
using Krait.Server.Activity;
using Krait.Server.Bundles;
using Krait.Server.Resolving;
using Krait.Server.Settings;
using Krait.Server.Spaces;
using Krait.Server.Uploads;
using Krait.Server.Views;
using Krait.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Krait.Server;

/// <summary>A running server: the store, the namespaces and views over it, and the sockets in front.</summary>
internal sealed class KraitServer : IAsyncDisposable
{
    private readonly ServerStores stores;
    private readonly CancellationTokenSource stopping = new();
    private UpstreamClient? client;
    private ResolveService? resolver;
    private WebApplication? application;
    private int isDisposed;

    private KraitServer(ServerStores stores) => this.stores = stores;

    /// <summary>The address that it listens on.</summary>
    public string Address =>
        application
            ?.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()
            ?.Addresses.FirstOrDefault()
        ?? "";

    /// <summary>Whether another process writes to the directory, so that this one only reads.</summary>
    public bool IsReadOnly => stores.Folder.IsReadOnly;

    /// <summary>How many files the bundle has that it was started with.</summary>
    public int FilesOfBundle { get; private set; }

    /// <summary>Opens the store and begins to listen.</summary>
    /// <param name="settings">What it is told.</param>
    /// <param name="clock">The time.</param>
    /// <param name="writeLog">Takes the lines of the access log.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="KraitException">The directory cannot be used, or the address is taken.</exception>
    public static async Task<KraitServer> StartAsync(
        ServerSettings settings,
        TimeProvider clock,
        Action<string>? writeLog,
        CancellationToken cancellationToken
    )
    {
        var server = new KraitServer(await ServerStores.OpenAsync(settings, clock, cancellationToken));
        try
        {
            var handler = await server.ComposeAsync(settings, clock, writeLog, cancellationToken);
            server.application = Build(settings, handler);
            await server.application.StartAsync(cancellationToken);
            return server;
        }
        catch (Exception e)
        {
            await server.DisposeAsync();
            if (ListenFailure.ReasonOf(e) is { } reason)
                throw ListenFailure.Describe(settings, reason, e);
            throw;
        }
    }

    /// <summary>Finishes what is being answered, for so long at most, and ends.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        if (application is not null)
            await application.StopAsync(patience.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
            return;
        await stopping.CancelAsync();
        if (application is not null)
            await application.DisposeAsync();
        // Another process may write as soon as the lock is given back.
        await stores.Folder.Work.WaitAsync();
        client?.Dispose();
        resolver?.Dispose();
        await stores.DisposeAsync();
        stopping.Dispose();
    }

    private async Task<RequestHandler> ComposeAsync(
        ServerSettings settings,
        TimeProvider clock,
        Action<string>? writeLog,
        CancellationToken cancellationToken
    )
    {
        client = new UpstreamClient(settings.Http with { Reach = ReachOf(settings) }, clock);
        var blobs = stores.Blobs;
        var activity = new ActivityLog(clock);
        var spaces = OpenSpaces(settings, stores, client, activity, clock, stopping.Token);
        if (settings.Bundle is { } bundle)
        {
            var import = new BundleImport(blobs, spaces.OfType<PrivateSpace>().First());
            FilesOfBundle = await import.RunAsync(bundle, cancellationToken);
        }

        var views = OpenViews(settings, spaces, clock);
        var gate = new Gatekeeper(stores.Tokens, clock);
        var uploadLog = new UploadLog();
        var uploads = new UploadEndpoint(
            [.. spaces.OfType<PrivateSpace>()],
            blobs,
            new Uploader(stores.Folder),
            uploadLog,
            gate,
            settings.LargestUpload
        );
        var renderer = new PageRenderer(WriteMeta);
        var shards = new ShardService(renderer, blobs);
        resolver = new ResolveService(renderer, shards, stores.Memos, clock);
        return new RequestHandler(
            views,
            clock,
            stores.Folder,
            () => stores.IsReady,
            gate,
            renderer,
            uploads,
            new ServiceEndpoint(shards, resolver),
            new SiteEndpoint(views, activity, uploadLog, stores.Folder.Work, clock, stopping.Token),
            activity,
            new Meter(GaugesOf(spaces, views, stores, client, uploads, resolver)),
            new RateLimit(settings.RequestsPerSecond),
            settings.WritesAccessLog && writeLog is not null ? new AccessLog(writeLog, clock) : null
        );
    }

    /// <summary>An upstream may be in a private network; what its pages name elsewhere may not.</summary>
    private static NetworkReach ReachOf(ServerSettings settings) =>
        new(
            settings
                .Spaces.Where(space => space.Upstream is not null)
                .Select(space => (space.Upstream!.Host, space.Upstream.Origin.Port)) // those without were left out
                .Concat(settings.PrivateHosts)
        );

    private static ImmutableArray<Space> OpenSpaces(
        ServerSettings settings,
        ServerStores stores,
        UpstreamClient client,
        ActivityLog activity,
        TimeProvider clock,
        CancellationToken stopping
    )
    {
        var spaces = ImmutableArray.CreateBuilder<Space>(settings.Spaces.Length);
        foreach (var space in settings.Spaces)
        {
            var projects = stores.ProjectsOf(space);
            if (space.Upstream is not { } upstream)
            {
                spaces.Add(new PrivateSpace(stores.Folder, projects, stores.Blobs, space.ReservedNames, clock));
                continue;
            }

            var options = new ProxyOptions(upstream)
            {
                LongestFreshness = settings.LongestFreshness,
                ShortestFreshness = settings.ShortestFreshness,
                SoftDeadline = settings.SoftDeadline,
            };
            spaces.Add(new ProxySpace(stores.Parts, projects, client, options, activity, clock, stopping));
        }

        return spaces.ToImmutable();
    }

    private static ImmutableArray<View> OpenViews(
        ServerSettings settings,
        ImmutableArray<Space> spaces,
        TimeProvider clock
    ) =>
        [
            .. settings.Views.Select(view =>
            {
                var members = view.Members.Select(name =>
                    spaces.First(space => string.Equals(space.Name, name, StringComparison.Ordinal))
                );
                return new View(view.Name, [.. members], view.Policy, clock)
                {
                    MaxAge = view.MaxAge,
                    IsPublic = view.IsPublic,
                };
            }),
        ];

    private static Gauge[] GaugesOf(
        ImmutableArray<Space> spaces,
        ImmutableArray<View> views,
        ServerStores stores,
        UpstreamClient client,
        UploadEndpoint uploads,
        ResolveService answers
    )
    {
        var proxies = spaces.OfType<ProxySpace>().ToImmutableArray();
        return
        [
            new(
                "krait_upstream_requests_total",
                "Requests that were sent to upstreams",
                () => client.Counters.Requests
            ),
            new(
                "krait_upstream_retries_total",
                "Requests to upstreams that were repeated",
                () => client.Counters.Retries
            ),
            new(
                "krait_transfers_total",
                "Files that were fetched",
                () => proxies.Sum(proxy => proxy.Transfers.Started)
            ),
            new(
                "krait_transfers_joined_total",
                "Clients that joined a transfer under way",
                () => proxies.Sum(proxy => proxy.Transfers.Joined)
            ),
            new(
                "krait_files_held_total",
                "Files that were served from the disk",
                () => proxies.Sum(proxy => proxy.Held)
            ),
            new(
                "krait_hash_conflicts_total",
                "Files refused for another digest than the first",
                () => proxies.Sum(p => p.Conflicts)
            ),
            new("krait_denied_files_total", "Files left out of pages by policy", () => views.Sum(view => view.Denied)),
            new("krait_resolutions_total", "Resolutions that were worked out", () => answers.Solves),
            new("krait_resolution_memo_hits_total", "Resolutions that still held", () => answers.Hits),
            new("krait_uploads_total", "Files that were uploaded", () => uploads.Accepted),
            .. stores.Gauges,
        ];
    }

    /// <summary>Tells clients, in every page, that more can be asked for.</summary>
    private static void WriteMeta(System.Text.Json.Utf8JsonWriter json)
    {
        json.WritePropertyName(ServiceDescription.Key);
        ServiceEndpoint.Description.Write(json);
    }

    private static WebApplication Build(ServerSettings settings, RequestHandler handler)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            var address = settings.Host is "localhost" ? "127.0.0.1" : settings.Host;
            if (!IPAddress.TryParse(address, out var parsed))
            {
                throw new KraitException(
                    new Diagnostic("invalid-host", $"`{settings.Host}` is not an IP address to listen on")
                    {
                        Hints = ["Pass `127.0.0.1` for this machine only, or `0.0.0.0` for all networks"],
                    }
                )
                {
                    Kind = FailureKind.UnusableInput,
                };
            }

            options.Listen(parsed, settings.Port);
        });
        var built = builder.Build();
        built.Run(handler.HandleAsync);
        return built;
    }
}
