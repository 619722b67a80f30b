using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Server.Tests.Sharing;

/// <summary>What several servers do together.</summary>
public sealed class FleetTests : FleetTest
{
    private static readonly WheelBuilder Wheel = new WheelBuilder("demo", "1.0").File("x.bin", new byte[300_000]);
    private static readonly WheelBuilder Own = new("acme_tool", "1.0");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_file_that_many_clients_want_at_once_is_fetched_once(int count)
    {
        Upstream.Add(Wheel);
        var arrives = new TaskCompletionSource();
        Upstream.Hold(FakeIndex.FilePath(Wheel.FileName), arrives.Task);
        var servers = new List<KraitServer>();
        for (var i = 0; i < count; i++)
            servers.Add(await StartAsync($"server{i}"));

        var clients = Enumerable
            .Range(0, 100)
            .Select(i => BytesAsync(servers[i % count], Path(Wheel, "public")))
            .ToList();
        await Task.Delay(1500, Token);
        arrives.SetResult();
        var received = await Task.WhenAll(clients);

        Assert.All(received, content => Assert.Equal(Wheel.Build(), content));
        Assert.Single(Upstream.Paths, FakeIndex.FilePath(Wheel.FileName));
        Assert.Single(Upstream.Paths, "/simple/demo/");
    }

    [Fact]
    public async Task A_change_on_one_server_is_seen_on_all()
    {
        var (one, other) = (await StartAsync("one"), await StartAsync("other"));
        Upstream.Add("acme-tool", "9.9");
        Assert.Equal(404, await StatusAsync(other, "/inside/simple/acme-tool/"));

        Assert.Equal(200, await UploadStatusAsync(one, Own));
        await WaitForAsync(async () => await StatusAsync(other, "/inside/simple/acme-tool/") == 200);
        Assert.Equal(Own.Build(), await BytesAsync(other, Path(Own, "team")));
        Assert.Equal(Own.Metadata, await BytesAsync(other, Path(Own, "team") + ".metadata"));
        Assert.DoesNotContain("9.9", await TextAsync(other, "/simple/acme-tool/"), StringComparison.Ordinal);

        (await SendAsync(other, HttpMethod.Post, Path(Own, "team") + "?yanked=broken")).EnsureSuccessStatusCode();
        await WaitForAsync(async () =>
            (await TextAsync(one, "/simple/acme-tool/")).Contains("data-yanked", StringComparison.Ordinal)
        );
        (await SendAsync(one, HttpMethod.Delete, Path(Own, "team"))).EnsureSuccessStatusCode();
        await WaitForAsync(async () => await StatusAsync(other, Path(Own, "team")) == 410);
        Assert.Equal(409, await UploadStatusAsync(other, Own));
    }

    [Fact]
    public async Task Of_two_contents_under_one_name_one_wins_everywhere()
    {
        var (one, other) = (await StartAsync("one"), await StartAsync("other"));
        for (var i = 0; i < 10; i++)
        {
            var first = new WheelBuilder($"race{i}", "1.0").File("x", "1");
            var second = new WheelBuilder($"race{i}", "1.0").File("x", "2");

            var both = await Task.WhenAll(UploadStatusAsync(one, first), UploadStatusAsync(other, second));

            Assert.Equal([200, 409], both.Order());
            var winner = both[0] == 200 ? first : second;
            Assert.Equal(winner.Build(), await BytesAsync(both[0] == 200 ? one : other, Path(winner, "team")));
            await WaitForAsync(async () => await StatusAsync(other, Path(winner, "team")) == 200);
            Assert.Equal(winner.Build(), await BytesAsync(other, Path(winner, "team")));
        }
    }

