using System.Security.Cryptography.X509Certificates;
using Krait.Index.Credentials;
using Krait.Index.Http;
using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Index.Tests.Http;

/// <summary>Only a properly verified chain is accepted.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();
    private readonly TestAuthority root = TestAuthority.Root();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_server_with_a_good_chain_is_accepted() =>
        Assert.Equal(200, await GetAsync(root.Server(), [], TrustRoot()));

    [Fact]
    public async Task A_server_with_an_intermediate_is_accepted()
    {
        var middle = root.Intermediate();
        Assert.Equal(200, await GetAsync(middle.Server(), [middle.Certificate], TrustRoot()));
    }

    [Fact]
    public async Task A_certificate_without_a_purpose_serves_every_purpose() =>
        Assert.Equal(200, await GetAsync(root.Server(purpose: null), [], TrustRoot()));

    [Fact]
    public async Task An_address_is_verified_like_a_name()
    {
        Assert.Equal(200, await GetAsync(root.Server("127.0.0.1"), [], TrustRoot(), "127.0.0.1"));
        await AssertRefusedAsync(root.Server(), [], TrustRoot(), "is not for `127.0.0.1`", "127.0.0.1");
    }

    [Fact]
    public Task An_unknown_root_is_refused() =>
        AssertRefusedAsync(TestAuthority.Root("CN=other").Server(), [], TrustRoot(), "authority is not trusted");

    [Fact]
    public Task A_rogue_root_of_the_same_name_is_refused() =>
        AssertRefusedAsync(TestAuthority.Root().Server(), [], TrustRoot(), "");

    [Fact]
    public Task A_rogue_root_that_is_sent_along_is_refused()
    {
        var rogue = TestAuthority.Root();
        return AssertRefusedAsync(rogue.Server(), [rogue.Certificate], TrustRoot(), "");
    }

    [Fact]
    public Task A_self_signed_server_is_refused()
    {
        var rogue = TestAuthority.Root("CN=localhost");
        return AssertRefusedAsync(rogue.Server(), [rogue.Certificate], TrustRoot(), "not trusted");
    }

    [Fact]
    public Task Another_host_is_refused() =>
        AssertRefusedAsync(root.Server("example.org"), [], TrustRoot(), "is not for `localhost`");

    [Fact]
    public Task An_expired_certificate_is_refused() =>
        AssertRefusedAsync(root.Server(until: DateTimeOffset.UtcNow.AddDays(-1)), [], TrustRoot(), "valid from");

    [Fact]
    public Task A_client_certificate_is_refused() =>
        AssertRefusedAsync(root.Server(purpose: "1.3.6.1.5.5.7.3.2"), [], TrustRoot(), "not meant for servers");

    [Fact]
    public Task An_intermediate_that_is_no_authority_is_refused()
    {
        var middle = root.Intermediate(isAuthority: false);
        return AssertRefusedAsync(middle.Server(), [middle.Certificate], TrustRoot(), "");
    }

    [Fact]
    public Task A_missing_intermediate_is_refused() =>
        AssertRefusedAsync(root.Intermediate().Server(), [], TrustRoot(), "authority is not trusted");

    [Fact]
    public async Task Name_constraints_are_kept()
    {
        var good = root.Intermediate(onlyFor: "localhost");
        Assert.Equal(200, await GetAsync(good.Server(), [good.Certificate], TrustRoot()));
        var bad = root.Intermediate(onlyFor: "example.org");
        await AssertRefusedAsync(bad.Server(), [bad.Certificate], TrustRoot(), "");
    }

    [Fact]
    public async Task A_trusted_root_that_is_sent_cross_signed_by_an_unknown_one_is_accepted()
    {
        var unknown = TestAuthority.Root("CN=unknown");
        Assert.Equal(200, await GetAsync(root.Server(), [unknown.CrossSign(root)], TrustRoot()));
        var middle = root.Intermediate();
        Assert.Equal(200, await GetAsync(middle.Server(), [middle.Certificate, unknown.CrossSign(root)], TrustRoot()));
    }

    [Fact]
    public async Task A_root_that_a_trusted_one_cross_signed_is_accepted()
    {
        var fresh = TestAuthority.Root("CN=fresh");
        Assert.Equal(200, await GetAsync(fresh.Server(), [root.CrossSign(fresh)], TrustRoot()));
    }

    [Fact]
    public async Task A_second_root_of_the_same_name_does_not_hide_the_right_one()
    {
        var bundle = folder.Write("both.pem", TestAuthority.Root().Pem + root.Pem);
        Assert.Equal(200, await GetAsync(root.Server(), [], new TrustSettings(bundle, null)));
    }

    [Fact]
    public async Task A_folder_of_certificates_is_trusted_by_itself()
    {
        folder.Write("certificates/a.pem", TestAuthority.Root("CN=other").Pem);
        folder.Write("certificates/0123abcd.0", root.Pem);
        var trust = new TrustSettings(null, folder.At("certificates"));
        Assert.Equal(200, await GetAsync(root.Server(), [], trust));
        await AssertRefusedAsync(TestAuthority.Root("CN=third").Server(), [], trust, "not trusted");
    }

    [Fact]
    public async Task A_file_and_a_folder_are_trusted_together()
    {
        folder.Write("certificates/a.pem", root.Pem);
        foreach (var name in new[] { "CN=other", "CN=test root" })
        {
            var file = folder.Write("file.pem", TestAuthority.Root(name).Pem);
            Assert.Equal(200, await GetAsync(root.Server(), [], new TrustSettings(file, folder.At("certificates"))));
        }
    }

    [Fact]
    public async Task A_bundle_with_text_around_its_certificates_is_read()
    {
        var bundle = folder.Write("a.pem", $"# comment\r\nSubject: x\n{root.Pem.Replace("\n", "\r\n")}tail");
        Assert.Equal(200, await GetAsync(root.Server(), [], new TrustSettings(bundle, null)));
    }

    [Theory]
    [InlineData("", "no certificate")]
    [InlineData("hello", "no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "number 1")]
    [InlineData("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", "number 1")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB", "number 1")]
    public async Task A_malformed_bundle_is_an_error_that_names_it(string content, string reason)
    {
        var bundle = folder.Write("bad.pem", content);
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            GetAsync(root.Server(), [], new TrustSettings(bundle, null))
        );
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
        Assert.Contains(bundle, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_certificate_before_a_malformed_one_does_not_make_the_bundle_good()
    {
        var bundle = folder.Write("a.pem", root.Pem + "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            GetAsync(root.Server(), [], new TrustSettings(bundle, null))
        );
        Assert.Contains("number 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/no/such/bundle.pem", null)]
    [InlineData("", null)]
    [InlineData(null, "")]
    [InlineData(null, "/no/such/folder")]
    [InlineData("/etc", null)]
    public async Task Missing_trust_is_an_error_and_not_everything(string? file, string? folder)
    {
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            GetAsync(root.Server(), [], new TrustSettings(file, folder))
        );
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
        Assert.Contains(file ?? folder!, error.Message, StringComparison.Ordinal);
        Assert.Contains(file is null ? "SSL_CERT_DIR" : "SSL_CERT_FILE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exempt_host_is_not_verified_and_only_that_one()
    {
        var certificate = TestAuthority.Root("CN=other").Server("example.org");
        Assert.Equal(200, await GetAsync(certificate, [], TrustRoot(), insecureHost: "localhost"));
        await AssertRefusedAsync(certificate, [], TrustRoot(), "", insecureHost: "example.org");
    }

    [Fact]
    public async Task A_refused_certificate_is_not_tried_again()
    {
        using var server = new FakeServer(TestAuthority.Root("CN=other").Server()) { Host = "localhost" };
        var counters = new NetworkCounters();
        await Assert.ThrowsAsync<KraitException>(() => GetAsync(server, TrustRoot(), counters: counters));
        Assert.Equal(1, server.Connections);
        Assert.Equal(0, counters.Retries);
    }

    private TrustSettings TrustRoot() => new(folder.Write("root.pem", root.Pem), null);

    private static async Task<int> GetAsync(
        X509Certificate2 certificate,
        X509Certificate2Collection sent,
        TrustSettings trust,
        string host = "localhost",
        string? insecureHost = null
    )
    {
        using var server = new FakeServer(certificate, sent) { Host = host };
        server.On("/", _ => new FakeReply(200, "hello"));
        return await GetAsync(server, trust, insecureHost);
    }

    private static async Task<int> GetAsync(
        FakeServer server,
        TrustSettings trust,
        string? insecureHost = null,
        NetworkCounters? counters = null
    )
    {
        var options = new HttpOptions
        {
            Trust = trust,
            InsecureHosts = insecureHost is null ? [] : [insecureHost],
            RetryDelay = TimeSpan.FromMilliseconds(1),
        };
        counters ??= new NetworkCounters();
        using var sender = new HttpSender(options, new CredentialStore(null), counters);
        var url = SafeUrl.Parse(server.Address + "/");
        return await new Retrying(options, counters, TimeProvider.System).RunAsync(
            url,
            async (_, token) =>
            {
                using var reply = await sender.SendAsync(new HttpQuery(url, null), token);
                return reply.Status;
            },
            Token
        );
    }

    private static async Task AssertRefusedAsync(
        X509Certificate2 certificate,
        X509Certificate2Collection sent,
        TrustSettings trust,
        string reason,
        string host = "localhost",
        string? insecureHost = null
    )
    {
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            GetAsync(certificate, sent, trust, host, insecureHost)
        );
        Assert.Equal("tls-verification", error.Diagnostic.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(host, error.Message, StringComparison.Ordinal);
    }
}
