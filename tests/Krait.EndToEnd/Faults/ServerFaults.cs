using Krait.Testing;

namespace Krait.EndToEnd.Faults;

/// <summary>Servers that fail, refuse, stall or answer something else, and networks in between.</summary>
internal static class ServerFaults
{
    private const string Install = "pip install --python {venv} --index-url {index} demo";

    private static readonly string DemoPage = FakeIndex.PagePath("demo");
    private const string DemoFile = "demo-1.0-py3-none-any.whl";
    private static readonly string DemoWheel = FakeIndex.FilePath(DemoFile);

    private static readonly (string, string) Json = ("Content-Type", "application/vnd.pypi.simple.v1+json");
    private static readonly (string, string) Html = ("Content-Type", "text/html");

    /// <summary>All of them.</summary>
    public static readonly Fault[] All =
    [
        new("nobody listens", "pip install --python {venv} --retries 0 --index-url http://127.0.0.1:9/simple flask", 1)
        {
            Says = ["127.0.0.1:9", "refused"],
        },
        new("a host that does not exist", "pip install --python {venv} --index-url http://index.invalid/simple demo", 1)
        {
            Says = ["index.invalid", "not found"],
            // A machine without a network need not wait long for its name server.
            Variables = { ["RES_OPTIONS"] = "timeout:1 attempts:1" },
        },
        new("a proxy that is not there", "pip install --python {venv} --index-url http://index.invalid/simple demo", 1)
        {
            Says = ["127.0.0.1:9"],
            Variables = { ["http_proxy"] = "http://127.0.0.1:9" },
        },
        new("offline with an empty cache", "pip install --python {venv} --offline flask", 1)
        {
            Says = ["flask", "network"],
        },
        new("pins that are not in the cache, offline", "pip sync --python {venv} --offline r.txt", 1)
        {
            Says = ["flask==3.0", "--offline"],
            Files = { ["r.txt"] = "flask==3.0\n" },
        },
        Page("a server's internal error", new FakeReply(500, "oops"), "500 (internal server error)"),
        Page(
            "a gateway with nothing behind it",
            new FakeReply(502, "<html>bad gateway</html>", Html),
            "502 (bad gateway)"
        ),
        Page("a server that is busy", new FakeReply(503, "", ("Retry-After", "1")), "503 (service unavailable)"),
        Page("a server that has enough of us", new FakeReply(429, ""), "429 (too many requests)"),
        Page("an index that wants credentials", new FakeReply(401, "", ("WWW-Authenticate", "Basic")), "401"),
        Page(
            "credentials that an index does not know",
            new FakeReply(401, "", ("WWW-Authenticate", "Basic")),
            "401"
        ) with
        {
            Arguments = "pip install --python {venv} --index-url {secret} demo",
        },
        Page("an index that forbids the package", new FakeReply(403, ""), "403"),
        Page("a package that the index does not have", new FakeReply(404, ""), "`demo`", "not found"),
        Page("an answer that means nothing", new FakeReply(418, ""), "418"),
        Page(
            "a network's login page",
            new FakeReply(200, "<html>Welcome to the hotel</html>", ("Content-Type", "text/plain")),
            "text/plain"
        ),
        Page(
            "a network's login page that looks like an index",
            new FakeReply(200, "<!DOCTYPE html><html><body><a href=\"/login\">Log in</a></body></html>", Html),
            "demo"
        ),
        Page("malformed JSON", new FakeReply(200, "{\"files\": [", Json), "JSON"),
        Page("JSON of another shape", new FakeReply(200, "[1, 2, 3]", Json), "index.test"),
        Page(
            "an index of a later format",
            new FakeReply(200, "{\"meta\":{\"api-version\":\"2.0\"},\"name\":\"demo\",\"files\":[]}", Json),
            "2.0"
        ),
        Page(
            "JSON under a wrong content type",
            new FakeReply(200, "{\"files\":[]}", ("Content-Type", "application/octet-stream")),
            "application/octet-stream"
        ),
        Page("an empty answer", new FakeReply(200, "", Json), "index.test"),
        Page(
            "a page that ends too early",
            new FakeReply(200, new string('x', 500), Json) { CutAt = 100 },
            "closed the connection early"
        ),
        Page(
            "a page of a wrong length",
            new FakeReply(200, "{}", Json) { ToldLength = "900" },
            "sent nothing for 2 s"
        ) with
        {
            Variables = new() { ["KRAIT_HTTP_TIMEOUT"] = "2" },
        },
        Page("a page that is not gzip", new FakeReply(200, "hello", Json, ("Content-Encoding", "gzip")), "index.test"),
        Page("no HTTP at all", new FakeReply(0) { Raw = "SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray() }, "index.test"),
        Page("a server that hangs up", new FakeReply(0) { Raw = [] }, "index.test"),
        Page(
            "a redirect to itself",
            new FakeReply(302, ("Location", "/simple/demo/")),
            "redirected more than 10 times"
        ),
        Page("a redirect to another scheme", new FakeReply(302, ("Location", "ftp://index.test/demo/")), "ftp"),
        Page("a redirect to a local file", new FakeReply(302, ("Location", "file:///etc/passwd")), "local file"),
        Page("a redirect to nowhere", new FakeReply(302, ("Location", "http://[bad")), "redirected wrongly"),
        Page(
            "a server that does not answer",
            new FakeReply(200, "{}", Json) { Delay = TimeSpan.FromSeconds(30) },
            "did not answer"
        ) with
        {
            Variables = new() { ["KRAIT_HTTP_TIMEOUT"] = "2" },
        },
        Page(
            "a server that stops in the middle",
            new FakeReply(200, new string(' ', 20), Json) { DelayPerByte = TimeSpan.FromSeconds(9) },
            "index.test"
        ) with
        {
            Variables = new() { ["KRAIT_HTTP_TIMEOUT"] = "2" },
        },
        Wheel("a wheel that is gone", new FakeReply(404, ""), "404"),
        Wheel("a wheel that is forbidden", new FakeReply(403, ""), "403"),
        Wheel("a wheel that the server cannot send", new FakeReply(500, ""), "500"),
        Wheel(
            "a wheel whose transfer breaks",
            index => new FakeReply(200, index.Content(DemoFile)) { CutAt = 300 },
            "closed the connection early"
        ),
        Wheel(
            "a wheel that trickles in",
            index => new FakeReply(200, index.Content(DemoFile)) { DelayPerByte = TimeSpan.FromSeconds(9) },
            "sent nothing for 2 s"
        ) with
        {
            Variables = new() { ["KRAIT_HTTP_TIMEOUT"] = "2" },
        },
        Wheel(
            "a login page in place of a wheel",
            new FakeReply(200, "<html>Log in</html>", Html),
            "demo-1.0-py3-none-any.whl"
        ),
        Wheel(
            "a wheel redirected to a local file",
            new FakeReply(302, ("Location", "file:///etc/passwd")),
            "local file"
        ),
        Page("a server's error while compiling", new FakeReply(500, "oops"), "500 (internal server error)") with
        {
            Arguments = "pip compile --index-url {index} -o out.txt a.in",
            Files = new() { ["a.in"] = "demo\n" },
        },
        Page("a server's error while syncing", new FakeReply(500, "oops"), "500 (internal server error)") with
        {
            Arguments = "pip sync --python {venv} --index-url {index} r.txt",
            Files = new() { ["r.txt"] = "demo==1.0\n" },
        },
        Page("a pin that the index does not have", new FakeReply(404, ""), "`demo`", "not found") with
        {
            Arguments = "pip sync --python {venv} --index-url {index} r.txt",
            Files = new() { ["r.txt"] = "demo==1.0\n" },
        },
        Page("a server's error while listing", new FakeReply(500, "oops"), "500 (internal server error)") with
        {
            Arguments = "pip list --python {base} --outdated --index-url {index}",
            Serve = index => index.On(FakeIndex.PagePath("pip"), _ => new FakeReply(500, "oops")),
            Mend = index => index.On(FakeIndex.PagePath("pip"), _ => null),
        },
        new("a requirements file that a server does not have", "pip install --python {venv} -r {files}/r.txt", 1)
        {
            Says = ["files/r.txt", "404"],
            Serve = _ => { },
        },
        new("a direct URL that leads nowhere", "pip install --python {venv} {files}/demo-1.0-py3-none-any.whl", 1)
        {
            Says = ["demo-1.0-py3-none-any.whl", "404"],
            Serve = _ => { },
            Mend = index => index.Add("demo", "1.0"),
        },
        new(
            "links on a page that is not there",
            "pip install --python {venv} --no-index --find-links {files}/list.html demo",
            1
        )
        {
            Says = ["list.html"],
            Serve = _ => { },
        },
    ];

    /// <summary>The page of a project is answered like this.</summary>
    private static Fault Page(string name, FakeReply reply, params string[] says) =>
        new(name, Install, 1, says)
        {
            Serve = index => index.Add("demo", "1.0").On(DemoPage, _ => reply),
            Mend = index => index.On(DemoPage, _ => null),
        };

    /// <summary>The wheel of a project is answered like this.</summary>
    private static Fault Wheel(string name, FakeReply reply, params string[] says) => Wheel(name, _ => reply, says);

    private static Fault Wheel(string name, Func<FakeIndex, FakeReply> reply, params string[] says) =>
        new(name, Install, 1, says)
        {
            Serve = index => index.Add("demo", "1.0").On(DemoWheel, _ => reply(index)),
            Mend = index => index.On(DemoWheel, _ => null),
        };
}
