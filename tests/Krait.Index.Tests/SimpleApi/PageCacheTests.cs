using System.Collections.Frozen;
using Krait.Index.SimpleApi;
using Krait.Testing;

namespace Krait.Index.Tests.SimpleApi;

public sealed class PageCacheTests : IndexTest
{
    private const string Page = "/simple/a/";
    private static readonly IndexClientOptions Plain = new() { Http = Quick };

    [Fact]
    public async Task A_fresh_page_needs_no_request_and_no_task()
    {
        Index.Add("a", "1.0");
        await FindAsync("a");
        await RunAsync(client =>
        {
            Assert.True(client.TryGetFreshPage(Location, Name("a"), out var response));
            Assert.Equal(1, Assert.IsType<PageResponse.Found>(response).Page.FileCount);
            Assert.Equal(1, client.Counters.FreshHits);
            return Task.FromResult(0);
        });
        Assert.Single(Index.Requests);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_stale_page_is_revalidated_by_either_validator(bool hasETags, bool hasLastModified)
    {
        (Index.HasETags, Index.HasLastModified, Index.CacheControl) = (hasETags, hasLastModified, null);
        Index.Add("a", "1.0");
        await FindAsync("a");
        await RunAsync(async client =>
        {
            Assert.False(client.TryGetFreshPage(Location, Name("a"), out _));
            Assert.IsType<PageResponse.Found>(await client.GetPageAsync(Location, Name("a"), Token));
            Assert.Equal((1, 0), (client.Counters.NotModified, client.Counters.Bytes));
            return 0;
        });
        Assert.Equal(hasETags, Index.Requests[1]["If-None-Match"].Length > 0);
        Assert.Equal(hasLastModified, Index.Requests[1]["If-Modified-Since"].Length > 0);
    }

    [Theory]
    [InlineData("\"b\"", false)]
    [InlineData("W/\"a\"", true)]
    [InlineData("\"a\"", true)]
    [InlineData(null, true)]
    public async Task A_confirmation_of_another_page_confirms_nothing(string? tag, bool isConfirmed)
    {
        Index.On(Page, _ => Html("a-1.0.tar.gz", "\"a\""));
        await FindAsync("a");
        Index.On(
            Page,
            r =>
                r["If-None-Match"] is ""
                    ? Html("a-2.0.tar.gz", "\"b\"")
                    : new FakeReply(304, tag is null ? [] : [("ETag", tag)])
        );
        var file = isConfirmed ? "a-1.0.tar.gz" : "a-2.0.tar.gz";
        Assert.Equal([file], Files(await FindAsync("a")));
        Assert.Equal([file], Files(await FindAsync("a")));
    }

    private static FakeReply Html(string file, string tag) =>
        new(
            200,
            $"<a href='{file}'>x</a></html>",
            ("Content-Type", "text/html"),
            ("ETag", tag),
            ("Cache-Control", "no-cache")
        );

    [Theory]
    [InlineData(null)]
    [InlineData("W/\"weak\"")]
    public async Task Without_a_strong_validator_the_whole_page_is_fetched(string? tag)
    {
        Index.HasETags = false;
        Index.CacheControl = tag is null ? null : "no-cache";
        Index.Add("a", "1.0");
        if (tag is not null)
        {
            Index.On(
                FakeIndex.PagePath("a"),
                _ => new FakeReply(
                    200,
                    "<a href='a-1.0.tar.gz'>x</a></html>",
                    ("Content-Type", "text/html"),
                    ("ETag", tag)
                )
            );
        }

        await FindAsync("a");
        await FindAsync("a");
        Assert.Equal("", Index.Requests[1]["If-None-Match"]);
    }

    [Fact]
    public async Task A_changed_page_replaces_the_cached_one()
    {
        Index.CacheControl = "max-age=0";
        Index.Add("a", "1.0");
        await FindAsync("a");
        Index.Add("a", "2.0");
        Assert.Equal(2, (await FindAsync("a")).FileCount);
        Assert.Equal(2, (await FindAsync("a", Plain with { IsOffline = true })).FileCount);
    }

    [Fact]
    public async Task A_confirmation_without_a_lifetime_leaves_that_of_the_page()
    {
        var clock = new FakeClock();
        var options = Plain with { Clock = clock };
        Index.Add("a", "1.0");
        await FindAsync("a", options);
        Index.CacheControl = null;
        foreach (var (seconds, requests) in ((int, int)[])[(601, 2), (598, 2), (3, 3)])
        {
            clock.Advance(TimeSpan.FromSeconds(seconds));
            await FindAsync("a", options);
            Assert.Equal(requests, Index.Requests.Count);
        }
    }

    [Fact]
    public async Task A_late_confirmation_is_not_written_over_what_another_process_has_put_there()
    {
        Index.CacheControl = "max-age=0";
        Index.Add("a", "1.0");
        await FindAsync("a");
        var page = Directory.GetFiles(Folder.At("cache"), "a.page", SearchOption.AllDirectories).Single();
        var others = Folder.At("other.page");
        File.Copy(page, others);
        Index.Add("a", "2.0");
        await FindAsync("a");
        var isLate = true;
        Index.On(
            FakeIndex.PagePath("a"),
            request =>
            {
                if (!isLate)
                    return null;
                isLate = false;
                // While the answer is under way, another process hears from a server that is behind, and keeps that.
                File.Move(others, page, overwrite: true);
                return new FakeReply(304, "", ("ETag", request["If-None-Match"]), ("Cache-Control", "max-age=600"));
            }
        );
        Assert.Equal(2, (await FindAsync("a")).FileCount);
        Assert.Equal(2, (await FindAsync("a")).FileCount);
        Assert.Equal(4, Index.Requests.Count);
    }

    [Fact]
    public async Task A_confirmed_page_is_fresh_again()
    {
        var clock = new FakeClock();
        var options = Plain with { Clock = clock };
        Index.Add("a", "1.0");
        await FindAsync("a", options);
        clock.Advance(TimeSpan.FromSeconds(599));
        await FindAsync("a", options);
        Assert.Single(Index.Requests);
        clock.Advance(TimeSpan.FromSeconds(2));
        await FindAsync("a", options);
        Assert.Equal(2, Index.Requests.Count);
        clock.Advance(TimeSpan.FromSeconds(598));
        await FindAsync("a", options);
        Assert.Equal(2, Index.Requests.Count);
    }

    [Fact]
    public async Task A_page_from_the_future_is_stale()
    {
        var clock = new FakeClock();
        var options = Plain with { Clock = clock };
        Index.Add("a", "1.0");
        await FindAsync("a", options);
        clock.Advance(TimeSpan.FromDays(-1));
        await FindAsync("a", options);
        Assert.Equal(2, Index.Requests.Count);
    }

    [Fact]
    public async Task Refreshing_asks_again_for_all_or_for_the_named_ones()
    {
        Index.Add("a", "1.0").Add("b", "1.0");
        await FindAsync("a");
        await FindAsync("b");
        Index.ClearLog();
        var named = Plain with { Refreshed = new[] { Name("a") }.ToFrozenSet() };
        await FindAsync("a", named);
        await FindAsync("b", named);
        Assert.Equal(["/simple/a/"], Index.Paths);
        await FindAsync("b", Plain with { Freshness = Freshness.AlwaysRevalidate });
        Assert.Equal(["/simple/a/", "/simple/b/"], Index.Paths);
    }

    [Fact]
    public async Task What_is_pinned_asks_only_for_what_is_not_there()
    {
        Index.CacheControl = "no-cache";
        Index.Add("a", "1.0").Add("b", "1.0");
        await FindAsync("a");
        await FindAsync("a", Plain with { Freshness = Freshness.NeverAsk });
        await FindAsync("b", Plain with { Freshness = Freshness.NeverAsk });
        Assert.Equal(["/simple/a/", "/simple/b/"], Index.Paths);
    }

    [Fact]
    public async Task Offline_the_cache_answers_or_nobody()
    {
        Index.CacheControl = "no-cache";
        Index.Add("a", "1.0").Add("b", "1.0");
        await FindAsync("a");
        var offline = Plain with { IsOffline = true };
        await FindAsync("a", offline);
        Assert.IsType<PageResponse.Offline>(await GetAsync("b", offline));
        Assert.Single(Index.Requests);
    }

    [Fact]
    public async Task What_may_not_be_kept_is_not_kept()
    {
        Index.CacheControl = "no-store";
        Index.Add("a", "1.0");
        await FindAsync("a");
        Assert.False(Directory.Exists(Folder.At("cache", "pages-v1")));
        Index.CacheControl = "max-age=600";
        await FindAsync("a");
        Index.CacheControl = "no-store";
        await FindAsync("a", Plain with { Freshness = Freshness.AlwaysRevalidate });
        Assert.Empty(Directory.GetFiles(Folder.At("cache", "pages-v1"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Any_damage_is_a_miss_and_is_mended()
    {
        Index.Add("a", "1.0");
        await FindAsync("a");
        var path = Assert.Single(
            Directory.GetFiles(Folder.At("cache", "pages-v1"), "*.page", SearchOption.AllDirectories)
        );
        var good = await File.ReadAllBytesAsync(path, Token);
        var random = new Random(1);
        var cuts = Enumerable.Range(0, 20).Select(i => good[..(i * good.Length / 20)]);
        var flips = Enumerable.Range(0, 60).Select(_ => Flip(good, random.Next(good.Length), random.Next(8)));
        var others = new[] { [], new byte[good.Length], [.. good, 0], [.. good.Reverse()] };
        var expected = 1;
        foreach (var bad in cuts.Concat(flips).Concat(others))
        {
            await File.WriteAllBytesAsync(path, bad, Token);
            Assert.Equal(["a-1.0-py3-none-any.whl"], Files(await FindAsync("a")));
            Assert.Equal(++expected, Index.Requests.Count);
            Assert.Equal(good.Length, (await File.ReadAllBytesAsync(path, Token)).Length);
        }
    }

    [Fact]
    public async Task Two_indexes_do_not_share_pages_and_credentials_make_no_difference()
    {
        using var other = new FakeIndex();
        Index.Add("a", "1.0");
        other.Add("a", "2.0");
        var secret = new IndexLocation(
            SafeUrl.Parse(Index.Url.Replace("://", "://user:hunter2@", StringComparison.Ordinal))
        );
        await RunAsync(async client =>
        {
            await client.GetPageAsync(secret, Name("a"), Token);
            await client.GetPageAsync(new IndexLocation(SafeUrl.Parse(other.Url)), Name("a"), Token);
            return 0;
        });
        await FindAsync("a");
        Assert.Single(Index.Requests);
        Assert.Single(other.Requests);
        var files = Directory.GetFiles(Folder.At("cache"), "*", SearchOption.AllDirectories);
        Assert.Equal(2, files.Count(f => f.EndsWith(".page", StringComparison.Ordinal)));
        Assert.DoesNotContain(files, f => f.Contains("hunter2", StringComparison.Ordinal));
        foreach (var file in files)
            Assert.DoesNotContain("hunter2", await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_in_the_place_of_a_folder_of_the_cache_is_removed()
    {
        Index.Add("a", "1.0");
        Folder.Write("cache/pages-v1", "a file in the way");
        File.SetUnixFileMode(Folder.At("cache"), (UnixFileMode)0b111_000_000);
        await RunAsync(async client =>
        {
            Assert.IsType<PageResponse.Found>(await client.GetPageAsync(Location, Name("a"), Token));
            await client.FlushAsync();
            Assert.Equal(0, client.Counters.CacheFailures);
            return 0;
        });
        Assert.Single(Directory.GetFiles(Folder.At("cache", "pages-v1"), "a.page", SearchOption.AllDirectories));
    }

    private static byte[] Flip(byte[] content, int at, int bit)
    {
        var copy = content.ToArray();
        copy[at] ^= (byte)(1 << bit);
        return copy;
    }
}
