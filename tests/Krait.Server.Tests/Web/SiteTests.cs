using System.Text.RegularExpressions;
using Krait.Testing;

namespace Krait.Server.Tests.Web;

/// <summary>The pages for people: what they show.</summary>
public partial class SiteTests : SiteTest
{
    [Fact]
    public async Task The_start_page_leads_everywhere()
    {
        var page = await ReadAsync("/");

        Assert.Contains($"pip install --index-url {Server.Address}/simple/ PACKAGE", page, StringComparison.Ordinal);
        Assert.Contains(
            $"uv pip install --default-index {Server.Address}/inside/simple/",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("action=\"./-/projects/\"", page, StringComparison.Ordinal);
        Assert.Contains("needs a token", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_the_projects_that_are_known()
    {
        Assert.Contains("once somebody has installed", await ReadAsync("/-/projects/"), StringComparison.Ordinal);
        await FillAsync();

        var text = TextOf(await ReadAsync("/-/projects/"));

        Assert.Contains("6 projects are known here", text, StringComparison.Ordinal);
        Assert.Contains("flask 3.0.0 2024-03-20 >=3.8 3 public", text, StringComparison.Ordinal);
        Assert.Contains("left-pad 1.0 not offered", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flask", "flask")]
    [InlineData("FLA", "flask")]
    [InlineData("sk", "flask")]
    [InlineData("Left_Pad", "left-pad")]
    [InlineData("left pad", "left-pad")]
    [InlineData(" left..p ", "left-pad")]
    [InlineData("r", "fresh markupsafe werkzeug")]
    [InlineData("e", "fresh left-pad markupsafe werkzeug")]
    [InlineData("zzz", "")]
    [InlineData("<script>", "")]
    [InlineData("'\"&", "")]
    [InlineData("\u202eflask\0", "")]
    public async Task Finds_projects_by_a_part_of_their_name(string query, string expected)
    {
        await FillAsync();

        var page = await ReadAsync($"/-/projects/?q={Uri.EscapeDataString(query)}");

        var found = Rows().Matches(page).Select(match => match.Groups["name"].Value);
        Assert.Equal(expected, string.Join(' ', found));
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\u202e", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_begin_with_the_text_come_first()
    {
        foreach (var name in (string[])["a-pad", "pad", "pad-a", "x-pad"])
        {
            Upstream.Add(name, "1.0");
            await StatusAsync($"/simple/{name}/");
        }

        var page = await ReadAsync("/-/projects/?q=pad");

        Assert.Equal(
            "pad pad-a a-pad x-pad",
            string.Join(' ', Rows().Matches(page).Select(m => m.Groups["name"].Value))
        );
    }

    [Fact]
    public async Task Nothing_is_asked_of_an_upstream_because_somebody_looks()
    {
        await FillAsync();
        Upstream.Add("unheard-of", "1.0");
        Clock.Advance(TimeSpan.FromDays(2));
        Upstream.ClearLog();

        var unknown = await ReadAsync("/-/projects/unheard-of/", status: 404);
        foreach (
            var path in (string[])
                [
                    "/",
                    "/-/projects/",
                    "/-/projects/?q=unheard-of",
                    "/-/projects/flask/",
                    "/-/projects/flask/2.9.0/",
                    "/-/policy/",
                    "/-/uploads/",
                    "/-/status/",
                ]
        )
        {
            await ReadAsync(path);
        }

        Assert.Empty(Upstream.Requests);
        Assert.Contains("does not know this project yet", unknown, StringComparison.Ordinal);
        Assert.Contains(
            $"pip install --index-url {Server.Address}/simple/ unheard-of",
            unknown,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_project_shows_its_versions_the_newest_first()
    {
        await FillAsync();

        var page = await ReadAsync("/-/projects/flask/");
        var text = TextOf(page);

        Assert.Contains("flask 3.0.0 A simple framework for web applications", text, StringComparison.Ordinal);
        Assert.Contains("3.0.0 2024-03-20 09:30 >=3.8 1 2.9.0", text, StringComparison.Ordinal);
        Assert.Contains("2.9.0 2024-03-10 09:30 >=3.8 1 yanked breaks sessions", text, StringComparison.Ordinal);
        Assert.Contains("1.0 2024-03-01 09:30 >=3.8 1 not offered too old", text, StringComparison.Ordinal);
        Assert.Contains($"pip install --index-url {Server.Address}/simple/ flask", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_when_its_index_could_last_be_asked()
    {
        await FillAsync();
        Assert.DoesNotContain("Last confirmed", await ReadAsync("/-/projects/flask/"), StringComparison.Ordinal);
        var time = Clock.GetUtcNow();

        Clock.Advance(TimeSpan.FromHours(2));

        var text = TextOf(await ReadAsync("/-/projects/flask/"));
        Assert.Contains($"Last confirmed by its index at {time:yyyy-MM-dd HH:mm}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_shows_its_files()
    {
        await FillAsync();
        await DownloadAsync(FilePath("flask", "flask-3.0.0-py3-none-any.whl"));

        var page = await ReadAsync("/-/projects/flask/3.0.0/");
        var text = TextOf(page);
        var sha256 = (await EntryAsync("flask", "flask-3.0.0-py3-none-any.whl"))
            .GetProperty("hashes")
            .GetProperty("sha256")
            .GetString();

        Assert.Contains($"sha256:{sha256}", text, StringComparison.Ordinal);
        Assert.Contains($"public ({Upstream.Host})", text, StringComparison.Ordinal);
        Assert.Contains("cached", text, StringComparison.Ordinal);
        Assert.Contains(
            "href=\"../../../../files/public/flask/flask-3.0.0-py3-none-any.whl\"",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("flask==3.0.0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_denied_is_shown_with_the_reason_and_without_a_link()
    {
        await FillAsync();

        var old = await ReadAsync("/-/projects/flask/1.0/");
        var young = TextOf(await ReadAsync("/-/projects/fresh/2.0/"));

        Assert.Contains("Not offered: too old", TextOf(old), StringComparison.Ordinal);
        Assert.Contains("denied too old", TextOf(old), StringComparison.Ordinal);
        Assert.DoesNotContain("files/public", old, StringComparison.Ordinal);
        Assert.Contains("cool-down it was uploaded at", young, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_removed_is_remembered()
    {
        await FillAsync();
        Upstream.Remove("fresh", "1.0");
        Clock.Advance(TimeSpan.FromHours(1));
        await StatusAsync("/simple/fresh/");

        Assert.Contains("1.0 1 removed", TextOf(await ReadAsync("/-/projects/fresh/")), StringComparison.Ordinal);
        Assert.Contains("removed on", TextOf(await ReadAsync("/-/projects/fresh/1.0/")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dependencies_are_listed_and_drawn()
    {
        await FillAsync();

        var page = await ReadAsync("/-/projects/flask/");
        var text = TextOf(page);

        Assert.Contains("werkzeug <4,>=3", text, StringComparison.Ordinal);
        Assert.Contains("importlib-metadata where python_full_version < '3.10'", text, StringComparison.Ordinal);
        Assert.Contains("With the extra async asgiref >=3.2", text, StringComparison.Ordinal);
        // The newest version that will do, and what that needs in turn; the extra is not part of it.
        Assert.Contains("<title>werkzeug 3.0.1</title>", page, StringComparison.Ordinal);
        Assert.Contains("<title>markupsafe 2.1.5</title>", page, StringComparison.Ordinal);
        Assert.Contains("<g class=\"unknown\"><title>importlib-metadata</title>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<title>asgiref", page, StringComparison.Ordinal);
        Assert.Contains("href=\"../../../-/projects/werkzeug/3.0.1/\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_that_is_not_here_is_not_fetched()
    {
        await FillAsync();

        var text = TextOf(await ReadAsync("/-/projects/flask/2.9.0/"));

        Assert.Contains(
            "Not known yet: they are read when somebody installs version 2.9.0",
            text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Shows_who_requires_a_project()
    {
        await FillAsync();

        var text = TextOf(await ReadAsync("/-/projects/werkzeug/"));
        Assert.Contains("Required by flask 3.0.0 <4,>=3", text, StringComparison.Ordinal);
        Assert.Contains("Based on 6 projects", text, StringComparison.Ordinal);
        Assert.Contains(
            "No project that is known here",
            TextOf(await ReadAsync("/-/projects/flask/")),
            StringComparison.Ordinal
        );

        // What becomes known later is found later.
        Upstream.Add(new WheelBuilder("wiki", "1.0").Requires("flask"), uploaded: Day(4));
        await StatusAsync("/simple/wiki/");
        await StatusAsync(FilePath("wiki", "wiki-1.0-py3-none-any.whl.metadata"));
        Clock.Advance(TimeSpan.FromMinutes(1));
        await WaitForAsync(async () =>
            TextOf(await ReadAsync("/-/projects/flask/")).Contains("Required by wiki 1.0", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Shows_what_was_uploaded_and_with_which_token()
    {
        Assert.Contains("Nothing has been uploaded yet", await ReadAsync("/-/uploads/"), StringComparison.Ordinal);
        var token = CreateToken("admin:*");
        var (first, second) = (new WheelBuilder("acme-tool", "1.0"), new WheelBuilder("acme-tool", "1.1"));
        await UploadAsync(token, first);
        Clock.Advance(TimeSpan.FromMinutes(3));
        await UploadAsync(token, second);

        var page = await ReadAsync("/-/uploads/");
        var text = TextOf(page);

        Assert.Contains($"{second.FileName} acme-tool", text, StringComparison.Ordinal);
        Assert.True(
            text.IndexOf(second.FileName, StringComparison.Ordinal)
                < text.IndexOf(first.FileName, StringComparison.Ordinal),
            text
        );
        Assert.Contains(token.Split('_')[1], text, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('_')[2], page, StringComparison.Ordinal);
        Assert.Contains($"twine upload --repository-url {Server.Address}/upload/team/", text, StringComparison.Ordinal);

        await RestartAsync();
        text = TextOf(await ReadAsync("/-/uploads/"));
        Assert.Contains(second.FileName, text, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('_')[1], text, StringComparison.Ordinal);

        await SendAsync(
            HttpMethod.Delete,
            FilePath("acme-tool", second.FileName, "team"),
            ("Authorization", Basic(token))
        );
        Assert.Contains($"{second.FileName} removed", TextOf(await ReadAsync("/-/uploads/")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_the_policy_and_what_it_has_denied()
    {
        var before = TextOf(await ReadAsync("/-/policy/"));
        await FillAsync();
        await StatusAsync("/simple/left-pad/");
        await StatusAsync(FilePath("flask", "flask-1.0-py3-none-any.whl"));

        var page = await ReadAsync("/-/policy/");
        var text = TextOf(page);

        Assert.Contains("deny left-pad – use <b>acme-padding</b>", before, StringComparison.Ordinal);
        Assert.Contains("deny flask, versions <2 – too old", before, StringComparison.Ordinal);
        Assert.Contains("once they are 7 days old", before, StringComparison.Ordinal);
        Assert.Contains("Nobody has asked for anything that is denied", before, StringComparison.Ordinal);
        Assert.Contains("flask-1.0-py3-none-any.whl denied too old 1", text, StringComparison.Ordinal);
        Assert.Contains("left-pad denied use <b>acme-padding</b> 2", text, StringComparison.Ordinal);
        Assert.Contains("fresh 1 1 cool-down 1 file: fresh-2.0-py3-none-any.whl", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>acme-padding", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_how_much_was_at_hand_and_how_fast_upstreams_answer()
    {
        var empty = await ReadAsync("/-/status/");
        Assert.Contains("No other index has been asked for anything yet", empty, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", empty, StringComparison.Ordinal);
        await FillAsync();
        for (var i = 0; i < 20; i++)
            await StatusAsync("/simple/flask/");

        var page = await ReadAsync("/-/status/");

        Assert.Contains("upstream latency", page, StringComparison.Ordinal);
        Assert.Equal(15, Lines().Count(page)); // three charts: a grid, and two lines with dots, each
        Assert.Contains("aria-label=\"Upstream latency: Slowest from ", page, StringComparison.Ordinal);
        foreach (var hours in (string[])["1", "6", "24", "7", "-1", "x", "99999999999999999999"])
            await ReadAsync($"/-/status/?hours={hours}");
    }

    [Fact]
    public async Task Long_lists_have_pages()
    {
        for (var i = 0; i < 120; i++)
        {
            Upstream.Add($"p{i:d3}", "1.0");
            await StatusAsync($"/simple/p{i:d3}/");
        }

        for (var i = 0; i < 130; i++)
            Upstream.Add(new WheelBuilder("many", $"1.{i}"), uploaded: Day(1));
        await StatusAsync("/simple/many/");

        foreach (
            var (path, first, count) in ((string, string, int)[])
                [
                    ("?q=p", "p000", 50),
                    ("?q=p&page=2", "p050", 50),
                    ("?q=p&page=3", "p100", 20),
                    ("?q=p&page=4", "p100", 20),
                    ("?q=p&page=0", "p000", 50),
                    ("?q=p&page=-7", "p000", 50),
                    ("?q=p&page=many", "p000", 50),
                    ("?q=p&page=99999999999", "p000", 50),
                ]
        )
        {
            var names = Rows()
                .Matches(await ReadAsync("/-/projects/" + path))
                .Select(m => m.Groups["name"].Value)
                .ToList();
            Assert.Equal((path, first, count), (path, names[0], names.Count));
        }

        Assert.Contains(
            "href=\"?q=p&amp;page=3\"",
            await ReadAsync("/-/projects/?q=p&page=2"),
            StringComparison.Ordinal
        );
        Assert.Contains("Page 2 of 6", TextOf(await ReadAsync("/-/projects/many/?page=2")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_link_leads_somewhere()
    {
        await FillAsync();
        var token = CreateToken("admin:*");
        await UploadAsync(token, new WheelBuilder("acme-tool", "1.0+build.1"));
        var pending = new Queue<string>(["/"]);
        var seen = new HashSet<string>(["/"], StringComparer.Ordinal);
        while (pending.TryDequeue(out var path))
        {
            using var response = await GetAsync(path, ("Accept", Browser), ("Authorization", Basic(token)));
            var isUnknown = UnknownProjects().IsMatch(path);
            Assert.Equal((path, isUnknown ? 404 : 200), (path, (int)response.StatusCode));
            if (!path.Contains("/-/", StringComparison.Ordinal) && path != "/")
                continue;
            var page = await response.Content.ReadAsStringAsync(Token);
            foreach (Match link in Links().Matches(page))
            {
                var target = new Uri(
                    new Uri(Server.Address + path),
                    System.Net.WebUtility.HtmlDecode(link.Groups["to"].Value)
                );
                if (target.Scheme is "data" || target.Fragment.Length > 0)
                    continue;
                Assert.StartsWith(Server.Address, target.AbsoluteUri, StringComparison.Ordinal);
                if (seen.Add(target.PathAndQuery))
                    pending.Enqueue(target.PathAndQuery);
            }
        }

        Assert.True(seen.Count > 30, string.Join('\n', seen));
        Assert.Contains("/-/projects/acme-tool/1.0%2Bbuild.1/", seen);
    }

    [GeneratedRegex("data-label=\"Project\"><a href=\"[^\"]*\">(?<name>[^<]*)</a>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rows();

    [GeneratedRegex("href=\"(?<to>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Links();

    [GeneratedRegex("<path class=\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Lines();

    [GeneratedRegex("/-/projects/(importlib-metadata|asgiref)/$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UnknownProjects();
}
