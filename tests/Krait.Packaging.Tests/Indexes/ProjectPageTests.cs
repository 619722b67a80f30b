using System.Text;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;

namespace Krait.Packaging.Tests.Indexes;

public sealed class ProjectPageTests
{
    private const string PageUrl = "https://index.example/simple/demo/";
    private const string Digest = "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef";
    private static readonly PackageName Demo = PackageName.Parse("demo");

    private static ProjectPage Json(string files, string rest = "") =>
        ProjectPage.TryParseJson(
            Encoding.UTF8.GetBytes($$$"""{"meta":{"api-version":"1.1"},"files":[{{{files}}}]{{{rest}}}}"""),
            PageUrl,
            Demo,
            out var page,
            out var error
        )
            ? page
            : throw new InvalidOperationException(error.Message);

    private static ProjectPage Html(string body) =>
        ProjectPage.TryParseHtml(Encoding.UTF8.GetBytes(body), PageUrl, Demo, out var page, out var error)
            ? page
            : throw new InvalidOperationException(error.Message);

    private static string Entry(string name, string rest = "") =>
        $$$"""{"filename":"{{{name}}}","url":"{{{name}}}","hashes":{}{{{rest}}}}""";

    private static string[] Names(ProjectPage page) =>
        [.. Enumerable.Range(0, page.FileCount).Select(i => page.FileAt(i).FileName)];

    [Fact]
    public void Orders_versions_upwards_and_wheels_before_the_source_distribution()
    {
        var page = Json(
            string.Join(
                ',',
                Entry("demo-1.10.tar.gz"),
                Entry("demo-1.9-py3-none-any.whl"),
                Entry("demo-1.10-py3-none-any.whl"),
                Entry("demo-1.10-py2-none-any.whl"),
                Entry("demo-1.9rc1.zip")
            )
        );

        Assert.Equal(
            "1.9rc1 1.9 1.10",
            string.Join(' ', Enumerable.Range(0, page.VersionCount).Select(page.VersionAt))
        );
        Assert.Equal(
            [
                "demo-1.9rc1.zip",
                "demo-1.9-py3-none-any.whl",
                "demo-1.10-py2-none-any.whl",
                "demo-1.10-py3-none-any.whl",
                "demo-1.10.tar.gz",
            ],
            Names(page)
        );
        Assert.Equal((2, 3), page.FilesOf(2));
        Assert.Equal(2, page.IndexOf(Version.Parse("1.10.0")));
        Assert.True(page.IndexOf(Version.Parse("2")) < 0);
    }

