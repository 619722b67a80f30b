using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Krait.Testing;

namespace Krait.Server.Tests.Web;

/// <summary>A real browser, by the protocol that its own developer tools speak.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    /// <summary>What a page is like: how wide, in which colours, and how well the worst of its texts can be read.</summary>
    private const string Look = """
        (() => {
          const rgb = text => (text.match(/[\d.]+/g) ?? []).map(Number);
          const light = text => { const c = rgb(text).slice(0, 3).map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
            return .2126 * c[0] + .7152 * c[1] + .0722 * c[2]; };
          const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor, v = rgb(c);
            if (c.startsWith('rgb') && (v.length < 4 || v[3] === 1)) return c; } return 'rgb(255,255,255)'; };
          let worst = 99, at = '';
          for (const e of document.querySelectorAll('body *')) {
            if (e.closest('svg') || !e.getClientRects().length || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
            const a = light(getComputedStyle(e).color), b = light(ground(e)), r = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
            if (r < worst) { worst = r; at = e.outerHTML.slice(0, 120); }
          }
          return JSON.stringify({ title: document.title, width: document.documentElement.clientWidth, content: document.documentElement.scrollWidth,
            height: document.documentElement.scrollHeight, paper: getComputedStyle(document.body).backgroundColor, worst, at,
            scripts: document.scripts.length, boxes: document.querySelectorAll('svg rect').length });
        })()
        """;

    private readonly Process process;
    private readonly ClientWebSocket socket = new();
    private readonly TempFolder profile;
    private string session = "";
    private int number;

    private Chromium(Process process, TempFolder profile)
    {
        this.process = process;
        this.profile = profile;
    }

    /// <summary>What the page wrote to the console, and requests it sent beside its own.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Starts it; the test is skipped where there is no browser.</summary>
    public static async Task<Chromium> StartAsync(CancellationToken cancellationToken)
    {
        Assert.SkipUnless(File.Exists(Program), "chromium is not installed");
        var folder = new TempFolder();
        var started = Process.Start(
            new ProcessStartInfo(
                Program,
                [
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--no-proxy-server",
                    "--hide-scrollbars",
                    $"--user-data-dir={folder.At("profile")}",
                    "--remote-debugging-port=0",
                    "about:blank",
                ]
            )
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!; // it is a program, not a document
        var browser = new Chromium(started, folder);
        const string Mark = "DevTools listening on ";
        while (await started.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith(Mark, StringComparison.Ordinal))
                continue;
            _ = started.StandardError.ReadToEndAsync(CancellationToken.None);
            await browser.ConnectAsync(new Uri(line[Mark.Length..]), cancellationToken);
            return browser;
        }

        throw new InvalidOperationException("chromium did not start");
    }

    /// <summary>Opens a page.</summary>
    /// <param name="url">Its address.</param>
    /// <param name="width">The width of the window, in pixels.</param>
    /// <param name="isDark">Whether the reader wants it dark.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<PageLook> OpenAsync(string url, int width, bool isDark, CancellationToken cancellationToken)
    {
        await CallAsync(
            "Emulation.setDeviceMetricsOverride",
            new JsonObject
            {
                ["width"] = width,
                ["height"] = 800,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = false,
            },
            cancellationToken
        );
        var scheme = new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" };
        await CallAsync(
            "Emulation.setEmulatedMedia",
            new JsonObject { ["features"] = new JsonArray(scheme) },
            cancellationToken
        );
        await CallAsync("Page.navigate", new JsonObject { ["url"] = url }, cancellationToken, "Page.loadEventFired");
        var result = await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = Look }, cancellationToken);
        var text = result.GetProperty("result").GetProperty("value").GetString()!; // the script returns a text
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        return new PageLook(
            root.GetProperty("title").GetString()!, // each page has one
            root.GetProperty("width").GetInt32(),
            root.GetProperty("content").GetInt32(),
            root.GetProperty("height").GetInt32(),
            root.GetProperty("paper").GetString()!, // each page has one
            root.GetProperty("worst").GetDouble(),
            root.GetProperty("at").GetString()!, // may be empty
            root.GetProperty("scripts").GetInt32(),
            root.GetProperty("boxes").GetInt32()
        );
    }

    /// <summary>Takes a picture of the whole page.</summary>
    public async Task<byte[]> PictureAsync(PageLook look, CancellationToken cancellationToken)
    {
        var clip = new JsonObject
        {
            ["x"] = 0,
            ["y"] = 0,
            ["width"] = look.Width,
            ["height"] = Math.Min(look.Height, 4000),
            ["scale"] = 1,
        };
        var result = await CallAsync(
            "Page.captureScreenshot",
            new JsonObject { ["captureBeyondViewport"] = true, ["clip"] = clip },
            cancellationToken
        );
        return result.GetProperty("data").GetBytesFromBase64();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        profile.Dispose();
    }

    private async Task ConnectAsync(Uri url, CancellationToken cancellationToken)
    {
        await socket.ConnectAsync(url, cancellationToken);
        var made = await CallAsync(
            "Target.createTarget",
            new JsonObject { ["url"] = "about:blank" },
            cancellationToken
        );
        var attached = await CallAsync(
            "Target.attachToTarget",
            new JsonObject { ["targetId"] = made.GetProperty("targetId").GetString(), ["flatten"] = true },
            cancellationToken
        );
        session = attached.GetProperty("sessionId").GetString()!; // attaching gives one
        foreach (var domain in (string[])["Page", "Runtime", "Log", "Network"])
            await CallAsync($"{domain}.enable", [], cancellationToken);
    }

    /// <summary>Calls a method, and waits for its result, and for an event where one is named.</summary>
    private async Task<JsonElement> CallAsync(
        string method,
        JsonObject parameters,
        CancellationToken cancellationToken,
        string? until = null
    )
    {
        var id = ++number;
        var call = new JsonObject
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters,
        };
        if (session.Length > 0)
            call["sessionId"] = session;
        await socket.SendAsync(
            Encoding.UTF8.GetBytes(call.ToJsonString()),
            WebSocketMessageType.Text,
            endOfMessage: true,
            cancellationToken
        );
        JsonElement? result = null;
        // The empty page that it begins with is loaded, too.
        var isNavigated = false;
        while (result is null || until is not null)
        {
            var message = await ReadAsync(cancellationToken);
            if (message.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
            {
                Assert.False(message.TryGetProperty("error", out var error), $"{method}: {error}");
                result = message.GetProperty("result");
            }
            else if (message.TryGetProperty("method", out var name))
            {
                isNavigated |=
                    name.GetString() is "Page.frameNavigated"
                    && !message.ToString().Contains("about:blank", StringComparison.Ordinal);
                if (isNavigated && string.Equals(name.GetString(), until, StringComparison.Ordinal))
                    until = null;
                Note(name.GetString(), message);
            }
        }

        return result.Value;
    }

    private void Note(string? name, JsonElement message)
    {
        var parameters = message.GetProperty("params");
        if (name is "Runtime.consoleAPICalled" or "Runtime.exceptionThrown")
        {
            Complaints.Add(parameters.ToString());
        }
        else if (name is "Log.entryAdded")
        {
            // A page that is not found is one, all the same.
            var entry = parameters.GetProperty("entry");
            if (entry.GetProperty("source").GetString() is not "network")
                Complaints.Add(entry.ToString());
        }
        else if (name is "Network.requestWillBeSent" && parameters.GetProperty("type").GetString() is not "Document")
        {
            var url = parameters.GetProperty("request").GetProperty("url").GetString() ?? "";
            if (!url.StartsWith("data:", StringComparison.Ordinal))
                Complaints.Add($"it requested {url}");
        }
    }

    private async Task<JsonElement> ReadAsync(CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            await message.WriteAsync(buffer.AsMemory(0, part.Count), cancellationToken);
            if (part.EndOfMessage)
                break;
        }

        using var json = JsonDocument.Parse(message.ToArray());
        return json.RootElement.Clone();
    }
}

/// <summary>What a browser makes of a page.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Width">The width of the window, in pixels.</param>
/// <param name="Content">The width that the page needs: more than the window's has to be scrolled sideways.</param>
/// <param name="Height">Its height.</param>
/// <param name="Paper">Its background.</param>
/// <param name="Contrast">The least contrast of a text with what is behind it.</param>
/// <param name="Faintest">The element with that contrast.</param>
/// <param name="Scripts">How many scripts it has.</param>
/// <param name="Boxes">How many boxes its pictures have.</param>
internal sealed record PageLook(
    string Title,
    int Width,
    int Content,
    int Height,
    string Paper,
    double Contrast,
    string Faintest,
    int Scripts,
    int Boxes
);
