using System.Collections.Concurrent;
using System.Net;
using Krait.Index.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Krait.Index.Tests.Http;

/// <summary>How many connections an HTTP/2 server sees that takes ten requests at a time over each.</summary>
public sealed class Http2Tests : IndexTest
{
    private const int StreamsPerConnection = 10;

    [Theory]
    [InlineData(StreamsPerConnection, 1)]
    [InlineData(3 * StreamsPerConnection, 3)]
    public async Task A_connection_is_opened_only_where_the_others_take_no_more(int requests, int connections)
    {
        var root = TestAuthority.Root();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new ConcurrentDictionary<string, string>();
        var count = 0;
        await using var server = Serve(
            root,
            async context =>
            {
                seen.TryAdd(context.Connection.Id, context.Request.Protocol);
                // The first shows that HTTP/2 is spoken; the others are all under way at once, or none is answered.
                if (Interlocked.Increment(ref count) == requests + 1)
                    all.SetResult();
                if (!context.Request.Path.Value!.EndsWith("/first/", StringComparison.Ordinal)) // a request has a path
                    await all.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
                context.Response.StatusCode = 404;
            }
        );
        await server.StartAsync(Token);
        var location = new IndexLocation(
            SafeUrl.Parse($"https://localhost:{new Uri(server.Urls.First()).Port}/simple/")
        );
        var trust = new TrustSettings(Folder.Write("root.pem", root.Pem), null);
        await RunAsync(
            async client =>
            {
                await client.GetPageAsync(location, Name("first"), Token);
                return await Task.WhenAll(
                    Enumerable.Range(0, requests).Select(i => client.GetPageAsync(location, Name($"p{i}"), Token))
                );
            },
            new IndexClientOptions { Http = Quick with { Trust = trust } }
        );
        Assert.All(seen.Values, protocol => Assert.Equal("HTTP/2", protocol));
        Assert.Equal(connections, seen.Count);
    }

    private static WebApplication Serve(TestAuthority root, RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                listening =>
                {
                    listening.Protocols = HttpProtocols.Http1AndHttp2;
                    listening.UseHttps(root.Server());
                }
            );
        });
        var app = builder.Build();
        app.Run(answer);
        return app;
    }
}
