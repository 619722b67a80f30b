using System.Diagnostics;
using System.Text;
using Krait.Index.Http;
using Krait.Index.SimpleApi;
using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Index.Tests.Http;

/// <summary>What a network and a server can do to a request, and how it ends.</summary>
public sealed class HttpTests : IndexTest
{
    private const string Page = "/simple/a/";
    private static readonly (string, string) Json = ("Content-Type", "application/vnd.pypi.simple.v1+json");

    public static TheoryData<int> Statuses => [.. Enumerable.Range(200, 400).Where(s => s is not (200 or 304))];

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task Every_status_has_one_outcome(int status)
    {
        Index.Add("a", "1.0");
        Index.Then(Page, new FakeReply(status));
        var isRepeated = status is 408 or 425 or 429 or >= 500;
        if (isRepeated)
            await FindAsync("a");
        else if (status is 404 or 410)
            Assert.IsType<PageResponse.NotFound>(await GetAsync("a"));
        else if (status is 401)
            Assert.IsType<PageResponse.Unauthorized>(await GetAsync("a"));
        else if (status is 403)
            Assert.IsType<PageResponse.Forbidden>(await GetAsync("a"));
        else
            Assert.Contains($"{status}", (await FailAsync()).Message, StringComparison.Ordinal);
        Assert.Equal(isRepeated ? 2 : 1, Index.Requests.Count);
    }

    [Fact]
    public async Task Gives_up_after_its_repetitions_and_counts_them_honestly()
    {
        Index.On(Page, _ => new FakeReply(503));
        var error = await FailAsync();
        Assert.Contains("503 (service unavailable) (tried 4 times)", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, Index.Requests.Count);
        Index.ClearLog();
        var once = new IndexClientOptions { Http = Quick with { Retries = 0 } };
        var single = await Assert.ThrowsAsync<KraitException>(() => GetAsync("a", once));
        Assert.DoesNotContain("tried", single.Message, StringComparison.Ordinal);
        Assert.Single(Index.Requests);
    }

    [Theory]
    [InlineData("0", 0, 300)]
    [InlineData("1", 990, 2000)]
    [InlineData("-1", 0, 300)]
    [InlineData("abc", 0, 300)]
    [InlineData("Mon, 01 Jan 2001 00:00:00 GMT", 0, 300)]
    public async Task Retry_after_is_obeyed(string value, int atLeast, int atMost)
    {
        Index.Add("a", "1.0");
        Index.Then(Page, new FakeReply(429, ("Retry-After", value)));
        var options = new IndexClientOptions
        {
            Http = Quick with { LongestRetryAfter = TimeSpan.FromMilliseconds(1500) },
        };
        var watch = Stopwatch.StartNew();
        await FindAsync("a", options);
        Assert.InRange(watch.ElapsedMilliseconds, atLeast, atMost + 1000);
    }

    [Theory]
    [InlineData(429, "86400")]
    [InlineData(503, "99999999999999999999999")]
    [InlineData(503, "Fri, 31 Dec 2100 23:59:59 GMT")]
    public async Task Who_asks_to_wait_for_longer_than_anybody_would_is_not_waited_for(int status, string value)
    {
        Index.On(Page, _ => new FakeReply(status, ("Retry-After", value)));
        var error = await FailAsync();
        Assert.Contains($"{status}", error.Message, StringComparison.Ordinal);
        Assert.Contains("asked to wait", error.Message, StringComparison.Ordinal);
        Assert.Single(Index.Requests);
    }

    [Fact]
    public async Task Waits_that_servers_ask_for_are_bounded_together()
    {
        Index.On(Page, _ => new FakeReply(503, ("Retry-After", "1")));
        var options = new IndexClientOptions
        {
            Http = Quick with { LongestRetryAfter = TimeSpan.FromMilliseconds(1500), Retries = 20 },
        };
        await Assert.ThrowsAsync<KraitException>(() => GetAsync("a", options));
        Assert.Equal(2, Index.Requests.Count);
    }

