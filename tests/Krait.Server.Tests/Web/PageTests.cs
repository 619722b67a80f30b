using System.IO.Compression;
using Krait.Testing;

namespace Krait.Server.Tests.Web;

/// <summary>Pages as clients get them.</summary>
public class PageTests : ServerTest
{
    private const string Html = "application/vnd.pypi.simple.v1+html";

    [Fact]
    public async Task Passes_on_everything_that_the_upstream_says_of_a_file()
    {
        var uploaded = new DateTimeOffset(2024, 5, 27, 7, 32, 0, TimeSpan.Zero);
        var wheel = new WheelBuilder("demo", "1.0") { RequiresPython = ">=3.8" };
        Upstream.Add(wheel, yanked: "broken", uploaded: uploaded);

        var file = await EntryAsync("demo", wheel.FileName);

        Assert.Equal(">=3.8", file.GetProperty("requires-python").GetString());
        Assert.Equal("broken", file.GetProperty("yanked").GetString());
        Assert.Equal("2024-05-27T07:32:00.000000Z", file.GetProperty("upload-time").GetString());
        Assert.Equal(wheel.Build().Length, file.GetProperty("size").GetInt64());
        Assert.Equal(64, file.GetProperty("hashes").GetProperty("sha256").GetString()?.Length);
        Assert.Equal(64, file.GetProperty("core-metadata").GetProperty("sha256").GetString()?.Length);
        // pip 22.3 to 23.0 end with an error when they read it.
        Assert.False(file.TryGetProperty("dist-info-metadata", out _));
        Assert.Equal($"../../files/public/demo/{wheel.FileName}", file.GetProperty("url").GetString());
    }

