using System.Net.Http.Headers;
using System.Security.Cryptography;
using Krait.Testing;

namespace Krait.Server.Tests.Web;

/// <summary>Files and their metadata as clients get them.</summary>
public class FileTests : ServerTest
{
    private static readonly WheelBuilder Wheel = new WheelBuilder("demo", "1.0").File(
        "demo/data.bin",
        RandomNumberGenerator.GetBytes(300_000)
    );

    private static string Path => FilePath("demo", Wheel.FileName);

    public override async ValueTask InitializeAsync()
    {
        Upstream.Add(Wheel);
        await base.InitializeAsync();
    }

    [Fact]
    public async Task Fetches_a_file_once_and_keeps_it()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal(Wheel.Build(), await DownloadAsync(Path));
        await RestartAsync();
        Assert.Equal(Wheel.Build(), await DownloadAsync(Path));

        Assert.Equal(1, UpstreamRequests);
    }

    [Fact]
    public async Task Two_hundred_clients_cost_one_request()
    {
        var gate = new TaskCompletionSource();
        Upstream.Hold(FakeIndex.FilePath(Wheel.FileName), gate.Task);
        var clients = Enumerable.Range(0, 200).Select(_ => DownloadAsync(Path)).ToList();
        await WaitForAsync(async () => await MetricAsync("krait_transfers_joined_total") == 199);
        gate.SetResult();

        Assert.All(await Task.WhenAll(clients), content => Assert.Equal(Wheel.Build(), content));
        Assert.Equal(1, UpstreamRequests);
        Assert.Single(Upstream.Paths, path => path == "/simple/demo/");
    }

    [Fact]
    public async Task A_client_that_leaves_does_not_stop_the_others()
    {
        var gate = new TaskCompletionSource();
        Upstream.Hold(FakeIndex.FilePath(Wheel.FileName), gate.Task);
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var http = new HttpClient();
        var leaving = http.GetByteArrayAsync(new Uri(Server.Address + Path), impatient.Token);
        await WaitForAsync(() => UpstreamRequests == 1);
        var staying = DownloadAsync(Path);
        await WaitForAsync(async () => await MetricAsync("krait_transfers_joined_total") == 1);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        gate.SetResult();

        Assert.Equal(Wheel.Build(), await staying);
        Assert.Equal(1, UpstreamRequests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task A_cut_transfer_breaks_the_connection_and_is_not_kept(int cutAt)
    {
        Upstream.HasETags = false;
        var body = Wheel.Build();
        Upstream.On(FakeIndex.FilePath(Wheel.FileName), _ => new FakeReply(200, body) { CutAt = cutAt });

        Assert.Null(await DownloadAsync(Path));

        Upstream.On(FakeIndex.FilePath(Wheel.FileName), _ => null);
        Assert.Equal(body, await DownloadAsync(Path));
    }

    [Fact]
    public async Task A_transfer_that_broke_goes_on_unseen()
    {
        var body = Wheel.Build();
        var tag = ("ETag", "\"x\"");
        Upstream.Then(FakeIndex.FilePath(Wheel.FileName), new FakeReply(200, body, tag) { CutAt = 100_000 });

        Assert.Equal(body, await DownloadAsync(Path));
    }

    [Fact]
    public async Task Wrong_bytes_never_arrive_whole_and_are_not_kept()
    {
        var wrong = Wheel.Build().ToArray();
        wrong[^10] ^= 1;
        Upstream.Then(FakeIndex.FilePath(Wheel.FileName), new FakeReply(200, wrong));

        Assert.Null(await DownloadAsync(Path));
        Assert.Equal(Wheel.Build(), await DownloadAsync(Path));
    }

    [Fact]
    public async Task Another_file_on_the_second_attempt_is_noticed()
    {
        Upstream.HasHashes = false;
        Upstream.HasSizes = false;
        var other = Wheel.Build().ToArray();
        other[10] ^= 1;
        var path = FakeIndex.FilePath(Wheel.FileName);
        Upstream.Then(path, new FakeReply(200, Wheel.Build()) { CutAt = 100_000 }, new FakeReply(200, other));

        Assert.Null(await DownloadAsync(Path));
    }

    [Theory]
    [InlineData("bytes=0-0", 206, 0, 1)]
    [InlineData("bytes=10-19", 206, 10, 10)]
    [InlineData("bytes=-100", 206, -100, 100)]
    [InlineData("bytes=5-", 206, 5, -5)]
    [InlineData("bytes=0-99999999999999999999", 206, 0, -0)]
    [InlineData("bytes=-99999999999999999999", 206, 0, -0)]
    [InlineData("bytes=99999999-", 416, 0, 0)]
    [InlineData("bytes=99999999999999999999-", 416, 0, 0)]
    [InlineData("bytes=-0", 416, 0, 0)]
    [InlineData("bytes=0-1,5-6", 200, 0, -0)]
    [InlineData("bytes=9-3", 200, 0, -0)]
    [InlineData("bytes=a-b", 200, 0, -0)]
    [InlineData("lines=1-2", 200, 0, -0)]
    public async Task Serves_parts_of_files_that_are_stored_and_of_those_that_arrive(
        string range,
        int status,
        int start,
        int count
    )
    {
        var body = Wheel.Build();
        start = start < 0 ? body.Length + start : start;
        count = count <= 0 ? body.Length + count : count;
        for (var round = 0; round < 2; round++)
        {
            using var response = await GetAsync(Path, ("Range", range));
            Assert.Equal(status, (int)response.StatusCode);
            if (status == 416)
                Assert.Equal($"bytes */{body.Length}", response.Content.Headers.ContentRange?.ToString());
            else
                Assert.Equal(body[start..(start + count)], await response.Content.ReadAsByteArrayAsync(Token));
            await DownloadAsync(Path);
        }
    }

    [Fact]
    public async Task A_condition_on_another_version_means_the_whole_file()
    {
        await DownloadAsync(Path);
        using var first = await GetAsync(Path, ("Range", "bytes=0-9"));
        using var same = await GetAsync(Path, ("Range", "bytes=0-9"), ("If-Range", first.Headers.ETag!.Tag)); // every file has one
        using var other = await GetAsync(Path, ("Range", "bytes=0-9"), ("If-Range", "\"other\""));

        Assert.Equal(206, (int)same.StatusCode);
        Assert.Equal(200, (int)other.StatusCode);
    }

    [Fact]
    public async Task Files_are_cached_for_ever_and_confirmed()
    {
        await DownloadAsync(Path);
        using var first = await GetAsync(Path);
        using var again = await GetAsync(Path, ("If-None-Match", first.Headers.ETag!.Tag)); // every file has one

        Assert.Equal(
            "public, max-age=365000000, immutable",
            string.Join(", ", first.Headers.GetValues("Cache-Control"))
        );
        Assert.Equal(304, (int)again.StatusCode);
    }

    [Fact]
    public async Task Head_of_a_file_needs_no_transfer()
    {
        using var head = await SendAsync(HttpMethod.Head, Path);

        Assert.Equal(200, (int)head.StatusCode);
        Assert.Equal(Wheel.Build().Length, head.Content.Headers.ContentLength);
        Assert.Equal(0, UpstreamRequests);
    }

    [Fact]
    public async Task Metadata_comes_from_the_upstream_once_and_is_checked()
    {
        for (var i = 0; i < 2; i++)
            Assert.Equal(Wheel.Metadata, await DownloadAsync(Path + ".metadata"));

        Assert.Single(Upstream.Paths, path => path.EndsWith(".metadata", StringComparison.Ordinal));
        Assert.Equal(0, UpstreamRequests);
    }

    [Fact]
    public async Task Metadata_that_is_not_what_the_page_promises_is_refused()
    {
        Upstream.On(FakeIndex.FilePath(Wheel.FileName) + ".metadata", _ => new FakeReply(200, "Name: other"));

        Assert.Equal(502, await StatusAsync(Path + ".metadata"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Metadata_is_computed_where_the_upstream_has_none_and_announced_once_we_have_it(bool servesJson)
    {
        Upstream.HasMetadataFiles = false;
        Upstream.ServesJson = servesJson;
        Assert.False((await EntryAsync("demo", Wheel.FileName)).TryGetProperty("core-metadata", out _));
        Assert.Equal(404, await StatusAsync(Path + ".metadata"));

        await DownloadAsync(Path);

        var metadata = (await EntryAsync("demo", Wheel.FileName)).GetProperty("core-metadata");
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Wheel.Metadata)),
            metadata.GetProperty("sha256").GetString()
        );
        Assert.Equal(Wheel.Metadata, await DownloadAsync(Path + ".metadata"));
    }

    [Fact]
    public async Task Metadata_of_another_project_is_not_announced()
    {
        Upstream.HasMetadataFiles = false;
        var evil = new WheelBuilder("other", "1.0");
        Upstream.AddFile("demo", "demo-2.0-py3-none-any.whl", evil.Build());

        await DownloadAsync(FilePath("demo", "demo-2.0-py3-none-any.whl"));

        Assert.False((await EntryAsync("demo", "demo-2.0-py3-none-any.whl")).TryGetProperty("core-metadata", out _));
    }

    [Fact]
    public async Task A_file_without_a_size_or_hash_is_learned()
    {
        Upstream.HasHashes = false;
        Upstream.HasSizes = false;

        Assert.Equal(Wheel.Build(), await DownloadAsync(Path));

        var entry = await EntryAsync("demo", Wheel.FileName);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Wheel.Build())),
            entry.GetProperty("hashes").GetProperty("sha256").GetString()
        );
        Assert.Equal(new byte[] { 80, 75 }, await DownloadAsync(Path, new RangeHeaderValue(0, 1)));
        Assert.Equal(1, UpstreamRequests);
    }

    [Theory]
    [InlineData("text/html", "<html>Log in</html>")]
    [InlineData("application/octet-stream", "<html>Log in</html>")]
    [InlineData("application/octet-stream", "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")]
    [InlineData("application/octet-stream", "Metadata-Version: 2.1\nName: demo\nVersion: 2.0\n")]
    public async Task Metadata_without_a_hash_must_be_that_of_its_file(string type, string text)
    {
        Upstream.HasMetadataHashes = false;
        var path = FakeIndex.FilePath(Wheel.FileName) + ".metadata";
        Upstream.On(path, _ => new FakeReply(200, text, ("Content-Type", type)));

        Assert.NotEqual(200, await StatusAsync(Path + ".metadata"));

        Upstream.On(path, _ => null);
        Assert.Equal(Wheel.Metadata, await DownloadAsync(Path + ".metadata"));
    }

    [Fact]
    public async Task A_wheel_that_is_none_has_no_metadata()
    {
        const string Name = "demo-2.0-py3-none-any.whl";
        Upstream.AddFile("demo", Name, [1, 2, 3, 4]);
        await DownloadAsync(FilePath("demo", Name));

        Assert.Equal(404, await StatusAsync(FilePath("demo", Name) + ".metadata"));
    }

    [Fact]
    public async Task Head_of_a_file_of_unknown_size_does_not_wait_for_its_end()
    {
        Upstream.HasSizes = false;
        Upstream.On(
            FakeIndex.FilePath(Wheel.FileName),
            _ => new FakeReply(200, Wheel.Build())
            {
                IsCloseDelimited = true,
                DelayPerByte = TimeSpan.FromMilliseconds(20),
            }
        );
        var watch = System.Diagnostics.Stopwatch.StartNew();

        using var head = await SendAsync(HttpMethod.Head, Path);

        Assert.Equal(200, (int)head.StatusCode);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(8), "it waited for the end of the file");
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task Has_no_file_that_the_upstream_lists_and_does_not_have(int status)
    {
        Upstream.On(FakeIndex.FilePath(Wheel.FileName), _ => new FakeReply(status, "gone"));

        Assert.Equal(404, await StatusAsync(Path));
        // Options of krait are of no use to clients of a server.
        Assert.DoesNotContain("--", await TextAsync(Path), StringComparison.Ordinal);
        Assert.Equal(404, await StatusAsync(FilePath("demo", "demo-9.9-py3-none-any.whl")));
    }

    private int UpstreamRequests => Upstream.Paths.Count(path => path == FakeIndex.FilePath(Wheel.FileName));
}
