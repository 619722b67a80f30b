using System.Text;
using Krait.Index.Credentials;
using Krait.Index.Downloads;
using Krait.Index.SimpleApi;
using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Index.Tests.Credentials;

/// <summary>Who gets which credential, and that nobody else sees one.</summary>
public sealed class CredentialTests : IndexTest
{
    [Theory]
    [InlineData("https://h/simple", "https://h/simple/a/", true)]
    [InlineData("https://h/simple/", "https://h/simple", true)]
    [InlineData("https://h/simple", "https://h/simple2/a/", false)]
    [InlineData("https://h/a/simple", "https://h/b/simple/", false)]
    [InlineData("https://h", "https://h/anything", true)]
    [InlineData("https://h/simple", "http://h/simple/", false)]
    [InlineData("https://h/simple", "https://h:8443/simple/", false)]
    [InlineData("https://h:443/simple", "https://h/simple/", true)]
    [InlineData("https://h/simple", "https://h.evil.org/simple/", false)]
    [InlineData("https://h/simple", "https://H/simple/", true)]
    [InlineData("https://h/a/../simple", "https://h/simple/", true)]
    [InlineData("https://h/simple", "https://h/simple/../other/", false)]
    public void A_credential_belongs_to_an_origin_and_a_folder(string of, string url, bool isSent)
    {
        var store = new CredentialStore(null);
        store.Add(SafeUrl.Parse(of), new Credential("u", "p"));
        Assert.Equal(isSent, store.Find(SafeUrl.Parse(url), linkedFrom: null) is not null);
    }

    [Fact]
    public void The_longest_folder_wins()
    {
        var store = new CredentialStore(null);
        store.Add(SafeUrl.Parse("https://one:1@h/"));
        store.Add(SafeUrl.Parse("https://two:2@h/team/simple"));
        Assert.Equal("two", store.Find(SafeUrl.Parse("https://h/team/simple/a/"), null)?.UserName);
        Assert.Equal("one", store.Find(SafeUrl.Parse("https://h/team/files/a"), null)?.UserName);
    }

    [Fact]
    public void Files_inherit_from_their_index_on_its_own_origin_only()
    {
        var store = new CredentialStore(null);
        var index = SafeUrl.Parse("https://u:p@h/team/simple/");
        Assert.NotNull(store.Find(SafeUrl.Parse("https://h/team/files/a.whl"), index));
        Assert.Null(store.Find(SafeUrl.Parse("https://files.h/a.whl"), index));
        Assert.Null(store.Find(SafeUrl.Parse("http://h/a.whl"), index));
        Assert.Null(store.Find(SafeUrl.Parse("https://h/team/files/a.whl"), SafeUrl.Parse("https://h/other/")));
    }

    [Theory]
    [InlineData("machine h login u password p", "h", "u:p")]
    [InlineData("machine h\n  login u\n  password p\nmachine i login x password y", "i", "x:y")]
    [InlineData("machine h login u password p # comment\nmachine h login v password q", "h", "u:p")]
    [InlineData("default login u password p", "h", null)]
    [InlineData("machine h login u password \"a b\\\"c\"", "h", "u:a b\"c")]
    [InlineData("machine h password p", "h", ":p")]
    [InlineData("macdef init\nmachine h login u password p\n\nmachine i login x password y", "h", null)]
    [InlineData("machine example.org login u password p", "sub.example.org", null)]
    [InlineData("machine", "h", null)]
    [InlineData("machine h login u password #secret\nmachine i login x password y", "h", "u:#secret")]
    [InlineData("machine h login u password #secret\nmachine i login x password y", "i", "x:y")]
    [InlineData("machine h login u password ab\"cd", "h", "u:ab\"cd")]
    [InlineData("# machine h\n#\nmachine h # mine\n login u # me\n password p", "h", "u:p")]
    [InlineData("macdef init\n cd\n\nmachine h login u password p", "h", "u:p")]
    [InlineData("macdef init\r\n cd\r\n\r\nmachine h login u password p", "h", "u:p")]
    [InlineData("macdef init", "h", null)]
    [InlineData("machine h login u password \"p", "h", "u:p")]
    public void Netrc_is_read_by_exact_host(string text, string host, string? expected)
    {
        var found = Netrc.Parse(text).Find(host);
        Assert.Equal(expected, found is null ? null : $"{found.UserName}:{found.Password}");
    }

