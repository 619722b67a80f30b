using System.Diagnostics;
using System.Text.Json;

namespace Krait.Cli.Tests;

/// <summary>What a real browser makes of a page.</summary>
/// <param name="Title">The title; a script in the page could have changed it.</param>
/// <param name="Width">The width of the window, in pixels.</param>
/// <param name="Content">The width that the page needs, in pixels: more than the window's has to be scrolled sideways.</param>
/// <param name="Rows">How many rows its tables show.</param>
/// <param name="Heads">How many heads of tables it shows.</param>
/// <param name="Nodes">How many boxes its pictures have.</param>
/// <param name="Lines">How many lines its pictures have.</param>
internal sealed record Browser(string Title, int Width, int Content, int Rows, int Heads, int Nodes, int Lines)
{
    private const string Program = "/usr/bin/chromium";

    /// <summary>Where in the document the script's answer begins; the script itself does not hold it.</summary>
    private const string Mark = "<pre>#seen ";

    /// <summary>Looks at the page when all else is done, and leaves what it saw in the document.</summary>
    private const string Script = """
        <script>addEventListener('load', () => {
          const shown = name => [...document.querySelectorAll(name)].filter(one => one.getClientRects().length > 0).length;
          const seen = { title: document.title, width: innerWidth, content: document.documentElement.scrollWidth,
            rows: shown('tbody tr'), heads: shown('thead'), nodes: shown('svg rect'), lines: shown('svg path') };
          const element = document.createElement('pre');
          element.textContent = '#seen ' + JSON.stringify(seen);
          document.body.append(element);
        })</script>
        """;

    /// <summary>Opens a page; the test is skipped where there is no browser.</summary>
    /// <param name="page">The file.</param>
    /// <param name="width">The width of the window, in pixels.</param>
    public static async Task<Browser> OpenAsync(string page, int width)
    {
        Assert.SkipUnless(File.Exists(Program), "chromium is not installed");
        var copy = page + ".seen.html";
        var token = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(copy, await File.ReadAllTextAsync(page, token) + Script, token);
        using var process = Process.Start(
            new ProcessStartInfo(
                Program,
                [
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    $"--user-data-dir={page}.profile",
                    $"--window-size={width},900",
                    "--dump-dom",
                    new Uri(copy).AbsoluteUri,
                ]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!; // it is a program, not a document
        _ = process.StandardError.ReadToEndAsync(token);
        var document = await process.StandardOutput.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        var start = document.IndexOf(Mark, StringComparison.Ordinal);
        Assert.True(start >= 0, document);
        var seen = document[(start + Mark.Length)..document.IndexOf("</pre>", start, StringComparison.Ordinal)];
        using var json = JsonDocument.Parse(System.Net.WebUtility.HtmlDecode(seen));
        int Number(string name) => json.RootElement.GetProperty(name).GetInt32();
        return new Browser(
            json.RootElement.GetProperty("title").GetString() ?? "",
            Number("width"),
            Number("content"),
            Number("rows"),
            Number("heads"),
            Number("nodes"),
            Number("lines")
        );
    }
}
