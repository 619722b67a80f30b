using Krait.Testing;

namespace Krait.Server.Tests.Web;

/// <summary>The pages for people: who may see them, and what they do not let happen.</summary>
public class SiteSafetyTests : SiteTest
{
    private const string Evil = "</title></td><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u202e";

    public static TheoryData<string> Pages() =>
        [
            "projects/",
            "projects/?q=rocket",
            "projects/rocket/",
            "projects/rocket/1.0/",
            "projects/nowhere/",
            "uploads/",
            "policy/",
            "status/",
        ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_view_with_tokens_shows_nothing_to_those_without(string page)
    {
        var (admin, other) = (CreateToken("admin:*"), CreateToken("read:default"));
        await UploadAsync(
            admin,
            "rocket",
            "rocket-1.0-py3-none-any.whl",
            new WheelBuilder("rocket", "1.0").Build(),
            "/upload/lab/"
        );

        var asked = await ReadAsync("/inside/-/" + page, status: 401);
        var refused = await ReadAsync("/inside/-/" + page, other, status: 404);
        var absent = await ReadAsync("/nothing/-/" + page, status: 404);

        Assert.DoesNotContain("rocket", asked, StringComparison.Ordinal);
        Assert.Equal(absent, refused);
        // What is there looks to the others as if it were not, in all ways.
        Assert.DoesNotContain("rocket", TextOf(await ReadAsync("/-/projects/")), StringComparison.Ordinal);
        await ReadAsync("/-/projects/rocket/", status: 404);
        using var response = await GetAsync("/inside/-/" + page, ("Accept", Browser), ("Authorization", Basic(admin)));
        Assert.Equal(page.Contains("nowhere", StringComparison.Ordinal) ? 404 : 200, (int)response.StatusCode);
        Assert.True(response.Headers.CacheControl?.Private);
        if (page is not ("policy/" or "status/" or "projects/nowhere/"))
            Assert.Contains("rocket", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_learns_from_another_view_who_requires_a_project()
    {
        var token = CreateToken("admin:*");
        var wheel = new WheelBuilder("rocket", "1.0").Requires("flask");
        await UploadAsync(token, "rocket", wheel.FileName, wheel.Build(), "/upload/lab/");
        await FillAsync();

        Assert.DoesNotContain("rocket", await ReadAsync("/-/projects/flask/"), StringComparison.Ordinal);
        Assert.DoesNotContain("rocket", await ReadAsync("/-/uploads/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_an_upstream_says_becomes_markup()
    {
        var text = System.Text.Json.JsonEncodedText.Encode(Evil).ToString();
        Upstream.On(
            "/simple/young/",
            _ => new FakeReply(
                200,
                $$$"""
                {"meta":{"api-version":"1.4"},"name":"{{{text}}}","versions":["{{{text}}}","1.0"],
                 "project-status":{"status":"deprecated","reason":"{{{text}}}"},
                 "files":[{"filename":"young-1.0-py3-none-any.whl","url":"/files/young-1.0-py3-none-any.whl","hashes":{},"size":3,
                           "requires-python":"{{{text}}}","upload-time":"{{{text}}}","yanked":"{{{text}}}","core-metadata":true}]}
                """,
                ("Content-Type", Json)
            )
        );
        var wheel = new WheelBuilder("young", "1.0")
            .Header($"Summary: {Evil}")
            .Header($"Author: {Evil}")
            .Header($"License: {Evil}")
            .Header($"Project-URL: {Evil}, https://example.org/\"><script>")
            .Header("Project-URL: run, javascript:alert(3)")
            .Header("Home-page: data:text/html,<script>alert(4)</script>")
            .Requires($"other @ https://u:secret@example.org/?{Uri.EscapeDataString(Evil)}")
            .Requires("b; platform_version == '<script>'");
        Upstream.On("/files/young-1.0-py3-none-any.whl.metadata", _ => new FakeReply(200, wheel.Metadata));
        await StatusAsync("/simple/young/");
        Assert.Equal(200, await StatusAsync(FilePath("young", "young-1.0-py3-none-any.whl.metadata")));

        foreach (
            var path in (string[])
                [
                    "/-/projects/",
                    "/-/projects/young/",
                    "/-/projects/young/1.0/",
                    $"/-/projects/?q={Uri.EscapeDataString(Evil)}",
                ]
        )
        {
            var page = await ReadAsync(path);
            Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("href=\"javascript:", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("href=\"data:text", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("\u202e", page, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", page, StringComparison.Ordinal);
        }

        Assert.Contains("&lt;script&gt;alert(1)", await ReadAsync("/-/projects/young/1.0/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/-/projects/")]
    [InlineData("/-/projects/nowhere/")]
    [InlineData("/-/status/")]
    [InlineData("/inside/-/projects/")]
    [InlineData("/nowhere")]
    public async Task Every_page_forbids_scripts_and_foreign_content(string path)
    {
        using var response = await GetAsync(path, ("Accept", Browser));

        var policy = string.Join(' ', response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", string.Join(' ', response.Headers.GetValues("X-Content-Type-Options")));
        Assert.DoesNotContain(
            "<script",
            await response.Content.ReadAsStringAsync(Token),
            StringComparison.OrdinalIgnoreCase
        );
    }

    [Fact]
    public async Task Programs_are_told_in_json_what_people_read_on_a_page()
    {
        foreach (var accept in (string[])["", "*/*", Json, $"{Json}, text/html;q=0.01"])
        {
            using var response = await GetAsync("/inside/-/projects/", ("Accept", accept));
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.ToString());
        }
    }

    [Fact]
    public async Task A_page_that_has_not_changed_is_not_sent_again()
    {
        await FillAsync();
        using var first = await GetAsync("/-/projects/flask/", ("Accept", Browser));
        var tag = first.Headers.ETag!.ToString(); // pages have one

        using var again = await GetAsync("/-/projects/flask/", ("Accept", Browser), ("If-None-Match", tag));
        using var head = await SendAsync(HttpMethod.Head, "/-/projects/flask/", ("Accept", Browser));

        Assert.Equal((304, 200), ((int)again.StatusCode, (int)head.StatusCode));
        Assert.Equal(tag, head.Headers.ETag?.ToString());
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
        using var post = await SendAsync(HttpMethod.Post, "/-/projects/flask/", ("Accept", Browser));
        Assert.Equal(405, (int)post.StatusCode);
    }

    [Theory]
    [InlineData("/-/projects", "projects/")]
    [InlineData("/-/status", "status/")]
    [InlineData("/-/projects/Flask", "../projects/flask/")]
    [InlineData("/-/projects/Flask/", "../../projects/flask/")]
    [InlineData("/-/projects/flask/1.0", "../../projects/flask/1.0/")]
    [InlineData("/-/projects/flask/V1.0/", "../../../projects/flask/1.0/")]
    [InlineData("/inside/-/projects/A_b", "../projects/a-b/")]
    public async Task A_page_has_one_address(string path, string expected)
    {
        using var response = await GetAsync(path, ("Accept", Browser));

        Assert.Equal(301, (int)response.StatusCode);
        Assert.Equal(expected, response.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("/-/")]
    [InlineData("/-/nothing/")]
    [InlineData("/-/projects/..%2f/")]
    [InlineData("/-/projects/%3Cscript%3E/")]
    [InlineData("/-/projects/flask/not-a-version!/")]
    [InlineData("/-/projects/flask/1.0/more/")]
    [InlineData("/-/projects/flask/1.0/../")]
    [InlineData("/-/status/x/")]
    [InlineData("/nowhere/-/status/")]
    public async Task What_is_no_page_is_not_found(string path) => await ReadAsync(path, status: 404);
}
