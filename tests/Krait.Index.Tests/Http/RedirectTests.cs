using Krait.Index.SimpleApi;
using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Index.Tests.Http;

public sealed class RedirectTests : IndexTest
{
    private const string Page = "/simple/a/";
    private const string Wheel = "a-1.0-py3-none-any.whl";

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_followed_and_links_count_from_where_it_leads(int status)
    {
        Index.Add("b", "1.0");
        Index.On(Page, _ => new FakeReply(status, ("Location", "/elsewhere/deep/")));
        const string Html = "<a href='a-1.0.tar.gz'>a</a></html>";
        Index.On("/elsewhere/deep/", _ => new FakeReply(200, Html, ("Content-Type", "text/html")));
        Assert.Equal(Index.Address + "/elsewhere/deep/a-1.0.tar.gz", (await FindAsync("a")).FileAt(0).Url);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("data:text/html,x")]
    [InlineData("unix:///run/x")]
    [InlineData("ftp://example.org/")]
    [InlineData("http://")]
    [InlineData("http://[")]
    [InlineData("\\\\host\\share")]
    public async Task What_is_no_web_address_is_refused(string target)
    {
        Index.On(Page, _ => new FakeReply(302, ("Location", target)));
        var error = await Assert.ThrowsAsync<KraitException>(() => GetAsync("a"));
        Assert.Equal("redirect-refused", error.Diagnostic.Code);
        Assert.Single(Index.Requests);
    }

    [Fact]
    public async Task A_loop_ends()
    {
        Index.On(Page, _ => new FakeReply(302, ("Location", Page)));
        var error = await Assert.ThrowsAsync<KraitException>(() => GetAsync("a"));
        Assert.Contains("more than 10 times", error.Message, StringComparison.Ordinal);
        Assert.Equal(11, Index.Requests.Count);
    }

    [Fact]
    public async Task Ten_are_followed()
    {
        Index.Add("a", "1.0");
        var left = 10;
        Index.On(Page, _ => left-- > 0 ? new FakeReply(302, ("Location", Page)) : null);
        await FindAsync("a");
    }

    [Fact]
    public async Task From_a_secure_to_an_insecure_connection_is_refused()
    {
        var root = TestAuthority.Root();
        using var secure = new FakeServer(root.Server()) { Host = "localhost" };
        secure.On(Page, _ => new FakeReply(302, ("Location", Index.Url + "a/")));
        var location = new IndexLocation(SafeUrl.Parse(secure.Address + "/simple/"));
        var trust = new Krait.Index.Http.TrustSettings(Folder.Write("root.pem", root.Pem), null);
        var options = new IndexClientOptions { Http = Quick with { Trust = trust } };
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            RunAsync(client => client.GetPageAsync(location, Name("a"), Token), options)
        );
        Assert.Contains("insecure", error.Message, StringComparison.Ordinal);
        Assert.Empty(Index.Requests);
    }

    [Fact]
    public async Task Credentials_do_not_leave_their_origin()
    {
        using var other = new FakeServer();
        other.On("/x/", _ => new FakeReply(200, "</html>", ("Content-Type", "text/html")));
        Index.On(Page, _ => new FakeReply(302, ("Location", other.Address + "/x/")));
        await RunAsync(client => client.GetPageAsync(WithSecret(), Name("a"), Token));
        Assert.StartsWith("Basic ", Index.Requests[0]["Authorization"], StringComparison.Ordinal);
        Assert.Equal("", other.Requests[0]["Authorization"]);
        Assert.Equal("", other.Requests[0]["Cookie"]);
    }

    [Fact]
    public async Task Credentials_in_a_redirect_are_used_where_it_leads_and_nowhere_else()
    {
        using var other = new FakeServer();
        const string Html = "<a href='/f/a-1.0-py3-none-any.whl'>a</a></html>";
        other.On("/x/", _ => new FakeReply(200, Html, ("Content-Type", "text/html")));
        other.On("/f/a-1.0-py3-none-any.whl", _ => new FakeReply(302, ("Location", Index.Address + "/moved")));
        Index.On("/moved", _ => new FakeReply(404));
        var target = other.Address.Replace("://", "://amy:opensesame@", StringComparison.Ordinal) + "/x/";
        Index.On(Page, _ => new FakeReply(302, ("Location", target)));
        await RunAsync(async client =>
        {
            var page = Assert.IsType<PageResponse.Found>(await client.GetPageAsync(Location, Name("a"), Token)).Page;
            var error = await Assert.ThrowsAsync<KraitException>(() =>
                client.DownloadAsync(page.FileAt(0), Location, progress: null, Token)
            );
            Assert.DoesNotContain("opensesame", error.Diagnostic.ToString(), StringComparison.Ordinal);
            return 0;
        });
        Assert.All(other.Requests, r => Assert.Equal(Basic("amy:opensesame"), r["Authorization"]));
        Assert.Equal(2, other.Requests.Count);
        Assert.All(Index.Requests, r => Assert.Equal("", r["Authorization"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Credentials_in_a_link_are_used_for_that_file_also_after_a_redirect_on_its_host(bool isJson)
    {
        using var other = new FakeServer();
        var link = other.Address.Replace("://", "://amy:opensesame@", StringComparison.Ordinal) + "/f/" + Wheel;
        other.On("/f/" + Wheel, _ => new FakeReply(302, ("Location", "/g/" + Wheel)));
        other.On("/g/" + Wheel, _ => new FakeReply(200, new WheelBuilder("a", "1.0").Build()));
        var page = isJson
            ? $$$"""{"meta":{"api-version":"1.0"},"files":[{"filename":"{{{Wheel}}}","url":"{{{link}}}","hashes":{}}]}"""
            : $"<a href='{link}'>a</a></html>";
        var type = isJson ? "application/vnd.pypi.simple.v1+json" : "text/html";
        Index.On(Page, _ => new FakeReply(200, page, ("Content-Type", type)));
        await RunAsync(async client =>
        {
            var found = Assert.IsType<PageResponse.Found>(await client.GetPageAsync(Location, Name("a"), Token)).Page;
            using var file = await client.DownloadAsync(found.FileAt(0), Location, progress: null, Token);
            Assert.DoesNotContain("opensesame", file.Url.ToString(), StringComparison.Ordinal);
            return 0;
        });
        Assert.Equal(2, other.Requests.Count);
        Assert.All(other.Requests, r => Assert.Equal(Basic("amy:opensesame"), r["Authorization"]));
    }

    private static string Basic(string credentials) =>
        "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(credentials));

    private IndexLocation WithSecret() =>
        new(SafeUrl.Parse(Index.Url.Replace("://", "://user:hunter2@", StringComparison.Ordinal)));
}
