using System.Collections.Immutable;
using System.Net;
using Krait.Index.Http;
using Krait.Index.Mirroring;
using Krait.Packaging.Text;
using Krait.Server.Settings;
using Krait.Server.Spaces;
using Krait.Server.Storage;
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
    private readonly StoreFolder folder;
    private readonly UpstreamClient client;
    private readonly CancellationTokenSource stopping;
    private readonly WebApplication application;
    private int isDisposed;

    private KraitServer(
        StoreFolder folder,
        UpstreamClient client,
        CancellationTokenSource stopping,
        WebApplication application
    )
    {
        this.folder = folder;
        this.client = client;
        this.stopping = stopping;
        this.application = application;
    }

    /// <summary>The address that it listens on.</summary>
    public string Address =>
        application
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()
            ?.Addresses.FirstOrDefault()
        ?? "";

    /// <summary>Whether another process writes to the directory, so that this one only reads.</summary>
    public bool IsReadOnly => folder.IsReadOnly;

    /// <summary>Opens the store and begins to listen.</summary>
    /// <exception cref="KraitException">The directory cannot be used, or the address is taken.</exception>
    public static async Task<KraitServer> StartAsync(
        ServerSettings settings,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var root = StoreFolder.Open(settings.Folder);
        var end = new CancellationTokenSource();
        var upstreams = new UpstreamClient(settings.Http with { Reach = ReachOf(settings) }, clock);
        var spaces = OpenSpaces(settings, root, upstreams, clock, end.Token);
        var views = settings
            .Views.Select(view => new View(
                view.Name,
                [
                    .. view.Members.Select(name =>
                        spaces.First(space => string.Equals(space.Name, name, StringComparison.Ordinal))
                    ),
                ],
                view.MaxAge
            ))
            .ToImmutableArray();
        var server = new KraitServer(root, upstreams, end, Build(settings, new RequestHandler(views, clock, root)));
        try
        {
            await server.application.StartAsync(cancellationToken);
            return server;
        }
        catch (IOException e)
        {
            await server.DisposeAsync();
            throw new KraitException(
                new Diagnostic(
                    "cannot-listen",
                    $"cannot listen on {settings.Host}:{settings.Port}: the address is in use"
                )
                {
                    Hints = ["Choose another one with `--port`, or stop the program that uses it"],
                },
                e
            );
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Finishes what is being answered, for so long at most, and ends.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        await application.StopAsync(patience.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
            return;
        await stopping.CancelAsync();
        await application.DisposeAsync();
        client.Dispose();
        folder.Dispose();
        stopping.Dispose();
    }

    /// <summary>An upstream may be in a private network; what its pages name elsewhere may not.</summary>
    private static NetworkReach ReachOf(ServerSettings settings) =>
        new(
            settings
                .Spaces.Where(space => space.Upstream is not null)
                .Select(space => (space.Upstream!.Host, space.Upstream.Origin.Port)) // those without were left out
        );

    private static ImmutableArray<Space> OpenSpaces(
        ServerSettings settings,
        StoreFolder folder,
        UpstreamClient client,
        TimeProvider clock,
        CancellationToken stopping
    )
    {
        var blobs = new BlobStore(folder);
        var spaces = ImmutableArray.CreateBuilder<Space>(settings.Spaces.Length);
        foreach (var space in settings.Spaces)
        {
            var projects = ProjectStore.Open(folder, space.Name, isOwn: space.Upstream is null);
            if (space.Upstream is not { } upstream)
                continue;
            var options = new ProxyOptions(upstream)
            {
                LongestFreshness = settings.LongestFreshness,
                ShortestFreshness = settings.ShortestFreshness,
                SoftDeadline = settings.SoftDeadline,
            };
            spaces.Add(new ProxySpace(folder, projects, blobs, client, options, clock, stopping));
        }

        return spaces.ToImmutable();
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