    [Fact]
    public async Task Passes_on_versions_status_and_provenance()
    {
        Upstream.On(
            "/simple/demo/",
            _ => new FakeReply(
                200,
                """
                {"meta":{"api-version":"1.4"},"name":"demo","versions":["0.9","1.0"],
                 "project-status":{"status":"archived","reason":"use <other>"},
                 "files":[{"filename":"demo-1.0.tar.gz","url":"/f/demo-1.0.tar.gz","hashes":{},"size":3,
                           "provenance":"/p/demo-1.0.tar.gz/provenance","yanked":true}]}
                """,
                ("Content-Type", Json)
            )
        );

        var page = await PageAsync("demo");
        var html = await TextAsync("/simple/demo/", ("Accept", Html));

        Assert.Equal("1.4", page.GetProperty("meta").GetProperty("api-version").GetString());
        Assert.Equal(["0.9", "1.0"], page.GetProperty("versions").EnumerateArray().Select(v => v.GetString()!)); // texts
        Assert.Equal("archived", page.GetProperty("project-status").GetProperty("status").GetString());
        Assert.Equal("use <other>", page.GetProperty("project-status").GetProperty("reason").GetString());
        var file = page.GetProperty("files")[0];
        Assert.Equal($"{Upstream.Address}/p/demo-1.0.tar.gz/provenance", file.GetProperty("provenance").GetString());
        Assert.True(file.GetProperty("yanked").GetBoolean());
        Assert.Contains("<meta name=\"pypi:project-status\" content=\"archived\">", html, StringComparison.Ordinal);
        Assert.Contains("content=\"use &lt;other&gt;\"", html, StringComparison.Ordinal);
        Assert.Contains("data-yanked=\"\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claims_no_later_version_of_the_interface_than_the_files_allow()
    {
        Upstream.HasSizes = false;
        Upstream.Add("demo", "1.0");

        Assert.Equal("1.0", (await PageAsync("demo")).GetProperty("meta").GetProperty("api-version").GetString());
    }

    [Fact]
    public async Task Reads_an_upstream_that_speaks_only_html()
    {
        Upstream.ServesJson = false;
        var wheel = new WheelBuilder("demo", "1.0") { RequiresPython = "<4,>=3.8" };
        Upstream.Add(wheel, yanked: "no \"good\"");

        var file = await EntryAsync("demo", wheel.FileName);

        Assert.Equal("<4,>=3.8", file.GetProperty("requires-python").GetString());
        Assert.True(file.GetProperty("core-metadata").GetProperty("sha256").GetString()?.Length == 64);
        Assert.Equal(
            ["1.0"],
            (await PageAsync("demo")).GetProperty("versions").EnumerateArray().Select(v => v.GetString()!)
        ); // texts
    }

    [Theory]
    [InlineData("", "text/html; charset=utf-8")]
    [InlineData("*/*", "text/html; charset=utf-8")]
    [InlineData("text/html", "text/html; charset=utf-8")]
    [InlineData("text/*;q=0.5, application/*;q=0.1", "text/html; charset=utf-8")]
    [InlineData(Json, Json)]
    [InlineData("application/vnd.pypi.simple.latest+json", Json)]
    [InlineData(Html, Html)]
    [InlineData("application/vnd.pypi.simple.latest+html", Html)]
    [InlineData($"{Json}, {Html};q=0.1, text/html;q=0.01", Json)] // pip
    [InlineData($"{Json}, {Html};q=0.2, text/html", "text/html; charset=utf-8")]
    [InlineData($"{Json};q=0, */*;q=0.5", "text/html; charset=utf-8")]
    [InlineData("application/*", Json)]
    [InlineData("APPLICATION/VND.PYPI.SIMPLE.V1+JSON", Json)]
    public async Task Chooses_the_form_that_is_accepted_best(string accept, string expected)
    {
        Upstream.Add("demo", "1.0");

        foreach (var path in (string[])["/simple/demo/", "/simple/"])
        {
            using var response = await GetAsync(path, ("Accept", accept));
            Assert.Equal(200, (int)response.StatusCode);
            Assert.Equal(expected, response.Content.Headers.ContentType?.ToString());
            Assert.Equal("Accept, Accept-Encoding", string.Join(", ", response.Headers.Vary));
        }
    }

    [Theory]
    [InlineData("application/vnd.pypi.simple.v2+json")]
    [InlineData("image/png")]
    [InlineData("*/*;q=0")]
    [InlineData($"{Json};q=0")]
    public async Task Refuses_forms_that_it_does_not_have(string accept)
    {
        Upstream.Add("demo", "1.0");

        using var response = await GetAsync("/simple/demo/", ("Accept", accept));

        Assert.Equal(406, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(Json)]
    [InlineData(Html)]
    [InlineData("text/html")]
    public async Task Confirms_what_a_client_has(string accept)
    {
        Upstream.Add("demo", "1.0").Add("demo", "1.1").Add("demo", "1.2").Add("demo", "1.3");
        foreach (var coding in (string[])["", "gzip"])
        {
            using var first = await GetAsync("/simple/demo/", ("Accept", accept), ("Accept-Encoding", coding));
            var tag = first.Headers.ETag!.Tag; // every page has one
            Assert.False(first.Headers.ETag.IsWeak);
            foreach (var known in (string[])[tag, $"\"other\", {tag}", $"W/{tag}", "*"])
            {
                using var again = await GetAsync(
                    "/simple/demo/",
                    ("Accept", accept),
                    ("Accept-Encoding", coding),
                    ("If-None-Match", known)
                );
                Assert.Equal(304, (int)again.StatusCode);
                Assert.Equal(tag, again.Headers.ETag?.Tag);
            }

            using var other = await GetAsync(
                "/simple/demo/",
                ("Accept", accept),
                ("Accept-Encoding", coding),
                ("If-None-Match", "\"other\"")
            );
            Assert.Equal(200, (int)other.StatusCode);
        }
    }

    [Fact]
    public async Task Compresses_for_those_who_accept_it_under_another_tag()
    {
        for (var i = 0; i < 20; i++)
            Upstream.Add("demo", $"1.{i}");
        using var plain = await GetAsync("/simple/demo/", ("Accept", Json));
        using var packed = await GetAsync("/simple/demo/", ("Accept", Json), ("Accept-Encoding", "br, gzip;q=0.5"));
        using var refused = await GetAsync("/simple/demo/", ("Accept", Json), ("Accept-Encoding", "gzip;q=0"));

        Assert.Equal("gzip", packed.Content.Headers.ContentEncoding.Single());
        Assert.Empty(refused.Content.Headers.ContentEncoding);
        Assert.NotEqual(plain.Headers.ETag, packed.Headers.ETag);
        await using var stream = new GZipStream(
            await packed.Content.ReadAsStreamAsync(Token),
            CompressionMode.Decompress
        );
        using var unpacked = new MemoryStream();
        await stream.CopyToAsync(unpacked, Token);
        Assert.Equal(await plain.Content.ReadAsByteArrayAsync(Token), unpacked.ToArray());
    }

    [Fact]
    public async Task Answers_head_as_get_without_a_body()
    {
        Upstream.Add("demo", "1.0");
        foreach (var path in (string[])["/simple/demo/", "/simple/", "/"])
        {
            using var get = await GetAsync(path, ("Accept", "*/*"));
            using var head = await SendAsync(HttpMethod.Head, path, ("Accept", "*/*"));
            Assert.Equal(get.StatusCode, head.StatusCode);
            Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
            Assert.Equal(get.Headers.ETag, head.Headers.ETag);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
        }
    }

    [Theory]
    [InlineData("/simple", "simple/")]
    [InlineData("/simple/demo", "demo/")]
    [InlineData("/simple/Demo/", "../demo/")]
    [InlineData("/simple/My.Pkg_x/", "../my-pkg-x/")]
    [InlineData("/default/simple/Demo", "demo/")]
    public async Task Leads_to_the_one_address_of_a_page(string path, string location)
    {
        using var response = await GetAsync(path);

        Assert.Equal(301, (int)response.StatusCode);
        Assert.Equal(location, response.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Says_that_a_project_is_unknown_and_asks_again_later()
    {
        using (var response = await GetAsync("/simple/demo/"))
        {
            Assert.Equal(404, (int)response.StatusCode);
            Assert.Equal("max-age=30", response.Headers.CacheControl?.ToString());
        }

        Upstream.Add("demo", "1.0");
        Assert.Equal(404, await StatusAsync("/simple/demo/"));
        Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(200, await StatusAsync("/simple/demo/"));
    }

    [Fact]
    public async Task Lists_the_projects_that_it_knows()
    {
        Upstream.Add("one", "1.0").Add("two", "1.0").Add("unseen", "1.0");
        await FilesAsync("two");
        await FilesAsync("one");
        await StatusAsync("/simple/nowhere/");

        Assert.Contains(
            "<a href=\"one/\">one</a><br>\n<a href=\"two/\">two</a>",
            await TextAsync("/simple/"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "{\"name\":\"one\"},{\"name\":\"two\"}]",
            await TextAsync("/simple/", ("Accept", Json)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("/simple/../etc/")]
    [InlineData("/simple/%2e%2e/")]
    [InlineData("/simple/demo%2f/")]
    [InlineData("/simple//demo/")]
    [InlineData("//simple/demo/")]
    [InlineData("/simple/demo//")]
    [InlineData("/simple/de%00mo/")]
    [InlineData("/simple/de%0d%0amo/")]
    [InlineData("/simple/de\\mo/")]
    [InlineData("/simple/d%C3%A9mo/")]
    [InlineData("/simple/-demo/")]
    [InlineData("/simple/demo/x/")]
    [InlineData("/files/public/demo/..%2f..%2frefs")]
    [InlineData("/files/public/demo/%2e%2e")]
    [InlineData("/files/../demo/demo-1.0-py3-none-any.whl")]
    [InlineData("/files/public/Demo/demo-1.0-py3-none-any.whl")]
    [InlineData("/files/other/demo/demo-1.0-py3-none-any.whl")]
    [InlineData("/files/public/demo/demo-1.0-py3-none-any.whl/")]
    [InlineData("/files/public/demo/")]
    [InlineData("/nowhere/simple/demo/")]
    [InlineData("/blobs/sha256")]
    public async Task Knows_nothing_at_paths_that_are_none(string path)
    {
        Upstream.Add("demo", "1.0");
        await FilesAsync("demo");

        // The server's own parser refuses a zero.
        Assert.Contains(await RawStatusAsync(path), (int[])[400, 404]);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Changes_nothing_by_other_methods(string method)
    {
        using var response = await SendAsync(new HttpMethod(method), "/simple/demo/");

        Assert.Equal(405, (int)response.StatusCode);
    }

    [Fact]
    public async Task Tells_people_how_to_use_it()
    {
        var page = await TextAsync("/");
        Assert.Contains("https://", await TextAsync("/", ("X-Forwarded-Proto", "https")), StringComparison.Ordinal);

        Assert.Contains($"pip install --index-url {Server.Address}/simple/", page, StringComparison.Ordinal);
        Assert.Contains($"UV_DEFAULT_INDEX={Server.Address}/simple/", page, StringComparison.Ordinal);
        Assert.Contains($"KRAIT_DEFAULT_INDEX={Server.Address}/simple/", page, StringComparison.Ordinal);
    }

    /// <summary>The status of a target that a client library would tidy up first.</summary>
    private async Task<int> RawStatusAsync(string target)
    {
        var address = new Uri(Server.Address);
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, Token);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(
            System.Text.Encoding.Latin1.GetBytes($"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            Token
        );
        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync(Token) ?? "";
        return int.Parse(line.Split(' ')[1]);
    }
}
