using Krait.Index.SimpleApi;
using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Index.Tests.SimpleApi;

public sealed class PageTests : IndexTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Json_and_html_give_the_same_page(bool servesJson)
    {
        Index.ServesJson = servesJson;
        Index.Add(new WheelBuilder("Foo", "1.0") { RequiresPython = ">=3.8,<4" }, yanked: "bad").Add("foo", "2.0");
        var page = await FindAsync("foo");
        Assert.Equal(["Foo-1.0-py3-none-any.whl", "foo-2.0-py3-none-any.whl"], Files(page));
        Assert.Equal(["1.0", "2.0"], [page.VersionAt(0).ToString(), page.VersionAt(1).ToString()]);
        var file = page.FileAt(page.FilesOf(0).Start);
        Assert.Equal(Index.FileUrl("Foo-1.0-py3-none-any.whl"), file.Url);
        Assert.Equal((true, "bad", ">=3.8,<4"), (file.IsYanked, file.YankedReason, file.RequiresPythonText));
        Assert.True(file.HasMetadataFile);
        Assert.NotNull(file.MetadataHash);
        Assert.NotNull(file.Hash);
    }

    [Fact]
    public async Task Every_spelling_of_a_name_asks_once_with_the_normalized_one()
    {
        Index.Add("foo-bar", "1.0");
        Index.Latency = TimeSpan.FromMilliseconds(30);
        await RunAsync(async client =>
        {
            await Task.WhenAll(
                new[] { "Foo_Bar", "foo.bar", "foo-bar", "FOO__bar" }.Select(n =>
                    client.GetPageAsync(Location, Name(n), Token)
                )
            );
            return await client.GetPageAsync(Location, Name("foo.bar"), Token);
        });
        Assert.Equal("/simple/foo-bar/", Assert.Single(Index.Paths));
    }

    [Fact]
    public async Task The_three_refusals_are_told_apart()
    {
        Index.On(FakeIndex.PagePath("who"), _ => new FakeReply(401));
        Index.On(FakeIndex.PagePath("no"), _ => new FakeReply(403));
        Index.On(FakeIndex.PagePath("gone"), _ => new FakeReply(410));
        Assert.IsType<PageResponse.NotFound>(await GetAsync("missing"));
        Assert.IsType<PageResponse.NotFound>(await GetAsync("gone"));
        Assert.Equal(
            Index.Url + "who/",
            Assert.IsType<PageResponse.Unauthorized>(await GetAsync("who")).Url.ToString()
        );
        Assert.IsType<PageResponse.Forbidden>(await GetAsync("no"));
    }

    [Fact]
    public async Task A_store_of_files_forbids_what_it_does_not_have()
    {
        Index.On(FakeIndex.PagePath("no"), _ => new FakeReply(403));
        var store = Location with { IgnoredStatuses = [403] };
        Assert.IsType<PageResponse.NotFound>(await RunAsync(client => client.GetPageAsync(store, Name("no"), Token)));
        var ofTorch = new IndexLocation(SafeUrl.Parse($"{IndexLocation.TorchIndexes}/cpu"));
        Assert.Equal([403], ofTorch.IgnoredStatuses);
        Assert.Empty(Location.IgnoredStatuses);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("")]
    public async Task Another_content_type_is_an_error_since_it_does_not_say_that_the_project_is_missing(string type)
    {
        (string, string)[] headers = type.Length == 0 ? [] : [("Content-Type", type)];
        Index.On(FakeIndex.PagePath("a"), _ => new FakeReply(200, "{}", headers));
        var error = await Assert.ThrowsAsync<KraitException>(() => GetAsync("a"));
        Assert.Equal("not-an-index-page", error.Diagnostic.Code);
        Assert.Contains(type.Length == 0 ? "no content type" : type, error.Message, StringComparison.Ordinal);
        Assert.Contains(Index.Url + "a/", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(503)]
    public async Task A_status_that_the_index_is_said_to_answer_for_missing_projects_means_that(int status)
    {
        Index.On(FakeIndex.PagePath("a"), _ => new FakeReply(status));
        var location = Location with { IgnoredStatuses = [status] };
        Assert.IsType<PageResponse.NotFound>(await RunAsync(c => c.GetPageAsync(location, Name("a"), Token)));
        Assert.Single(Index.Requests);
    }

    [Fact]
    public async Task A_malformed_page_is_an_error_that_names_it()
    {
        var type = ("Content-Type", "application/vnd.pypi.simple.v1+json");
        Index.On(FakeIndex.PagePath("a"), _ => new FakeReply(200, "{\"files\": [", type));
        var error = await Assert.ThrowsAsync<KraitException>(() => GetAsync("a"));
        Assert.Contains(Index.Url + "a/", error.Message, StringComparison.Ordinal);
        Assert.Equal(FailureKind.Failed, error.Kind);
        Assert.Single(Index.Requests);
    }

    [Fact]
    public async Task A_failure_is_told_to_all_and_tried_again_by_the_next()
    {
        Index.Add("a", "1.0");
        Index.Then(FakeIndex.PagePath("a"), new FakeReply(400));
        Index.Latency = TimeSpan.FromMilliseconds(30);
        await RunAsync(async client =>
        {
            var first = client.GetPageAsync(Location, Name("a"), Token);
            var second = client.GetPageAsync(Location, Name("a"), Token);
            await Assert.ThrowsAsync<KraitException>(() => first);
            await Assert.ThrowsAsync<KraitException>(() => second);
            Assert.Single(Index.Requests);
            Assert.IsType<PageResponse.Found>(await client.GetPageAsync(Location, Name("a"), Token));
            return 0;
        });
    }

    [Fact]
    public async Task No_more_pages_are_asked_for_at_one_time_than_allowed()
    {
        Index.Latency = TimeSpan.FromMilliseconds(20);
        var names = Enumerable.Range(0, 40).Select(i => $"p{i}").ToList();
        names.ForEach(name => Index.Add(name, "1.0"));
        await RunAsync(
            async client => await Task.WhenAll(names.Select(name => client.GetPageAsync(Location, Name(name), Token))),
            new IndexClientOptions { Http = Quick, PageConcurrency = 5 }
        );
        Assert.InRange(Index.MostAtOnce, 2, 5);
    }

    [Fact]
    public async Task Many_requests_share_at_most_sixteen_connections()
    {
        Index.Latency = TimeSpan.FromMilliseconds(5);
        var names = Enumerable.Range(0, 200).Select(i => $"p{i}").ToList();
        await RunAsync(async client =>
            await Task.WhenAll(names.Select(name => client.GetPageAsync(Location, Name(name), Token)))
        );
        Assert.Equal(200, Index.Requests.Count);
        Assert.InRange(Index.Connections, 1, 16);
        Assert.Equal("/simple/p0/", Index.Paths.Order(StringComparer.Ordinal).First());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public async Task A_width_that_is_not_positive_is_unusable(int width)
    {
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            GetAsync("a", new IndexClientOptions { MetadataConcurrency = width })
        );
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData(null)]
    public async Task Compressed_pages_read_like_plain_ones(string? encoding)
    {
        Index.Encoding = encoding;
        for (var i = 0; i < 50; i++)
            Index.Add("a", $"1.{i}");
        Assert.Equal(50, (await FindAsync("a")).FileCount);
    }

    [Fact]
    public async Task Unknown_fields_are_ignored()
    {
        const string Page =
            """{"meta":{"api-version":"1.9","x":[1]},"name":"a","new":{"y":[{}]},"files":[{"filename":"a-1.0-py3-none-any.whl","url":"x/a-1.0-py3-none-any.whl","hashes":{},"z":{"q":null}}]}""";
        var type = ("Content-Type", "application/vnd.pypi.simple.v1+json; charset=utf-8");
        Index.On(FakeIndex.PagePath("a"), _ => new FakeReply(200, Page, type));
        Assert.Equal(Index.Url + "a/x/a-1.0-py3-none-any.whl", (await FindAsync("a")).FileAt(0).Url);
    }

    [Fact]
    public async Task A_folder_on_disk_is_an_index_of_one_page()
    {
        Folder.Write("a-1.0-py3-none-any.whl", "");
        Folder.Write("b-2.0.tar.gz", "");
        Folder.Write("notes.txt", "");
        var links = new IndexLocation(SafeUrl.FromPath(Folder.Path), kind: IndexKind.FindLinks);
        await RunAsync(async client =>
        {
            var page = Assert.IsType<PageResponse.Found>(await client.GetPageAsync(links, Name("a"), Token)).Page;
            Assert.Equal(["a-1.0-py3-none-any.whl"], Files(page));
            Assert.Equal("file://" + Folder.At("a-1.0-py3-none-any.whl"), page.FileAt(0).Url);
            Assert.IsType<PageResponse.Found>(await client.GetPageAsync(links, Name("b"), Token));
            Assert.IsType<PageResponse.NotFound>(await client.GetPageAsync(links, Name("c"), Token));
            return 0;
        });
    }

    [Fact]
    public async Task A_page_of_links_is_fetched_once_for_all_projects()
    {
        const string Html =
            "<html><body><a href='files/a-1.0-py3-none-any.whl'>a</a><a href='b-1.0.tar.gz'>b</a></body></html>";
        Index.On("/links.html", _ => new FakeReply(200, Html, ("Content-Type", "text/html")));
        var links = new IndexLocation(SafeUrl.Parse(Index.Address + "/links.html"), kind: IndexKind.FindLinks);
        await RunAsync(async client =>
        {
            var page = Assert.IsType<PageResponse.Found>(await client.GetPageAsync(links, Name("a"), Token)).Page;
            Assert.Equal(Index.Address + "/files/a-1.0-py3-none-any.whl", page.FileAt(0).Url);
            Assert.IsType<PageResponse.Found>(await client.GetPageAsync(links, Name("b"), Token));
            return 0;
        });
        Assert.Single(Index.Requests);
    }

    [Fact]
    public async Task A_link_page_that_looks_like_a_file_is_asked_about_first()
    {
        Index.AddFile("a", "a-1.0.tar.gz", new byte[1000]);
        var links = new IndexLocation(SafeUrl.Parse(Index.FileUrl("a-1.0.tar.gz")), kind: IndexKind.FindLinks);
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            RunAsync(c => c.GetPageAsync(links, Name("a"), Token))
        );
        Assert.Equal("not-an-index-page", error.Diagnostic.Code);
        Assert.Equal("HEAD", Assert.Single(Index.Requests).Method);
    }

    [Theory]
    [InlineData("index.html", "<a href='a-1.0-py3-none-any.whl'>a</a>")]
    [InlineData(
        "index.json",
        """{"meta":{"api-version":"1.0"},"name":"a","files":[{"filename":"a-1.0-py3-none-any.whl","url":"a-1.0-py3-none-any.whl","hashes":{}}]}"""
    )]
    [InlineData("a-1.0-py3-none-any.whl", "")]
    public async Task An_index_on_disk_is_read_in_place(string file, string content)
    {
        Folder.Write("simple/a/" + file, content);
        var local = new IndexLocation(SafeUrl.FromPath(Folder.At("simple")));
        var page = await RunAsync(c => c.GetPageAsync(local, Name("a"), Token));
        Assert.Equal(
            "file://" + Folder.At("simple", "a", "a-1.0-py3-none-any.whl"),
            Assert.IsType<PageResponse.Found>(page).Page.FileAt(0).Url
        );
        Assert.IsType<PageResponse.NotFound>(await RunAsync(c => c.GetPageAsync(local, Name("b"), Token)));
    }
}