    [Fact]
    public async Task Uploads_to_one_project_over_many_servers_are_all_kept()
    {
        var servers = new[] { await StartAsync("one"), await StartAsync("two"), await StartAsync("three") };
        var wheels = Enumerable.Range(0, 24).Select(i => new WheelBuilder("acme_tool", $"1.{i}")).ToList();

        var uploads = wheels.Select((wheel, i) => UploadStatusAsync(servers[i % 3], wheel));
        Assert.All(await Task.WhenAll(uploads), status => Assert.Equal(200, status));

        var fresh = await StartAsync("fresh");
        var page = await TextAsync(fresh, "/simple/acme-tool/");
        Assert.All(wheels, wheel => Assert.Contains(wheel.FileName, page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_was_cut_off_catches_up()
    {
        var (one, other) = (await StartAsync("one"), await StartAsync("other"));
        Assert.Equal(404, await StatusAsync(other, "/inside/simple/acme-tool/"));
        const string Listening = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
        await WaitForAsync(async () =>
            await Postgres.ExecuteAsync(Database.Name, $"SELECT count(*) {Listening}") is 2L
        );

        await Postgres.ExecuteAsync(Database.Name, $"SELECT count(pg_terminate_backend(pid)) {Listening}");
        Assert.Equal(200, await UploadStatusAsync(one, Own));

        await WaitForAsync(async () => await StatusAsync(other, "/inside/simple/acme-tool/") == 200);
    }

    [Fact]
    public async Task A_turn_that_nobody_ends_expires()
    {
        Upstream.Add(Wheel);
        var work = $"file public demo {Wheel.FileName}";
        await Postgres.ExecuteAsync(
            Database.Name,
            $"INSERT INTO lease VALUES ('{work}', 'dead', now() + interval '2 seconds')"
        );
        var server = await StartAsync("one");

        Assert.Equal(Wheel.Build(), await BytesAsync(server, Path(Wheel, "public")));
        await WaitForAsync(async () => await Postgres.ExecuteAsync(Database.Name, "SELECT count(*) FROM lease") is 0L);
    }

    [Fact]
    public async Task A_resolution_is_worked_out_once_for_all()
    {
        var (one, other) = (await StartAsync("one"), await StartAsync("other"));
        Upstream.Add("app", "1.0", "lib").Add("lib", "2.0");
        var query = Resolving.ServiceTests.QueryFor("app");
        foreach (var server in new[] { one, other })
        {
            var address = new Uri(server.Address + "/-/krait/v1/resolve");
            using var answer = await Http.PostAsync(address, new ByteArrayContent(query), Token);
            Assert.Contains("\"solved\"", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }

        Assert.Equal(1, await MetricAsync(one, "krait_resolutions_total"));
        Assert.Equal(0, await MetricAsync(other, "krait_resolutions_total"));
        Assert.Equal(1, await MetricAsync(other, "krait_resolution_memo_hits_total"));
    }

    [Fact]
    public async Task Only_as_much_is_kept_here_as_there_is_room_for()
    {
        Objects = Objects with { LocalSize = 700_000 };
        var server = await StartAsync("small");
        for (var i = 0; i < 6; i++)
            Upstream.Add(new WheelBuilder($"big{i}", "1.0").File("x.bin", Noise(i, 250_000)));

        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 6; i++)
            {
                var wheel = new WheelBuilder($"big{i}", "1.0").File("x.bin", Noise(i, 250_000));
                Assert.Equal(wheel.Build(), await BytesAsync(server, Path(wheel, "public")));
            }
        }

        var here = Directory
            .GetFiles(Folder.At("small", "blobs"), "*", SearchOption.AllDirectories)
            .Sum(path => new FileInfo(path).Length);
        Assert.InRange(here, 1, 700_000);
        Assert.Equal(6, Upstream.Paths.Count(path => path.StartsWith("/files/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_object_that_was_damaged_is_fetched_again()
    {
        Upstream.Add(Wheel);
        await BytesAsync(await StartAsync("one"), Path(Wheel, "public"));
        foreach (var path in Directory.GetFiles(Storage.DataPath, "*_object", SearchOption.AllDirectories))
        {
            if (new FileInfo(path).Length == Wheel.Build().Length)
                await File.WriteAllBytesAsync(path, new byte[Wheel.Build().Length], Token);
        }

        Assert.Equal(Wheel.Build(), await BytesAsync(await StartAsync("other"), Path(Wheel, "public")));
        Assert.Equal(Wheel.Build(), await BytesAsync(await StartAsync("third"), Path(Wheel, "public")));
        Assert.Equal(2, Upstream.Paths.Count(path => path == FakeIndex.FilePath(Wheel.FileName)));
    }

    [Fact]
    public async Task Each_server_needs_a_directory_of_its_own()
    {
        await StartAsync("one");

        var problem = await Assert.ThrowsAsync<KraitException>(() => StartAsync("one"));

        Assert.Equal("store-in-use", problem.Diagnostic.Code);
    }

    private static byte[] Noise(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
