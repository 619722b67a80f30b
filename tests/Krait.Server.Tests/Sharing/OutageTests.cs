using System.Collections.Concurrent;
using System.Diagnostics;
using Krait.Testing;

namespace Krait.Server.Tests.Sharing;

/// <summary>What a server does while the database or the object storage is away, and afterwards.</summary>
public sealed class OutageTests : FleetTest
{
    private static readonly WheelBuilder Wheel = new WheelBuilder("demo", "1.0").File("x.bin", new byte[300_000]);
    private static readonly WheelBuilder Own = new("acme_tool", "1.0");

    protected override bool HasServicesOfItsOwn => true;

    [Fact]
    public async Task Without_the_database_reads_go_on_and_uploads_wait()
    {
        Upstream.Add(Wheel).Add("unseen", "1.0");
        var (one, other) = (await StartAsync("one"), await StartAsync("other"));
        Assert.Equal(200, await UploadStatusAsync(one, Own));
        await BytesAsync(one, Path(Wheel, "public"));

        Postgres.Stop();

        Assert.Equal(Wheel.Build(), await BytesAsync(one, Path(Wheel, "public")));
        Assert.Equal(Own.Build(), await BytesAsync(one, Path(Own, "team")));
        Assert.Equal(200, await StatusAsync(one, "/simple/demo/"));
        Assert.Equal(200, await StatusAsync(one, "/inside/simple/acme-tool/"));
        Assert.Equal(200, await StatusAsync(one, "/healthz"));
        Assert.Equal(503, await StatusAsync(one, "/simple/unseen/"));
        Assert.DoesNotContain("/simple/unseen/", Upstream.Paths);
        using (var refused = await UploadAsync(one, new WheelBuilder("acme_tool", "2.0")))
        {
            Assert.Equal(503, (int)refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Contains(
                "cannot reach its database",
                await refused.Content.ReadAsStringAsync(Token),
                StringComparison.Ordinal
            );
        }

        await WaitForAsync(async () => await StatusAsync(one, "/readyz") == 503);
        Assert.Equal(0, await MetricAsync(one, "krait_database_up"));

        await Postgres.StartAsync();

        await WaitForAsync(async () => await StatusAsync(one, "/readyz") == 200);
        Assert.Equal(200, await UploadStatusAsync(one, new WheelBuilder("acme_tool", "2.0")));
        Assert.Equal(200, await StatusAsync(one, "/simple/unseen/"));
        await WaitForAsync(async () =>
            (await TextAsync(other, "/simple/acme-tool/")).Contains("acme_tool-2.0", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_server_that_starts_without_the_database_serves_what_it_knows()
    {
        Upstream.Add(Wheel);
        var one = await StartAsync("one");
        Assert.Equal(200, await UploadStatusAsync(one, Own));
        await one.DisposeAsync();
        Postgres.Stop();

        one = await StartAsync("one");

        Assert.Equal(Own.Build(), await BytesAsync(one, Path(Own, "team")));
        Assert.Equal(503, await StatusAsync(one, "/readyz"));
        // Whether the name is private cannot be known: nobody else is asked for it.
        Assert.Equal(503, await StatusAsync(one, "/simple/demo/"));
        Assert.DoesNotContain("/simple/demo/", Upstream.Paths);

        await Postgres.StartAsync();
        await WaitForAsync(async () => await StatusAsync(one, "/readyz") == 200);
        Assert.Equal(Wheel.Build(), await BytesAsync(one, Path(Wheel, "public")));
    }

    [Fact]
    public async Task Acknowledged_uploads_outlive_a_crash_of_the_database()
    {
        var servers = new[] { await StartAsync("one"), await StartAsync("other") };
        var acknowledged = new ConcurrentBag<WheelBuilder>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var work = UploadMany(servers, acknowledged, ending.Token);
        for (var round = 0; round < 3; round++)
        {
            var before = acknowledged.Count;
            await WaitForAsync(() => Task.FromResult(acknowledged.Count > before + 4));
            Postgres.Stop();
            await Task.Delay(300, Token);
            await Postgres.StartAsync();
        }

        var last = acknowledged.Count;
        await WaitForAsync(() => Task.FromResult(acknowledged.Count > last + 4));
        await ending.CancelAsync();
        await work;

        var fresh = await StartAsync("fresh");
        foreach (var wheel in acknowledged)
            Assert.Equal(wheel.Build(), await BytesAsync(fresh, Path(wheel, "team")));
    }

    [Fact]
    public async Task A_standby_takes_over_and_nothing_acknowledged_is_lost()
    {
        using var standby = await Postgres.StartStandbyAsync();
        Database = Database with { Hosts = [.. Database.Hosts, .. standby.SettingsOf("any").Hosts] };
        var servers = new[] { await StartAsync("one"), await StartAsync("other") };
        var acknowledged = new ConcurrentBag<WheelBuilder>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Assert.Equal(200, await UploadStatusAsync(servers[0], Own));
        var work = UploadMany(servers, acknowledged, ending.Token);
        await WaitForAsync(() => Task.FromResult(acknowledged.Count > 20));

        Postgres.Stop();
        // Nobody has asked this server for it before: only the standby knows.
        Assert.Equal(200, await StatusAsync(servers[1], "/simple/acme-tool/"));
        Assert.Equal(503, await UploadStatusAsync(servers[0], new WheelBuilder("acme_tool", "2.0")));
        var before = acknowledged.Count;
        var watch = Stopwatch.StartNew();
        await standby.PromoteAsync();
        await WaitForAsync(() => Task.FromResult(acknowledged.Count > before));
        TestContext.Current.SendDiagnosticMessage(
            $"uploads went on {watch.ElapsedMilliseconds} ms after the promotion"
        );
        await WaitForAsync(() => Task.FromResult(acknowledged.Count > before + 20));
        await ending.CancelAsync();
        await work;

        var fresh = await StartAsync("fresh");
        foreach (var wheel in acknowledged)
            Assert.Equal(wheel.Build(), await BytesAsync(fresh, Path(wheel, "team")));
    }

    [Fact]
    public async Task Without_the_storage_what_is_here_is_served()
    {
        Upstream.Add(Wheel);
        var (one, other) = (await StartAsync("one"), await StartAsync("other"));
        await BytesAsync(one, Path(Wheel, "public"));
        Assert.Equal(200, await StatusAsync(other, "/simple/demo/"));

        Storage.Stop();

        Assert.Equal(Wheel.Build(), await BytesAsync(one, Path(Wheel, "public")));
        Assert.Equal(503, await StatusAsync(other, Path(Wheel, "public")));
        Assert.Equal(503, await UploadStatusAsync(one, Own));
        Assert.Equal(404, await StatusAsync(one, "/inside/simple/acme-tool/"));

        await Storage.StartAsync();

        Assert.Equal(Wheel.Build(), await BytesAsync(other, Path(Wheel, "public")));
        Assert.Equal(200, await UploadStatusAsync(one, Own));
    }

    /// <summary>Uploads through all servers until it is told to end, and notes what was acknowledged.</summary>
    private Task UploadMany(
        KraitServer[] servers,
        ConcurrentBag<WheelBuilder> acknowledged,
        CancellationToken ending
    ) =>
        Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(worker =>
                    Task.Run(
                        async () =>
                        {
                            for (var i = 0; !ending.IsCancellationRequested; i++)
                            {
                                var wheel = new WheelBuilder($"own{worker}", $"1.{i}");
                                if (await UploadStatusAsync(servers[worker % servers.Length], wheel) == 200)
                                    acknowledged.Add(wheel);
                            }
                        },
                        Token
                    )
                )
        );
}