    [Fact]
    public async Task Netrc_serves_pages_and_files()
    {
        Index.Add("a", "1.0");
        var netrc = Folder.Write("netrc", "machine 127.0.0.1 login me password secret");
        await FindAsync("a", new IndexClientOptions { Http = Quick with { NetrcPath = netrc } });
        var expected = "Basic " + Convert.ToBase64String("me:secret"u8);
        Assert.All(Index.Requests, r => Assert.Equal(expected, r["Authorization"]));
    }

    [Fact]
    public async Task The_indexs_credential_goes_with_its_pages_metadata_and_files()
    {
        Index.Add("a", "1.0");
        var location = Secret("hunter2");
        await RunAsync(async client =>
        {
            var page = (PageResponse.Found)await client.GetPageAsync(location, Name("a"), Token);
            await client.GetMetadataAsync(page.Page.FileAt(0), location, Token);
            using var file = await client.DownloadAsync(page.Page.FileAt(0), location, null, Token);
            return 0;
        });
        Assert.Equal(3, Index.Requests.Count);
        Assert.All(Index.Requests, r => Assert.NotEqual("", r["Authorization"]));
    }

    [Fact]
    public async Task No_error_shows_a_secret()
    {
        const string Canary = "s3cr3t-canary";
        var location = Secret(Canary);
        var texts = new List<string>
        {
            location.ToString(),
            location.Url.ToString(),
            location.Url.Credential!.ToString(),
        };
        Index.On("/simple/a/", _ => new FakeReply(500));
        Index.On("/simple/b/", _ => new FakeReply(401));
        Index.On("/simple/c/", _ => new FakeReply(302, ("Location", "ftp://u:" + Canary + "@x/")));
        Index.On("/simple/d/", _ => new FakeReply(200, "x", ("Content-Type", "text/plain")));
        await RunAsync(async client =>
        {
            foreach (var name in new[] { "a", "b", "c", "d" })
            {
                try
                {
                    texts.Add((await client.GetPageAsync(location, Name(name), Token)).ToString());
                }
                catch (KraitException e)
                {
                    texts.Add(e.ToString());
                    texts.Add(Everything(e.Diagnostic));
                }
            }

            var url = SafeUrl.Parse($"{Index.Address}/x-1.0-py3-none-any.whl?token={Canary}&a=b");
            var error = await Assert.ThrowsAsync<KraitException>(() =>
                client.DownloadAsync(new DownloadRequest(url, "x-1.0-py3-none-any.whl"), null, Token)
            );
            texts.Add(Everything(error.Diagnostic));
            Assert.Contains("a=b", error.Message, StringComparison.Ordinal);
            return 0;
        });
        Assert.False(SafeUrl.TryParse($"http://u:{Canary}@h\\x/", out _, out var invalid));
        texts.Add(Everything(invalid));
        Assert.All(texts, text => Assert.DoesNotContain(Canary, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://user:p%40ss@h/x", "https://h/x", "user", "p@ss")]
    [InlineData("https://token@h/x#sha256=1", "https://h/x", "token", "")]
    public void Credentials_are_split_off_a_url(string text, string shown, string user, string password)
    {
        var url = SafeUrl.Parse(text);
        Assert.Equal(shown, url.ToString());
        Assert.Equal((user, password), (url.Credential?.UserName, url.Credential?.Password));
    }

    [Theory]
    [InlineData("ftp://h/")]
    [InlineData("h/x")]
    [InlineData("/x")]
    [InlineData("https:///x")]
    [InlineData("https://h\\x")]
    [InlineData("https://h/a b")]
    [InlineData("https://h/\n")]
    [InlineData("file://host/x")]
    [InlineData("")]
    public void What_is_no_plain_url_is_refused(string text) => Assert.False(SafeUrl.TryParse(text, out _, out _));

    [Theory]
    [InlineData("https://h/a/b-1.0.tar.gz", "b-1.0.tar.gz")]
    [InlineData("https://h/a/b%2B1.whl", "b+1.whl")]
    [InlineData("https://h/a/..%2F..%2Fetc%2Fpasswd", "../../etc/passwd")]
    [InlineData("https://h/a/%252e%252e", "%2e%2e")]
    public void A_file_name_is_decoded_once(string text, string name) =>
        Assert.Equal(name, SafeUrl.Parse(text).FileName);

    private static string Everything(Diagnostic diagnostic)
    {
        var text = new StringBuilder(diagnostic.Message);
        text.AppendJoin('\n', diagnostic.Notes).AppendJoin('\n', diagnostic.Hints).Append(diagnostic.Source);
        return text.ToString();
    }

    private IndexLocation Secret(string password) =>
        new(SafeUrl.Parse(Index.Url.Replace("://", $"://user:{password}@", StringComparison.Ordinal)));
}
