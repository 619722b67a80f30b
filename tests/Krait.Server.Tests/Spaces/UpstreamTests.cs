using Krait.Testing;

namespace Krait.Server.Tests.Spaces;

/// <summary>What happens as an upstream changes, fails, or lies.</summary>
public class UpstreamTests : ServerTest
{
    [Fact]
    public async Task Asks_again_only_when_a_page_has_aged()
    {
        Upstream.Add("demo", "1.0");
        await FilesAsync("demo");
        await FilesAsync("demo");
        Assert.Single(Upstream.Requests);

        Upstream.Add("demo", "2.0");
        Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(2, (await FilesAsync("demo")).Length);

        Clock.Advance(TimeSpan.FromMinutes(11));
        await FilesAsync("demo");
        Assert.Equal(3, Upstream.Requests.Count);
        Assert.NotEmpty(Upstream.Requests[2]["If-None-Match"]);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(403)]
    [InlineData(0)]
    public async Task Serves_what_it_has_while_the_upstream_fails(int status)
    {
        Upstream.Add("demo", "1.0");
        await FilesAsync("demo");
        Clock.Advance(TimeSpan.FromHours(1));
        Upstream.On(
            "/simple/demo/",
            _ => status == 0 ? new FakeReply(200, "") { Raw = [] } : new FakeReply(status, "no")
        );

        using var response = await GetAsync("/simple/demo/");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(3600, (int)response.Headers.Age!.Value.TotalSeconds); // stale pages tell their age
        Assert.StartsWith("110", response.Headers.Warning.Single().ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, 502)]
    [InlineData(401, 502)]
    public async Task Says_that_the_upstream_failed_when_it_has_nothing(int upstream, int expected)
    {
        Upstream.On("/simple/demo/", _ => new FakeReply(upstream, "no"));

        using var response = await GetAsync("/simple/demo/");

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task Does_not_take_a_login_page_for_an_empty_project()
    {
        Upstream.On("/simple/demo/", _ => new FakeReply(200, "{}", ("Content-Type", "application/json")));
        Assert.Equal(502, await StatusAsync("/simple/demo/"));
        Upstream.On("/simple/demo/", _ => new FakeReply(200, "{\"name\":\"demo\"}", ("Content-Type", Json)));
        Assert.Equal(502, await StatusAsync("/simple/demo/"));
        Upstream.On("/simple/demo/", _ => new FakeReply(200, "{\"files\":[", ("Content-Type", Json)));
        Assert.Equal(502, await StatusAsync("/simple/demo/"));
    }

    [Fact]
    public async Task The_digest_that_was_first_seen_stays()
    {
        var wheel = new WheelBuilder("demo", "1.0");
        Upstream.Add(wheel).Add("demo", "2.0");
        await FilesAsync("demo");

        Upstream.AddFile("demo", wheel.FileName, new WheelBuilder("demo", "1.0").File("demo/evil.py").Build());
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["demo-2.0-py3-none-any.whl"], await FilesAsync("demo"));
        Assert.Equal(410, await StatusAsync(FilePath("demo", wheel.FileName)));

        Upstream.Add(wheel);
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, (await FilesAsync("demo")).Length);
        Assert.Equal(wheel.Build(), await DownloadAsync(FilePath("demo", wheel.FileName)));
    }

    [Fact]
    public async Task A_file_that_was_removed_is_gone_and_its_name_stays_taken()
    {
        var first = new WheelBuilder("demo", "1.0");
        Upstream.Add(first);
        await DownloadAsync(FilePath("demo", first.FileName));
        Answer(Upstream, """{"meta":{"api-version":"1.0"},"name":"demo","files":[]}""");
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await FilesAsync("demo"));
        Assert.Equal(410, await StatusAsync(FilePath("demo", first.FileName)));
        await RestartAsync();
        Assert.Equal(410, await StatusAsync(FilePath("demo", first.FileName)));

        Upstream.On("/simple/demo/", _ => null);
        Upstream.AddFile("demo", first.FileName, new WheelBuilder("demo", "1.0").File("demo/evil.py").Build());
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await FilesAsync("demo"));
    }

    [Fact]
    public async Task A_project_that_vanished_is_not_found_and_its_names_stay_taken()
    {
        var first = new WheelBuilder("demo", "1.0");
        Upstream.Add(first);
        await FilesAsync("demo");
        Upstream.On("/simple/demo/", _ => new FakeReply(404, "gone"));
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(404, await StatusAsync("/simple/demo/"));

        Upstream.On("/simple/demo/", _ => null);
        Upstream.AddFile("demo", first.FileName, new WheelBuilder("demo", "1.0").File("demo/evil.py").Build());
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await FilesAsync("demo"));
    }

    [Fact]
    public async Task Files_of_other_projects_and_strange_names_are_left_out()
    {
        Answer(
            Upstream,
            """
            {"meta":{"api-version":"1.0"},"name":"demo","files":[
              {"filename":"demo-1.0.tar.gz","url":"a/demo-1.0.tar.gz","hashes":{}},
              {"filename":"other-1.0.tar.gz","url":"a","hashes":{}},
              {"filename":"demo-1.0.egg","url":"a","hashes":{}},
              {"filename":"../demo-1.0.tar.gz","url":"a","hashes":{}},
              {"filename":"demo-1.0\"><script>.tar.gz","url":"a","hashes":{}},
              {"filename":7,"url":"a","hashes":{}}, "text", null,
              {"filename":"demo-2.0.tar.gz","hashes":{ } } ] }
            """
        );

        Assert.Equal(["demo-1.0.tar.gz"], await FilesAsync("demo"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_whose_hashes_nobody_can_compute_is_not_fetched(bool isJson)
    {
        const string Digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        var page = isJson
            ? $$"""{"files":[{"filename":"demo-1.0.tar.gz","url":"/x/demo-1.0.tar.gz","hashes":{"sha3_256":"{{Digest}}" } } ] }"""
            : $"<html><body><a href=\"/x/demo-1.0.tar.gz#sha3_256={Digest}\">demo-1.0.tar.gz</a></body></html>";
        Upstream.On("/simple/demo/", _ => new FakeReply(200, page, ("Content-Type", isJson ? Json : "text/html")));
        Upstream.On("/x/demo-1.0.tar.gz", _ => new FakeReply(200, "anything"));

        Assert.Equal(502, await StatusAsync(FilePath("demo", "demo-1.0.tar.gz")));
        Assert.DoesNotContain("/x/demo-1.0.tar.gz", Upstream.Paths);
    }

    [Fact]
    public async Task A_project_that_does_not_exist_is_asked_for_once_a_minute()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal(404, await StatusAsync("/simple/nowhere/"));
        Assert.Single(Upstream.Paths);

        Upstream.Add("nowhere", "1.0");
        Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Single(await FilesAsync("nowhere"));
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.org/demo-1.0.tar.gz")]
    [InlineData("http://169.254.169.254/demo-1.0.tar.gz")]
    [InlineData("http://127.0.0.1:1/demo-1.0.tar.gz")]
    [InlineData("http://[::1]:1/demo-1.0.tar.gz")]
    [InlineData("http://[::ffff:10.0.0.1]/demo-1.0.tar.gz")]
    public async Task Does_not_ask_its_own_network_on_behalf_of_a_page(string url)
    {
        Answer(
            Upstream,
            $$"""
            {"meta":{"api-version":"1.0"},"name":"demo","files":[{"filename":"demo-1.0.tar.gz","url":"{{url}}","hashes":{ } } ] }
            """
        );

        using var response = await GetAsync(FilePath("demo", "demo-1.0.tar.gz"));

        Assert.Equal(502, (int)response.StatusCode);
    }

    [Fact]
    public async Task Does_not_follow_a_redirect_into_its_own_network()
    {
        using var secret = new FakeIndex();
        Answer(
            Upstream,
            """
            {"meta":{"api-version":"1.0"},"name":"demo","files":[{"filename":"demo-1.0.tar.gz","url":"/x","hashes":{ } } ] }
            """
        );
        Upstream.On("/x", _ => new FakeReply(302, ("Location", secret.Address + "/admin")));

        Assert.Equal(502, await StatusAsync(FilePath("demo", "demo-1.0.tar.gz")));
        Assert.Empty(secret.Requests);
    }

    [Fact]
    public async Task A_second_process_over_the_same_directory_reads()
    {
        Assert.SkipWhen(IsShared, "each server of a fleet has a directory of its own");
        Upstream.Add("demo", "1.0").Add("new", "1.0");
        await DownloadAsync(FilePath("demo", "demo-1.0-py3-none-any.whl"));
        await using var second = await KraitServer.StartAsync(Settings, Clock, writeLog: null, Token);
        using var http = new HttpClient();

        Assert.True(second.IsReadOnly);
        var held = await http.GetAsync(new Uri(second.Address + FilePath("demo", "demo-1.0-py3-none-any.whl")), Token);
        Assert.Equal(200, (int)held.StatusCode);
        var missing = await http.GetAsync(new Uri(second.Address + "/simple/new/"), Token);
        Assert.Equal(503, (int)missing.StatusCode);
        await FilesAsync("new");
        var found = await http.GetAsync(new Uri(second.Address + "/simple/new/"), Token);
        Assert.Equal(200, (int)found.StatusCode);
        // What it cannot fetch is not absent: an installer would conclude that there is none.
        foreach (var (project, status) in new[] { ("demo", 200), ("new", 503) })
        {
            var path = FilePath(project, project + "-1.0-py3-none-any.whl") + ".metadata";
            using var metadata = await http.GetAsync(new Uri(second.Address + path), Token);
            Assert.Equal(status, (int)metadata.StatusCode);
        }
    }

    private static void Answer(FakeIndex index, string json) =>
        index.On("/simple/demo/", _ => new FakeReply(200, json, ("Content-Type", Json)));
}