    [Fact]
    public async Task A_silent_server_gets_the_time_that_was_said_and_no_time_to_connect_on_top()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var location = new IndexLocation(SafeUrl.Parse($"http://{silent.LocalEndpoint}/simple/"));
        var options = new IndexClientOptions
        {
            Http = Quick with { IdleTimeout = TimeSpan.FromMilliseconds(400), Retries = 0 },
        };
        var watch = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            RunAsync(client => client.GetPageAsync(location, Name("a"), Token), options)
        );
        Assert.Equal("network-timeout", error.Diagnostic.Code);
        Assert.InRange(watch.ElapsedMilliseconds, 350, 3000);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task A_request_that_waits_for_its_turn_is_not_a_silent_server()
    {
        Index.Latency = TimeSpan.FromMilliseconds(300);
        for (var i = 0; i < 12; i++)
            Index.Add($"p{i}", "1.0");
        var options = new IndexClientOptions
        {
            Http = Quick with { ConnectionsPerHost = 1, IdleTimeout = TimeSpan.FromMilliseconds(1200), Retries = 0 },
        };
        await RunAsync(
            async client =>
            {
                var pages = Enumerable.Range(0, 12).Select(i => client.GetPageAsync(Location, Name($"p{i}"), Token));
                Assert.All(await Task.WhenAll(pages), page => Assert.IsType<PageResponse.Found>(page));
                return 0;
            },
            options
        );
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    public async Task A_page_beyond_the_limit_is_refused_however_it_comes(string? encoding)
    {
        var body = new byte[300_000];
        body.AsSpan().Fill((byte)' ');
        Index.Encoding = encoding;
        Index.On(
            Page,
            _ => new FakeReply(
                200,
                encoding is null ? body : FakeIndex.Compress(body, encoding),
                encoding is null ? [Json] : [Json, ("Content-Encoding", encoding)]
            )
            {
                IsChunked = true,
            }
        );
        var error = await FailAsync(Quick with { PageLimit = 200_000 });
        Assert.Equal("answer-too-large", error.Diagnostic.Code);
        Assert.Single(Index.Requests);
    }

    [Fact]
    public async Task A_page_cut_at_any_byte_is_fetched_again()
    {
        Index.Add("a", "1.0");
        var page = Encoding.UTF8.GetBytes("""{"meta":{"api-version":"1.0"},"name":"a","files":[]}""");
        for (var i = 0; i < page.Length; i++)
        {
            Index.Then(Page, new FakeReply(200, page, Json) { CutAt = i });
            Assert.Equal(1, (await FindAsync("a", Fresh)).FileCount);
            Index.Then(Page, new FakeReply(200, page, Json) { CutAt = i, IsChunked = true });
            Assert.Equal(1, (await FindAsync("a", Fresh)).FileCount);
            Index.Then(Page, new FakeReply(200, page, Json) { CutAt = i, IsCloseDelimited = true });
            Assert.Equal(1, (await FindAsync("a", Fresh)).FileCount);
        }
    }

    [Fact]
    public async Task An_html_page_that_ends_with_its_connection_must_close_its_body()
    {
        Index.Add("a", "1.0").Add("a", "2.0");
        (string, string) html = ("Content-Type", "text/html");
        var cut = new FakeReply(200, "<html><body><a href='a-1.0.tar.gz'>a</a>", html) { IsCloseDelimited = true };
        Index.Then(Page, cut);
        Assert.Equal(2, (await FindAsync("a")).FileCount);
        Index.Then(Page, cut with { Body = Encoding.UTF8.GetBytes("<a href='a-1.0.tar.gz'>a</a></BODY>") });
        Assert.Equal(1, (await FindAsync("a", Fresh)).FileCount);
    }

    [Fact]
    public async Task A_head_cut_anywhere_is_asked_for_again()
    {
        Index.Add("a", "1.0");
        var head = Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello"
        );
        for (var i = 0; i < head.Length; i++)
        {
            Index.Then(Page, new FakeReply(200) { Raw = head[..i] });
            await FindAsync("a", Fresh);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello12")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 banana\r\n\r\n")]
    [InlineData("hello\r\n\r\n")]
    [InlineData(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"
    )]
    public async Task A_malformed_answer_is_an_error_in_our_words(string answer)
    {
        Index.On(Page, _ => new FakeReply(200) { Raw = Encoding.ASCII.GetBytes(answer) });
        var error = await FailAsync();
        Assert.Contains(Index.Url + "a/", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("net_http", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_without_end_is_refused()
    {
        var bomb =
            "HTTP/1.1 200 OK\r\n"
            + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"X-{i}: {new string('x', 50)}\r\n"));
        Index.On(Page, _ => new FakeReply(200) { Raw = Encoding.ASCII.GetBytes(bomb) });
        await FailAsync(Quick with { Retries = 0 });
    }

    [Fact]
    public async Task Silence_ends_after_its_bound()
    {
        Index.On(Page, _ => new FakeReply(200, "x", Json) { Delay = TimeSpan.FromSeconds(60) });
        var error = await FailAsync(Impatient);
        Assert.Contains("did not answer within 0.2 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_falls_silent_ends_after_its_bound()
    {
        Index.On(Page, _ => new FakeReply(200, "xx", Json) { DelayPerByte = TimeSpan.FromSeconds(60) });
        var error = await FailAsync(Impatient);
        Assert.Contains("sent nothing for 0.2 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_trickles_ends_after_its_bound()
    {
        var slow = new FakeReply(200, new string(' ', 500), Json) { DelayPerByte = TimeSpan.FromMilliseconds(30) };
        Index.On(Page, _ => slow);
        var watch = Stopwatch.StartNew();
        var error = await FailAsync(
            Impatient with
            {
                RateWindow = TimeSpan.FromMilliseconds(300),
                IdleTimeout = TimeSpan.FromSeconds(5),
            }
        );
        Assert.Contains("less than 1024 bytes per second", error.Message, StringComparison.Ordinal);
        Assert.InRange(watch.ElapsedMilliseconds, 200, 5000);
    }

    [Fact]
    public async Task A_page_has_a_deadline_however_lively_it_is()
    {
        var slow = new FakeReply(200, new string(' ', 5000), Json) { DelayPerByte = TimeSpan.FromMilliseconds(5) };
        Index.On(Page, _ => slow);
        var error = await FailAsync(Impatient with { PageTimeout = TimeSpan.FromMilliseconds(300) });
        Assert.Contains("not complete within 0.3 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interim_answers_without_end_do_not_hold_a_request()
    {
        var interim = string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 1000));
        Index.On(Page, _ => new FakeReply(200) { Raw = Encoding.ASCII.GetBytes(interim) });
        await FailAsync(Impatient);
    }

    [Fact]
    public async Task A_page_larger_than_the_limit_is_refused_early()
    {
        Index.On(Page, _ => new FakeReply(200, new string(' ', 200_000), Json));
        var error = await FailAsync(Quick with { PageLimit = 100_000 });
        Assert.Equal("answer-too-large", error.Diagnostic.Code);
        Index.On(Page, _ => new FakeReply(200, new string(' ', 200_000), Json) { IsChunked = true });
        Assert.Equal("answer-too-large", (await FailAsync(Quick with { PageLimit = 100_000 })).Diagnostic.Code);
        Assert.Equal(2, Index.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_closes_idle_connections_is_not_noticed()
    {
        Index.Add("a", "1.0").Add("b", "1.0");
        Index.On(
            Page,
            r => new FakeReply(200, "<a href='a-1.0.tar.gz'>a</a></html>", ("Content-Type", "text/html"))
            {
                IsCloseDelimited = true,
            }
        );
        await RunAsync(async client =>
        {
            await client.GetPageAsync(Location, Name("a"), Token);
            await client.GetPageAsync(Location, Name("b"), Token);
            return client.Counters.Retries;
        });
        Assert.Equal(2, Index.Connections);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/simple/", "refused")]
    [InlineData("http://no-such-host.invalid/simple/", "`no-such-host.invalid`: the host name was not found")]
    public async Task A_host_that_cannot_be_reached_is_named(string url, string reason)
    {
        var location = new IndexLocation(SafeUrl.Parse(url));
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            RunAsync(client => client.GetPageAsync(location, Name("a"), Token))
        );
        Assert.Equal("network", error.Diagnostic.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("(tried 4 times)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_requests_of_an_unknown_host_do_not_look_it_up_four_hundred_times()
    {
        var location = new IndexLocation(SafeUrl.Parse("http://no-such-host.invalid/simple/"));
        var lookUps = await RunAsync(async client =>
        {
            var pages = Enumerable.Range(0, 100).Select(i => client.GetPageAsync(location, Name($"p{i}"), Token));
            await Assert.ThrowsAsync<KraitException>(() => Task.WhenAll(pages));
            return client.Counters.Lookups;
        });
        Assert.InRange(lookUps, 1, 100);
    }

    [Fact]
    public async Task Cancelling_is_not_a_failure_of_the_network()
    {
        Index.Latency = TimeSpan.FromSeconds(30);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        stop.CancelAfter(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            RunAsync(client => client.GetPageAsync(Location, Name("a"), stop.Token))
        );
    }

    [Fact]
    public async Task A_warm_connection_is_the_one_that_the_first_request_finds()
    {
        Index.Add("a", "1.0");
        var counters = await RunAsync(async client =>
        {
            client.Warm([Location, Location], [Name("a")]);
            await client.GetPageAsync(Location, Name("a"), Token);
            return client.Counters;
        });
        Assert.Equal(1, Index.Connections);
        Assert.Equal((1, 1), (counters.Connections, counters.Requests));
    }

    [Fact]
    public async Task Nothing_is_warmed_up_for_pages_that_are_at_hand()
    {
        Index.Add("a", "1.0");
        await RunAsync(client => client.GetPageAsync(Location, Name("a"), Token));
        var before = Index.Connections;
        await RunAsync(async client =>
        {
            client.Warm([Location], [Name("a")]);
            // Long enough for a connection to arrive, were there one.
            await Task.Delay(100, Token);
            return 0;
        });
        Assert.Equal(before, Index.Connections);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage, and not a frame at all")]
    [InlineData("\0\0\0\u0004\0\0\0\0\0\0\0\u0001\u0063\0\0\0\0\0")]
    public async Task Broken_http2_leads_to_one_downgrade(string bytes)
    {
        var root = TestAuthority.Root();
        using var index = new FakeIndex(root.Server())
        {
            Host = "localhost",
            BrokenHttp2 = Encoding.Latin1.GetBytes(bytes),
        };
        index.Add("a", "1.0").Add("b", "1.0");
        var location = new IndexLocation(SafeUrl.Parse(index.Url));
        var trust = new TrustSettings(Folder.Write("root.pem", root.Pem), null);
        await RunAsync(
            async client =>
            {
                Assert.IsType<PageResponse.Found>(await client.GetPageAsync(location, Name("a"), Token));
                var before = index.Connections;
                Assert.IsType<PageResponse.Found>(await client.GetPageAsync(location, Name("b"), Token));
                Assert.Equal(before, index.Connections);
                return 0;
            },
            new IndexClientOptions { Http = Quick with { Trust = trust } }
        );
        Assert.InRange(index.Connections, 2, 5);
    }

    [Fact]
    public async Task Broken_http2_behind_a_redirect_is_laid_to_whom_it_led_to()
    {
        var root = TestAuthority.Root();
        using var first = new FakeIndex(root.Server()) { Host = "localhost" };
        using var second = new FakeIndex(root.Server()) { Host = "localhost", BrokenHttp2 = [] };
        second.Add("a", "1.0");
        first.On("/simple/a/", _ => new FakeReply(302, ("Location", $"{second.Url}a/")));
        var trust = new TrustSettings(Folder.Write("root.pem", root.Pem), null);
        await RunAsync(
            async client =>
            {
                var location = new IndexLocation(SafeUrl.Parse(first.Url));
                Assert.IsType<PageResponse.Found>(await client.GetPageAsync(location, Name("a"), Token));
                return 0;
            },
            new IndexClientOptions { Http = Quick with { Trust = trust } }
        );
        Assert.InRange(first.Requests.Count, 1, 2);
    }

    [Fact]
    public async Task A_connection_that_breaks_without_http2_too_is_given_time()
    {
        var root = TestAuthority.Root();
        using var index = new FakeIndex(root.Server()) { Host = "localhost" };
        index.Add("a", "1.0");
        var hangUp = new FakeReply(200) { Raw = "HTTP/1.1 2"u8.ToArray() };
        index.Then("/simple/a/", hangUp, hangUp);
        var delay = TimeSpan.FromMilliseconds(300);
        var trust = new TrustSettings(Folder.Write("root.pem", root.Pem), null);
        var started = Stopwatch.GetTimestamp();
        await RunAsync(
            client => client.GetPageAsync(new IndexLocation(SafeUrl.Parse(index.Url)), Name("a"), Token),
            new IndexClientOptions { Http = Quick with { Trust = trust, RetryDelay = delay } }
        );
        Assert.Equal(3, index.Requests.Count);
        // The first repetition tries HTTP/1.1 at once; before the second is a pause, of twice the delay, shortened by half at most.
        Assert.InRange(Stopwatch.GetElapsedTime(started), delay, TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Warming_up_for_a_host_that_is_not_there_says_nothing()
    {
        var gone = new IndexLocation(SafeUrl.Parse("https://127.0.0.1:1/simple/"));
        Index.Add("a", "1.0");
        await RunAsync(client =>
        {
            client.Warm([gone], [Name("a")]);
            return client.GetPageAsync(Location, Name("a"), Token);
        });
    }

    private static HttpOptions Impatient =>
        Quick with
        {
            IdleTimeout = TimeSpan.FromMilliseconds(200),
            ConnectTimeout = TimeSpan.FromMilliseconds(100),
            Retries = 1,
        };

    private static IndexClientOptions Fresh => new() { Http = Quick, Freshness = Freshness.AlwaysRevalidate };

    private async Task<KraitException> FailAsync(HttpOptions? options = null) =>
        await Assert.ThrowsAsync<KraitException>(() =>
            GetAsync("a", new IndexClientOptions { Http = options ?? Quick })
        );
}