    [Fact]
    public void Reads_everything_that_an_entry_says()
    {
        var page = Json(
            $$$"""
            {"filename":"demo-1.0-1-cp312-cp312-win_amd64.whl","url":"../../files/demo-1.0-1-cp312-cp312-win_amd64.whl","hashes":{"sha256":"{{{Digest}}}","md5":"00112233445566778899aabbccddeeff"},
             "requires-python":"\u003e=3.8","yanked":"bro\u006Ben \u00e9","size":12345678901,"upload-time":"2024-02-29T23:59:58.123456Z","core-metadata":{"sha256":"{{{Digest}}}"},"provenance":null}
            """
        );
        var file = page.FileAt(0);

        Assert.True(file.IsWheel);
        Assert.Equal((1UL, "cp312"), (file.Wheel.Build!.Value.Number, file.Wheel.PythonTags[0]));
        Assert.Equal("1-cp312-cp312-win_amd64", page.TagsText(file.TagsNumber));
        Assert.Equal("https://index.example/files/demo-1.0-1-cp312-cp312-win_amd64.whl", file.Url);
        Assert.Equal($"sha256:{Digest.ToLowerInvariant()}", file.Hash!.ToString());
        Assert.Equal([HashAlgorithm.Sha256, HashAlgorithm.Md5], file.Hashes.Select(h => h.Algorithm));
        Assert.Equal((">=3.8", true), (file.RequiresPythonText, file.RequiresPython!.Contains(Version.Parse("3.8"))));
        Assert.Equal((true, "broken é"), (file.IsYanked, file.YankedReason));
        Assert.Equal(12345678901, file.Size);
        Assert.Equal(new DateTimeOffset(2024, 2, 29, 23, 59, 58, TimeSpan.Zero).AddTicks(1234560), file.UploadTime);
        Assert.True(file.HasMetadataFile);
        Assert.Equal(file.Hash, file.MetadataHash);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(",\"core-metadata\":true", true)]
    [InlineData(",\"core-metadata\":false", false)]
    [InlineData(",\"dist-info-metadata\":true", true)]
    [InlineData(",\"dist-info-metadata\":{}", true)]
    [InlineData(",\"dist-info-metadata\":true,\"core-metadata\":false", false)]
    [InlineData(",\"core-metadata\":false,\"dist-info-metadata\":true", false)]
    [InlineData(",\"core-metadata\":null,\"dist-info-metadata\":true", true)]
    public void The_newer_spelling_of_the_metadata_attribute_wins(string attribute, bool expected) =>
        Assert.Equal(expected, Json(Entry("demo-1.0-py3-none-any.whl", attribute)).FileAt(0).HasMetadataFile);

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("\"\"", false)]
    [InlineData("null", false)]
    [InlineData("\"why\"", true)]
    public void A_file_is_yanked_by_true_or_a_reason(string yanked, bool expected) =>
        Assert.Equal(expected, Json(Entry("demo-1.0.tar.gz", $",\"yanked\":{yanked}")).FileAt(0).IsYanked);

    [Theory]
    [InlineData("{\"filename\":\"demo-1.0.egg\",\"url\":\"u\"}", SkipReason.NotADistribution)]
    [InlineData("{\"filename\":\"demo-x.tar.gz\",\"url\":\"u\"}", SkipReason.InvalidFileName)]
    [InlineData("{\"filename\":\"demo-1.0-py3.whl\",\"url\":\"u\"}", SkipReason.InvalidFileName)]
    [InlineData("{\"filename\":\"other-1.0.tar.gz\",\"url\":\"u\"}", SkipReason.OtherProject)]
    [InlineData("{\"filename\":\"other-1.0-py3-none-any.whl\",\"url\":\"u\"}", SkipReason.OtherProject)]
    [InlineData("{\"filename\":\"demo-1.0.tar.gz\"}", SkipReason.WrongUrl)]
    [InlineData("{\"filename\":\"demo-1.0.tar.gz\",\"url\":null}", SkipReason.WrongUrl)]
    [InlineData("{\"filename\":1,\"url\":\"u\"}", SkipReason.WrongFileName)]
    [InlineData("{\"url\":\"u\"}", SkipReason.WrongFileName)]
    [InlineData("{\"filename\":\"demo-1.0.tar.gz\",\"url\":\"u\",\"hashes\":[1]}", SkipReason.WrongHashes)]
    [InlineData("{\"filename\":\"demo-1.0.tar.gz\",\"url\":\"u\",\"hashes\":{\"md5\":1}}", SkipReason.WrongHashes)]
    [InlineData("{\"filename\":\"demo-1.0.tar.gz\",\"url\":\"u\",\"yanked\":[1]}", SkipReason.WrongYanked)]
    [InlineData(
        "{\"filename\":\"demo-1.0.tar.gz\",\"url\":\"u\",\"requires-python\":3}",
        SkipReason.WrongRequiresPython
    )]
    [InlineData("7", SkipReason.NotAnObject)]
    [InlineData("[[{}]]", SkipReason.NotAnObject)]
    public void A_bad_entry_is_skipped_with_its_reason_and_the_rest_stands(string entry, SkipReason reason)
    {
        var page = Json($"{entry},{Entry("demo-2.0.tar.gz")}");
        Assert.Equal(["demo-2.0.tar.gz"], Names(page));
        Assert.Equal((1, 1), (page.SkippedCount, page.CountSkipped(reason)));
        Assert.Equal(PageUrl, Assert.Single(page.Skipped).Source);
    }

    [Theory]
    [InlineData("\"sha256\":\"beef\"", "`sha256:beef`: expected 64 hexadecimal digits, found 4")]
    [InlineData("\"sha256\":\"\"", "expected 64 hexadecimal digits, found 0")]
    [InlineData("\"md5\":\"None\"", "`md5:None`")]
    [InlineData("\"sha3_256\":\"beef\"", "unknown hash function")]
    [InlineData("\"SHA256\":\"beef\"", "`sha256:beef`")]
    public void A_file_with_a_hash_that_cannot_be_read_stays_on_the_page_and_says_so(string hashes, string problem)
    {
        var file = Json(Entry("demo-1.0.tar.gz", $",\"hashes\":{{{hashes}}}")).FileAt(0);
        Assert.Contains(problem, file.HashProblem?.Message, StringComparison.Ordinal);
        Assert.Empty(file.Hashes);
    }

    [Fact]
    public void An_unknown_function_is_passed_over_beside_one_that_proves_something()
    {
        var sha256 = new string('0', 64);
        var file = Json(Entry("demo-1.0.tar.gz", $",\"hashes\":{{\"sha256\":\"{sha256}\",\"blake9\":\"beef\"}}"))
            .FileAt(0);
        Assert.Null(file.HashProblem);
        Assert.Equal("sha256:" + sha256, Assert.Single(file.Hashes).ToString());
    }

    [Theory]
    [InlineData("#sha256=beef", "sha256:beef")]
    [InlineData("#md5=None", "md5:None")]
    [InlineData("#sha256=", "sha256:")]
    [InlineData("#egg=demo&sha1=12", "sha1:12")]
    [InlineData("#egg=demo", null)]
    [InlineData("#subdirectory=src", null)]
    [InlineData("", null)]
    public void A_fragment_with_a_hash_that_cannot_be_read_is_remembered(string fragment, string? shown)
    {
        var file = Html($"<a href='demo-1.0.tar.gz{fragment}'>x</a>").FileAt(0);
        if (shown is null)
            Assert.Null(file.HashProblem);
        else
            Assert.Contains($"`{shown}`", file.HashProblem?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unreadable_requires_python_is_no_requirement_but_noted()
    {
        var page = Json(Entry("demo-1.0.tar.gz", ",\"requires-python\":\"whatever\""));
        Assert.Null(page.FileAt(0).RequiresPython);
        Assert.Equal("whatever", page.FileAt(0).RequiresPythonText);
        Assert.Equal(1, page.CountSkipped(SkipReason.InvalidRequiresPython));
    }

    [Theory]
    [InlineData("[]", "the index page is not a JSON object")]
    [InlineData("{}", "the index page has no `files`")]
    [InlineData("{\"files\":{}}", "`files` of the index page is not an array")]
    [InlineData("{\"files\":[", "the index page is not valid JSON")]
    [InlineData("", "the index page is not valid JSON")]
    [InlineData("{\"files\":[]} x", "the index page is not valid JSON")]
    [InlineData(
        "{\"meta\":{\"api-version\":\"2.0\"},\"files\":[]}",
        "the index page has API version `2.0`; only version 1 can be read"
    )]
    [InlineData("{\"meta\":{\"api-version\":1},\"files\":[]}", "`api-version` of the index page is not a string")]
    public void A_page_of_the_wrong_shape_is_an_error_that_names_the_page(string body, string message)
    {
        Assert.False(ProjectPage.TryParseJson(Encoding.UTF8.GetBytes(body), PageUrl, Demo, out _, out var error));
        Assert.Equal((message, PageUrl), (error.Message, error.Source));
    }

    [Fact]
    public void Json_and_html_forms_of_the_same_page_give_the_same_result()
    {
        var json = Json(
            $$$"""
            {"filename":"demo-1.0-py3-none-any.whl","url":"/f/demo-1.0-py3-none-any.whl","hashes":{"sha256":"{{{Digest}}}"},"requires-python":">=3.8,<4","core-metadata":{"sha256":"{{{Digest}}}"}},
            {"filename":"demo-1.0+x.1.tar.gz","url":"https://cdn.example/a&b/demo-1.0%2Bx.1.tar.gz","hashes":{"sha512":"{{{Digest}}}{{{Digest}}}"},"yanked":"bad \"thing\"","dist-info-metadata":true},
            {"filename":"demo-0.9.zip","url":"/f/demo-0.9.zip","hashes":{},"yanked":true}
            """
        );
        var html = Html(
            $$$"""
            <!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.1"><title>a > b</title>
            <script>if (1 < 2) document.write("<a href='demo-9.tar.gz'>x</a>")</script></head><body>
            <!-- <a href="demo-8.tar.gz">demo-8.tar.gz</a> -->
            <A HREF='/f/demo-0.9.zip' data-yanked>demo-0.9.zip</A><br/>
            <a href="/f/demo-1.0-py3-none-any.whl#sha256={{{Digest}}}" data-requires-python="&gt;=3.8,&lt;4" data-dist-info-metadata="true" data-core-metadata="sha256={{{Digest}}}">demo-1.0-py3-none-any.whl</a>
            <a data-yanked="bad &quot;thing&#x22;" data-dist-info-metadata=true href = "https://cdn.example/a&amp;b/demo-1.0%2Bx.1.tar.gz#sha512={{{Digest}}}{{{Digest}}}" >demo</a>
            </body></html>
            """
        );

        Assert.Equal(Describe(json), Describe(html));
        Assert.Equal(3, Describe(html).Length);
    }

    private static string[] Describe(ProjectPage page) =>
        [
            .. Enumerable
                .Range(0, page.FileCount)
                .Select(i => page.FileAt(i))
                .Select(f =>
                    $"{f.FileName} {f.Version} {f.Url} {string.Join('|', f.Hashes)} {f.RequiresPythonText} {f.IsYanked} {f.YankedReason} {f.HasMetadataFile} {f.MetadataHash}"
                ),
        ];

    [Fact]
    public void Html_links_are_relative_to_the_base_element()
    {
        var page = Html("<base href='https://other.example/x/'><a href='demo-1.0.tar.gz'>d</a>");
        Assert.Equal("https://other.example/x/demo-1.0.tar.gz", page.FileAt(0).Url);
    }

    [Theory]
    [InlineData("<a href='demo-1.0.tar.gz'>demo-1.0.tar.gz</a><a href='dem", "the index page ends in the middle")]
    [InlineData("<a href='demo-1.0.tar.gz'>demo-1.0", "the index page ends in the middle")]
    [InlineData("{\"not\": \"html\"}", "the index page is not HTML")]
    [InlineData(
        "<meta name='pypi:repository-version' content='2.0'>",
        "the index page has API version `2.0`; only version 1 can be read"
    )]
    public void An_html_page_that_is_none_or_half_is_an_error(string body, string message)
    {
        Assert.False(ProjectPage.TryParseHtml(Encoding.UTF8.GetBytes(body), PageUrl, Demo, out _, out var error));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void A_page_of_links_to_many_projects_gives_the_files_of_one()
    {
        var page = Html("<a href='other-1.0.tar.gz'>o</a><a href='Demo-2.0.tar.gz'>d</a><a href='sub/'>s</a>");
        Assert.Equal(["Demo-2.0.tar.gz"], Names(page));
    }

    [Fact]
    public void The_order_of_a_page_does_not_matter()
    {
        string[] entries =
        [
            Entry("demo-1.0.tar.gz"),
            Entry("demo-1.0.0-py3-none-any.whl"),
            Entry("demo-1.tar.gz", ",\"size\":1"),
            Entry("demo-2.tar.gz"),
        ];
        var forward = Json(string.Join(',', entries));
        var backward = Json(string.Join(',', entries.Reverse()));

        Assert.Equal(Names(forward), Names(backward));
        Assert.Equal(2, forward.VersionCount);
        Assert.Equal(forward.VersionAt(0).ToString(), backward.VersionAt(0).ToString());
    }

    [Fact]
    public void A_file_listed_twice_is_offered_once()
    {
        var page = Json(
            """{"filename":"demo-1.0.tar.gz","url":"b/demo-1.0.tar.gz"},{"filename":"demo-1.0.tar.gz","url":"a/demo-1.0.tar.gz"}"""
        );
        Assert.Equal("https://index.example/simple/demo/a/demo-1.0.tar.gz", page.FileAt(0).Url);
        Assert.Equal((1, 1), (page.FileCount, page.CountSkipped(SkipReason.Duplicate)));
    }

    [Fact]
    public void Files_of_a_folder_make_a_page()
    {
        var page = ProjectPage.FromFiles(
            "file:///wheels/",
            Demo,
            [("demo-1.0+l.1-py3-none-any.whl", 5), ("other-1.tar.gz", 6), ("notes.txt", null)]
        );
        Assert.Equal(
            ("file:///wheels/demo-1.0%2Bl.1-py3-none-any.whl", 5L),
            (page.FileAt(0).Url, page.FileAt(0).Size!.Value)
        );
        Assert.Equal(1, page.FileCount);
    }

    [Fact]
    public void A_flat_page_opens_to_the_same_page()
    {
        var page = Json(
            $"{Entry("demo-1.0.tar.gz", ",\"yanked\":\"why\"")},{Entry("demo-1.1-py3-none-any.whl", ",\"requires-python\":\">=3\"")},{Entry("x.egg")}"
        );
        Assert.True(ProjectPage.TryOpen(page.Flat.ToArray(), out var opened));
        Assert.Equal(Describe(page), Describe(opened));
        Assert.Equal(("demo", PageUrl, 1), (opened.ProjectName, opened.BaseUrl, opened.SkippedCount));
    }

    [Fact]
    public void A_damaged_flat_page_is_refused_and_never_read_outside()
    {
        var page = Json(
            $"{Entry("demo-1.0.tar.gz", ",\"yanked\":\"why\"")},{Entry("demo-1.1-py3-none-any.whl", ",\"requires-python\":\">=3\",\"core-metadata\":{\"md5\":\"00112233445566778899aabbccddeeff\"}")},{Entry("x.egg")}"
        );
        for (var length = 0; length < page.Flat.Length; length++)
            Assert.False(ProjectPage.TryOpen(page.Flat[..length], out _));
        Mutations.RunBytes(
            page.Flat.Span,
            40_000,
            bytes =>
            {
                if (bytes.AsSpan().SequenceEqual(page.Flat.Span))
                    return;
                Assert.False(ProjectPage.TryOpen(bytes, out _));
                // Even unverified, nothing is read outside: whatever comes out is wrong, but comes out.
                if (
                    !ProjectPage.TryOpen(bytes, out var opened, verify: false)
                    || opened.FileCount > 100
                    || opened.VersionCount > 100
                )
                {
                    return;
                }

                _ = opened.Skipped;
                for (var v = 0; v < opened.VersionCount; v++)
                    _ = opened.FilesOf(v);
                for (var i = 0; i < opened.FileCount; i++)
                {
                    var file = opened.FileAt(i);
                    _ = (
                        file.FileName,
                        file.Url,
                        file.Hash,
                        file.RequiresPython,
                        file.YankedReason,
                        file.UploadTime,
                        file.MetadataHash
                    );
                }
            }
        );
    }

    [Fact]
    [Trait("Speed", "slow")]
    public void Mutated_pages_never_throw()
    {
        const string json =
            """{"meta":{"api-version":"1.1"},"name":"demo","versions":["1"],"files":[{"filename":"demo-1.0-py3-none-any.whl","url":"a/demo-1.0-py3-none-any.whl","hashes":{"sha256":"ab"},"requires-python":"\u003e=3","yanked":"x","size":1,"upload-time":"2024-02-29T23:59:58Z","core-metadata":{"sha256":"00"}},{"filename":"demo-2.tar.gz","url":"u#sha256=0"}]}""";
        Mutations.Run(
            json,
            40_000,
            text => _ = ProjectPage.TryParseJson(Encoding.UTF8.GetBytes(text), PageUrl, Demo, out _, out _)
        );
        Mutations.RunBytes(
            Encoding.UTF8.GetBytes(json),
            40_000,
            body => _ = ProjectPage.TryParseJson(body, PageUrl, Demo, out _, out _)
        );
        const string html =
            "<!DOCTYPE html><!-- c --><base href='https://x/'><script>a</script><a href=\"demo-1.0.tar.gz#sha256=00\" data-requires-python='&gt;=3' data-yanked data-core-metadata=sha256=0>demo&#62;</a><a href=%2e%2E/demo-1-py3-none-any.whl>x</a>";
        Mutations.Run(
            html,
            40_000,
            text => _ = ProjectPage.TryParseHtml(Encoding.UTF8.GetBytes(text), PageUrl, Demo, out _, out _)
        );
    }

    [Theory]
    [InlineData("../b/c", "https://h/x/b/c")]
    [InlineData("/b?q#f", "https://h/b?q#f")]
    [InlineData("//o/b", "https://o/b")]
    [InlineData("?q", "https://h/x/y/z?q")]
    [InlineData("./", "https://h/x/y/")]
    [InlineData("../../../..", "https://h/")]
    [InlineData("b/./c/../d", "https://h/x/y/b/d")]
    [InlineData("http://e/../f", "http://e/../f")]
    [InlineData("#f", "https://h/x/y/z?k#f")]
    public void References_are_resolved_as_browsers_do(string reference, string expected) =>
        Assert.Equal(expected, UrlText.Resolve("https://h/x/y/z?k#g", reference));
}
