using Krait.Index;
using Krait.Packaging.Versions;
using Krait.Server.Policy;
using Krait.Server.Settings;
using Krait.Testing;

namespace Krait.Server.Tests.Web;

/// <summary>A server as a company might have it: `team` and the upstream for all, `lab` for those who have a token.</summary>
public abstract class SiteTest : CompanyTest
{
    protected const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private protected override FilePolicy Policy =>
        FilePolicy.Usual with
        {
            CoolDown = TimeSpan.FromDays(7),
            Rules =
            [
                new FileRule
                {
                    Denies = true,
                    Project = "left-pad",
                    Reason = "use <b>acme-padding</b>",
                },
                new FileRule
                {
                    Denies = true,
                    Project = "flask",
                    Versions = SpecifierSet.Parse("<2"),
                    Reason = "too old",
                },
                new FileRule { Denies = false, Project = "young" },
            ],
        };

    private protected override ServerSettings Settings =>
        base.Settings with
        {
            Spaces =
            [
                new SpaceSettings("team") { ReservedNames = ["acme-*"] },
                new SpaceSettings("lab"),
                new SpaceSettings("public") { Upstream = SafeUrl.Parse(Upstream.Url) },
            ],
            Views =
            [
                new ViewSettings("default", ["team", "public"]) { Policy = Policy },
                new ViewSettings("inside", ["lab"]) { IsPublic = false },
            ],
        };

    /// <summary>A day so long ago that nothing has to wait.</summary>
    protected static DateTimeOffset Day(int day) => new(2024, 3, day, 9, 30, 0, TimeSpan.Zero);

    /// <summary>Puts some projects in front of the upstream, and has them asked for as an installer would.</summary>
    protected async Task FillAsync()
    {
        Upstream.Add(Flask("3.0.0").Header("Summary: A simple framework for web applications"), uploaded: Day(20));
        Upstream.Add(Flask("2.9.0"), yanked: "breaks sessions", uploaded: Day(10));
        Upstream.Add(Flask("1.0"), uploaded: Day(1));
        Upstream.Add(new WheelBuilder("werkzeug", "3.0.1").Requires("markupsafe>=2"), uploaded: Day(2));
        Upstream.Add(new WheelBuilder("werkzeug", "4.0.0"), uploaded: Day(3));
        Upstream.Add(new WheelBuilder("markupsafe", "2.1.5"), uploaded: Day(2));
        Upstream.Add(new WheelBuilder("left-pad", "1.0"), uploaded: Day(2));
        Upstream.Add(new WheelBuilder("young", "1.0"), uploaded: Clock.GetUtcNow());
        Upstream.Add(new WheelBuilder("fresh", "1.0"), uploaded: Day(2));
        Upstream.Add(new WheelBuilder("fresh", "2.0"), uploaded: Clock.GetUtcNow() - TimeSpan.FromDays(1));
        foreach (var project in (string[])["flask", "werkzeug", "markupsafe", "left-pad", "young", "fresh"])
            await StatusAsync($"/simple/{project}/");
        foreach (
            var (project, version) in ((string, string)[])
                [("flask", "3.0.0"), ("werkzeug", "3.0.1"), ("markupsafe", "2.1.5")]
        )
        {
            await StatusAsync(FilePath(project, $"{project}-{version}-py3-none-any.whl.metadata"));
        }
    }

    private static WheelBuilder Flask(string version) =>
        new WheelBuilder("flask", version) { RequiresPython = ">=3.8" }
            .Requires("werkzeug<4,>=3", "importlib-metadata; python_version < '3.10'")
            .Extra("async", "asgiref>=3.2");

    /// <summary>A page as a browser gets it.</summary>
    protected async Task<string> ReadAsync(string path, string? token = null, int status = 200)
    {
        (string, string)[] headers = token is null
            ? [("Accept", Browser)]
            : [("Accept", Browser), ("Authorization", Basic(token))];
        using var response = await GetAsync(path, headers);
        Assert.Equal((status, path), ((int)response.StatusCode, path));
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return await response.Content.ReadAsStringAsync(Token);
    }

    /// <summary>What a page says, without its markup.</summary>
    protected static string TextOf(string html)
    {
        var main = html[html.IndexOf("<main>", StringComparison.Ordinal)..];
        var text = System.Text.RegularExpressions.Regex.Replace(main, "<[^>]*>", " ", default, TimeSpan.FromSeconds(5));
        return System.Net.WebUtility.HtmlDecode(
            System.Text.RegularExpressions.Regex.Replace(text, @"\s+", " ", default, TimeSpan.FromSeconds(5))
        );
    }
}
