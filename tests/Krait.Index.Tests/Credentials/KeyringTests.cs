using System.Text;
using Krait.Index.Credentials;
using Krait.Index.Downloads;
using Krait.Index.SimpleApi;
using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Index.Tests.Credentials;

/// <summary>The program `keyring` is asked when a server wants to know who asks, and its answers go nowhere else.</summary>
public sealed class KeyringTests : IndexTest
{
    private const string Secret = "s3cret-of-the-keyring";

    private string Log => Folder.At("asked.log");

    /// <summary>What the program was asked, a line a call.</summary>
    private string[] Asked => File.Exists(Log) ? File.ReadAllLines(Log) : [];

    [Fact]
    public async Task An_index_that_answers_401_gets_what_the_keyring_holds_for_it()
    {
        Protect("me", Secret);
        var page = await AskAsync(Json("me", Secret));

        Assert.IsType<PageResponse.Found>(page);
        Assert.Equal([$"--mode=creds --output=json get {Index.Url}"], Asked);
    }

    [Fact]
    public async Task It_is_asked_once_for_many_requests()
    {
        Protect("me", Secret);
        Index.Add("b", "1.0").Add("c", "1.0");
        WriteProgram(Json("me", Secret));
        await RunAsync(
            async client =>
            {
                var pages = new[] { "a", "b", "c" }.Select(name => client.GetPageAsync(Location, Name(name), Token));
                Assert.All(await Task.WhenAll(pages), page => Assert.IsType<PageResponse.Found>(page));
                return 0;
            },
            Options()
        );
        Assert.Single(Asked);
    }

    [Fact]
    public async Task Files_on_the_origin_of_the_index_get_it_too_and_others_do_not()
    {
        Protect("me", Secret);
        using var elsewhere = new FakeServer { Host = "localhost" };
        elsewhere.On("/a-1.0-py3-none-any.whl", _ => new FakeReply(401));
        // The keyring knows the index alone.
        WriteProgram($"case \"$4\" in {Index.Url}) {Json("me", Secret)} ;; *) exit 1 ;; esac");
        await RunAsync(
            async client =>
            {
                var page = Assert
                    .IsType<PageResponse.Found>(await client.GetPageAsync(Location, Name("a"), Token))
                    .Page;
                using var file = await client.DownloadAsync(page.FileAt(0), Location, null, Token);
                Assert.Equal(Index.Content("a-1.0-py3-none-any.whl").Length, file.Size);
                var url = SafeUrl.Parse(elsewhere.Address + "/a-1.0-py3-none-any.whl");
                var request = new DownloadRequest(url, "a-1.0-py3-none-any.whl") { LinkedFrom = Location.Url };
                await Assert.ThrowsAsync<KraitException>(() => client.DownloadAsync(request, null, Token));
                return 0;
            },
            Options()
        );
        Assert.All(elsewhere.Requests, request => Assert.Equal("", request["Authorization"]));
        Assert.DoesNotContain(Asked.Skip(1), line => line.Contains(Index.Url, StringComparison.Ordinal));
        Assert.Contains(Asked, line => line.EndsWith($"get localhost:{elsewhere.Port}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_not_kept_for_the_index_is_looked_for_under_its_host()
    {
        Protect("me", Secret);
        var page = await AskAsync($"case \"$4\" in *://*) exit 1 ;; *) {Json("me", Secret)} ;; esac");

        Assert.IsType<PageResponse.Found>(page);
        Assert.EndsWith($"get 127.0.0.1:{Index.Port}", Asked[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_name_in_the_url_is_passed_on_to_older_releases_too()
    {
        Protect("me", Secret);
        var url = SafeUrl.Parse(Index.Url.Replace("://", "://me@", StringComparison.Ordinal));
        WriteProgram($"case \"$1\" in get) echo {Secret} ;; *) exit 2 ;; esac");

        var page = await RunAsync(c => c.GetPageAsync(new IndexLocation(url), Name("a"), Token), Options());

        Assert.IsType<PageResponse.Found>(page);
        Assert.Equal($"get {Index.Url} me", Asked[1]);
    }

    [Fact]
    public async Task A_password_in_the_url_is_not_replaced()
    {
        Protect("me", Secret);
        var url = SafeUrl.Parse(Index.Url.Replace("://", "://me:wrong@", StringComparison.Ordinal));
        WriteProgram(Json("me", Secret));

        var page = await RunAsync(c => c.GetPageAsync(new IndexLocation(url), Name("a"), Token), Options());

        Assert.IsType<PageResponse.Unauthorized>(page);
        Assert.Empty(Asked);
    }

    [Theory]
    [InlineData("exit 1")]
    [InlineData("echo '[]'")]
    [InlineData("echo '{\"username\": 1}'")]
    [InlineData("echo not JSON; echo trouble >&2")]
    public async Task Without_an_answer_the_refusal_stands(string program)
    {
        Protect("me", Secret);
        Assert.IsType<PageResponse.Unauthorized>(await AskAsync(program));
    }

    [Fact]
    public async Task A_wrong_answer_is_sent_once()
    {
        Protect("me", Secret);
        Assert.IsType<PageResponse.Unauthorized>(await AskAsync(Json("me", "wrong")));
        Assert.Equal(2, Index.Requests.Count);
    }

    [Fact]
    public async Task It_is_not_asked_when_nobody_wants_to_know()
    {
        Index.Add("a", "1.0");
        Assert.IsType<PageResponse.Found>(await AskAsync(Json("me", Secret)));
        Assert.Empty(Asked);
    }

    [Fact]
    public async Task A_missing_program_is_told_where_it_was_asked_for()
    {
        Protect("me", Secret);
        var error = await Assert.ThrowsAsync<KraitException>(() => GetAsync("a", Options()));
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
        Assert.Contains("`keyring` is not in a folder of `PATH`", error.Message, StringComparison.Ordinal);

        Assert.IsType<PageResponse.Unauthorized>(await GetAsync("a", Options(isRequired: false)));
    }

    [Fact]
    public async Task A_program_of_the_working_folder_is_not_run()
    {
        Protect("me", Secret);
        WriteProgram(Json("me", Secret));
        var here = new KeyringSettings(
            ".:bin:" + Path.GetRelativePath(Environment.CurrentDirectory, Folder.At("bin")),
            false
        );
        var options = Options() with { Http = Quick with { Keyring = here } };

        Assert.IsType<PageResponse.Unauthorized>(await GetAsync("a", options));
        Assert.Empty(Asked);
    }

    /// <summary>An index with one package that wants this user.</summary>
    private void Protect(string user, string password)
    {
        Index.Add("a", "1.0");
        var wanted = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        foreach (var path in new[] { "/simple/a/", "/simple/b/", "/simple/c/", "/files/a-1.0-py3-none-any.whl" })
            Index.On(path, request => request["Authorization"] == wanted ? null : new FakeReply(401));
    }

    private async Task<PageResponse> AskAsync(string program)
    {
        WriteProgram(program);
        return await GetAsync("a", Options());
    }

    private static string Json(string user, string password) =>
        $$"""echo '{"username": "{{user}}", "password": "{{password}}"}'""";

    private void WriteProgram(string body)
    {
        var path = Folder.Write("bin/keyring", $"#!/bin/sh\necho \"$@\" >> {Log}\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private IndexClientOptions Options(bool isRequired = true) =>
        new() { Http = Quick with { Keyring = new KeyringSettings(Folder.At("bin"), isRequired) } };
}
