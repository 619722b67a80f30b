using System.Globalization;
using Krait.Testing;

namespace Krait.Server.Tests.Web;

/// <summary>The pages for people in a real browser: on a desk and on a phone, light and dark.</summary>
public sealed class SiteBrowserTests : SiteTest
{
    private const int Phone = 360;
    private const int Desk = 1280;

    /// <summary>What W3C's guidelines ask of texts (WCAG 2.1, 1.4.3).</summary>
    private const double LeastContrast = 4.5;

    [Fact]
    public async Task Pages_fit_a_phone_and_a_desk_in_light_and_dark()
    {
        await FillAsync();
        await FillMoreAsync();
        await using var browser = await Chromium.StartAsync(Token);
        foreach (
            var (name, path) in ((string, string)[])
                [
                    ("home", "/"),
                    ("projects", "/-/projects/"),
                    ("search", "/-/projects/?q=a"),
                    ("nothing", "/-/projects/?q=zzz"),
                    ("project", "/-/projects/flask/"),
                    ("version", "/-/projects/flask/3.0.0/"),
                    ("denied", "/-/projects/flask/1.0/"),
                    ("odd", "/-/projects/acme-odd/"),
                    ("required", "/-/projects/werkzeug/"),
                    ("unknown", "/-/projects/unheard-of/"),
                    ("uploads", "/-/uploads/"),
                    ("policy", "/-/policy/"),
                    ("status", "/-/status/"),
                    ("absent", "/nowhere/"),
                ]
        )
        {
            foreach (var width in (int[])[Phone, Desk])
            {
                var light = await LookAsync(browser, name, path, width, isDark: false);
                var dark = await LookAsync(browser, name, path, width, isDark: true);
                Assert.NotEqual(light.Paper, dark.Paper);
            }
        }

        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task A_browser_runs_nothing_of_what_it_is_shown()
    {
        var evil = "<img src=x onerror=document.title='taken'><script>document.title='taken'</script>";
        var token = CreateToken("admin:*");
        await UploadAsync(
            token,
            new WheelBuilder("acme-evil", "1.0").Header($"Summary: {evil}").Header($"License: {evil}")
        );
        await using var browser = await Chromium.StartAsync(Token);

        foreach (var path in (string[])["/-/projects/acme-evil/", $"/-/projects/?q={Uri.EscapeDataString(evil)}"])
        {
            var look = await browser.OpenAsync(Server.Address + path, Phone, isDark: false, Token);
            Assert.Equal(0, look.Scripts);
            Assert.NotEqual("taken", look.Title);
            Assert.True(look.Content <= look.Width, $"{path} is {look.Content} pixels wide");
        }

        Assert.Empty(browser.Complaints);
    }

    /// <summary>Things that are too long, and numbers over a day.</summary>
    private async Task FillMoreAsync()
    {
        var token = CreateToken("admin:*");
        var odd = new WheelBuilder($"acme-odd", "1.0+" + new string('w', 90))
        {
            RequiresPython = ">=3.8,!=3.9.0,!=3.9.1,<4",
        }
            .Header($"Summary: {new string('w', 200)}")
            .Header($"Home-page: https://example.org/{new string('w', 200)}")
            .Requires($"{new string('w', 90)}; python_version < '3.9' and platform_machine == '{new string('w', 90)}'");
        await UploadAsync(token, odd);
        await UploadAsync(
            token,
            new WheelBuilder("acme-tool", "2.0")
                .Header("Summary: Tools for everyone at Acme")
                .Requires("flask>=3", "acme-odd")
        );
        await UploadAsync(token, new WheelBuilder("acme-tool", "2.1rc1"));
        await StatusAsync("/simple/left-pad/");
        await StatusAsync(FilePath("flask", "flask-1.0-py3-none-any.whl"));
        await DownloadAsync(FilePath("flask", "flask-3.0.0-py3-none-any.whl"));
        for (var hour = 0; hour < 23; hour++)
        {
            Clock.Advance(TimeSpan.FromHours(1));
            for (var i = 0; i < 5 + (hour * 7 % 11); i++)
                await StatusAsync(i % 3 == 0 ? "/simple/flask/" : "/simple/werkzeug/");
            if (hour % 4 == 0)
                await DownloadAsync(FilePath("flask", "flask-3.0.0-py3-none-any.whl"));
        }
    }

    private async Task<PageLook> LookAsync(Chromium browser, string name, string path, int width, bool isDark)
    {
        var look = await browser.OpenAsync(Server.Address + path, width, isDark, Token);
        var where = string.Create(CultureInfo.InvariantCulture, $"{name}-{width}-{(isDark ? "dark" : "light")}");
        // For whoever wants to see them.
        if (Environment.GetEnvironmentVariable("KRAIT_SHOTS") is { Length: > 0 } folder)
        {
            await File.WriteAllBytesAsync(
                Path.Combine(folder, where + ".png"),
                await browser.PictureAsync(look, Token),
                Token
            );
        }

        Assert.Equal(width, look.Width);
        Assert.True(look.Content <= look.Width, $"{where} is {look.Content} pixels wide");
        Assert.True(look.Contrast >= LeastContrast, $"{where}: a contrast of {look.Contrast:0.0} in {look.Faintest}");
        Assert.Equal(0, look.Scripts);
        return look;
    }
}
