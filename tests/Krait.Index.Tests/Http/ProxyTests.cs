using System.Net;
using System.Net.Sockets;
using System.Text;
using Krait.Index.Http;
using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Index.Tests.Http;

public sealed class ProxyTests : IndexTest
{
    [Theory]
    [InlineData("http_proxy=http://p:1", "http://h/", "http://p:1/")]
    [InlineData("HTTP_PROXY=p:1", "http://h/", "http://p:1/")]
    [InlineData("HTTPS_PROXY=http://p:1", "https://h/", "http://p:1/")]
    [InlineData("HTTPS_PROXY=http://p:1", "http://h/", null)]
    [InlineData("ALL_PROXY=socks5://p:1", "https://h/", "socks5://p:1/")]
    [InlineData("ALL_PROXY=http://p:1;NO_PROXY=h", "https://h/", null)]
    [InlineData("ALL_PROXY=http://p:1;NO_PROXY=.example.org", "https://a.example.org/", null)]
    [InlineData("ALL_PROXY=http://p:1;no_proxy=example.org", "https://a.example.org/", null)]
    [InlineData("ALL_PROXY=http://p:1;no_proxy=example.org", "https://badexample.org/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1;no_proxy=x, 10.0.0.0/8", "https://10.1.2.3/", null)]
    [InlineData("ALL_PROXY=http://p:1;no_proxy=h:8443", "https://h/", "http://p:1/")]
    [InlineData("ALL_PROXY=http://p:1;no_proxy=*", "https://h/", null)]
    [InlineData("HTTP_PROXY=http://p:1;REQUEST_METHOD=GET", "http://h/", null)]
    [InlineData("http_proxy=http://p:1;REQUEST_METHOD=GET", "http://h/", "http://p:1/")]
    public void The_environment_decides_who_goes_through_which_proxy(string variables, string url, string? proxy)
    {
        var settings = ProxySettings.FromVariables(
            variables.Split(';').Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1], StringComparer.Ordinal)
        );
        Assert.Equal(proxy, settings.GetProxy(new Uri(url))?.AbsoluteUri);
    }

    [Fact]
    public async Task Plain_requests_go_to_the_proxy_whole_and_secure_ones_through_a_tunnel()
    {
        var root = TestAuthority.Root();
        using var secure = new FakeIndex(root.Server()) { Host = "localhost" };
        secure.Add("a", "1.0");
        Index.Add("a", "1.0");
        using var proxy = new TunnelProxy();
        var trust = new TrustSettings(Folder.Write("root.pem", root.Pem), null);
        var settings = new ProxySettings(proxy.Address, proxy.Address, []);
        var options = new IndexClientOptions { Http = Quick with { Proxies = settings, Trust = trust } };
        await RunAsync(
            client => client.GetPageAsync(new IndexLocation(SafeUrl.Parse(secure.Url)), Name("a"), Token),
            options
        );
        Assert.Equal($"CONNECT localhost:{secure.Port} HTTP/1.1", Assert.Single(proxy.Heads));
        var untrusted = options with
        {
            Http = options.Http with
            {
                Trust = new TrustSettings(Folder.Write("x.pem", TestAuthority.Root("CN=x").Pem), null),
            },
        };
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            RunAsync(
                client => client.GetPageAsync(new IndexLocation(SafeUrl.Parse(secure.Url)), Name("b"), Token),
                untrusted
            )
        );
        Assert.Equal("tls-verification", error.Diagnostic.Code);
    }

    [Theory]
    [InlineData("http://user:pa/ss@proxy:3128", "not a valid URL")]
    [InlineData("not a url", "not a valid URL")]
    [InlineData("http://[bad", "not a valid URL")]
    [InlineData("127.0.0.1:1:2", "not a valid URL")]
    [InlineData("http://", "not a valid URL")]
    [InlineData("ssh://x", "`ssh` is not supported")]
    [InlineData("socks://127.0.0.1:1", "`socks` is not supported")]
    public async Task A_proxy_that_cannot_be_used_is_an_error_and_never_passed_by(string value, string reason)
    {
        Index.Add("a", "1.0");
        var proxies = ProxySettings.FromVariables(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["HTTP_PROXY"] = value }
        );
        var options = new IndexClientOptions { Http = Quick with { Proxies = proxies } };
        var error = await Assert.ThrowsAsync<KraitException>(() => GetAsync("a", options));
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
        Assert.Contains("`HTTP_PROXY`", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pa/ss", error.Message, StringComparison.Ordinal);
        Assert.Empty(Index.Requests);
    }

    [Fact]
    public void A_socks_proxy_that_looks_up_names_is_a_socks_proxy()
    {
        var settings = new ProxySettings(null, "socks5h://user:secret@p:1080", []);
        var uri = settings.GetProxy(new Uri("https://h/"));
        Assert.Equal("socks5://p:1080/", uri?.AbsoluteUri);
        Assert.Equal("secret", ((ICredentials)settings).GetCredential(uri!, "socks5")?.Password);
    }

    [Fact]
    public async Task A_proxy_that_cannot_be_reached_is_named_with_what_named_it()
    {
        var proxies = ProxySettings.FromVariables(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["https_proxy"] = "http://127.0.0.1:1" }
        );
        var location = new IndexLocation(SafeUrl.Parse("https://index.test/simple/"));
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            RunAsync(
                client => client.GetPageAsync(location, Name("a"), Token),
                new IndexClientOptions { Http = Quick with { Proxies = proxies } }
            )
        );
        Assert.Equal("proxy", error.Diagnostic.Code);
        Assert.Contains("`127.0.0.1:1` from `https_proxy`", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_exempted_port_is_that_port_behind_a_proxy_too(bool isItsPort)
    {
        using var secure = new FakeIndex(TestAuthority.Root().Server()) { Host = "localhost" };
        secure.Add("a", "1.0");
        using var proxy = new TunnelProxy();
        var host = isItsPort ? $"localhost:{secure.Port}" : "localhost:443";
        var options = new IndexClientOptions
        {
            Http = Quick with
            {
                Proxies = new ProxySettings(proxy.Address, proxy.Address, []),
                Trust = new TrustSettings(Folder.Write("x.pem", TestAuthority.Root("CN=x").Pem), null),
                InsecureHosts = [host],
            },
        };
        var location = new IndexLocation(SafeUrl.Parse(secure.Url));
        var asked = RunAsync(client => client.GetPageAsync(location, Name("a"), Token), options);
        if (isItsPort)
            Assert.IsType<Krait.Index.SimpleApi.PageResponse.Found>(await asked);
        else
            await Assert.ThrowsAsync<KraitException>(() => asked);
    }

    [Fact]
    public async Task A_proxy_that_refuses_is_named()
    {
        using var proxy = new TunnelProxy { Refusal = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n" };
        var options = new IndexClientOptions
        {
            Http = Quick with { Proxies = new ProxySettings(null, proxy.Address, []) },
        };
        var location = new IndexLocation(SafeUrl.Parse("https://localhost:1/simple/"));
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            RunAsync(client => client.GetPageAsync(location, Name("a"), Token), options)
        );
        Assert.Contains("proxy", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A proxy that only tunnels.</summary>
    private sealed class TunnelProxy : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);

        public TunnelProxy()
        {
            listener.Start();
            _ = AcceptAsync();
        }

        public string Address => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

        public List<string> Heads { get; } = [];

        public string? Refusal { get; init; }

        public void Dispose() => listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                    _ = TunnelAsync(await listener.AcceptTcpClientAsync(Token));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test has ended.
            }
        }

        private async Task TunnelAsync(TcpClient client)
        {
            using var _ = client;
            var stream = client.GetStream();
            var head = new StringBuilder();
            var buffer = new byte[1];
            while (
                !head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)
                && await stream.ReadAsync(buffer, Token) > 0
            )
            {
                head.Append((char)buffer[0]);
            }

            var line = head.ToString().Split("\r\n")[0];
            Heads.Add(line);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Refusal ?? "HTTP/1.1 200 OK\r\n\r\n"), Token);
            if (Refusal is not null)
                return;
            var target = line.Split(' ')[1].Split(':');
            using var server = new TcpClient(target[0], int.Parse(target[1]));
            var other = server.GetStream();
            await Task.WhenAny(stream.CopyToAsync(other, Token), other.CopyToAsync(stream, Token));
        }
    }
}
