using Krait.Index.SimpleApi;
using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Index.Tests.Http;

public sealed class RedirectTests : IndexTest
{
    private const string Page = "/simple/a/";

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
    public async Task Credentials_in_a_redirect_are_not_used()
    {
        using var other = new FakeServer();
        other.On("/x/", _ => new FakeReply(401));
        var target = other.Address.Replace("://", "://eve:trap@", StringComparison.Ordinal) + "/x/";
        Index.On(Page, _ => new FakeReply(302, ("Location", target)));
        Assert.IsType<PageResponse.Unauthorized>(await GetAsync("a"));
        Assert.Equal("", Assert.Single(other.Requests)["Authorization"]);
    }

    private IndexLocation WithSecret() =>
        new(SafeUrl.Parse(Index.Url.Replace("://", "://user:hunter2@", StringComparison.Ordinal)));
}
