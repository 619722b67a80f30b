using System.Security.Cryptography.X509Certificates;
using Krait.Index.Credentials;
using Krait.Index.Http;
using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Index.Tests.Http;

/// <summary>Our own certificate is shown to the servers that the user named, when they ask for one.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();
    private readonly TestAuthority root = TestAuthority.Root();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_server_that_asks_is_shown_it()
    {
        using var server = Server(asks: true);
        Assert.Equal(200, await GetAsync(server, Write(root.Server("me", purpose: null))));
        Assert.Equal(["CN=server"], server.ShownCertificates);
    }

    [Fact]
    public async Task A_server_that_does_not_ask_sees_none()
    {
        using var server = Server(asks: false);
        Assert.Equal(200, await GetAsync(server, Write(root.Server("me", purpose: null))));
        Assert.Empty(server.ShownCertificates);
    }

    [Fact]
    public async Task Without_one_a_server_that_insists_refuses()
    {
        using var server = Server(asks: true);
        await Assert.ThrowsAnyAsync<Exception>(() => GetAsync(server, file: null));
    }

    [Fact]
    public async Task A_server_that_only_a_redirect_names_is_not_shown_it()
    {
        using var other = Server(asks: true);
        other.AcceptsNoCertificate = true;
        using var server = Server(asks: true);
        server.On("/", _ => new FakeReply(302, ("Location", other.Address + "/")));

        Assert.Equal(200, await GetAsync(server, Write(root.Server("me", purpose: null))));
        Assert.Equal(["CN=server"], server.ShownCertificates);
        Assert.Empty(other.ShownCertificates);
    }

    [Fact]
    public async Task A_file_server_of_another_origin_is_not_shown_it()
    {
        using var files = Server(asks: true);
        files.AcceptsNoCertificate = true;
        var index = SafeUrl.Parse("https://localhost:1/simple/");
        Assert.Equal(200, await GetAsync(files, Write(root.Server("me", purpose: null)), index));
        Assert.Empty(files.ShownCertificates);
    }

    [Theory]
    [InlineData(null, "no such file")]
    [InlineData("", "does not hold a certificate and its key")]
    [InlineData(
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "does not hold a certificate and its key"
    )]
    public async Task A_file_that_cannot_be_used_is_told(string? content, string reason)
    {
        using var server = Server(asks: true);
        var path = content is null ? folder.At("missing.pem") : folder.Write("bad.pem", content);
        var error = await Assert.ThrowsAsync<KraitException>(() => GetAsync(server, path));
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private FakeServer Server(bool asks)
    {
        var server = new FakeServer(root.Server()) { Host = "localhost", AsksForCertificate = asks };
        server.On("/", _ => new FakeReply(200, "hello"));
        return server;
    }

    private string Write(X509Certificate2 certificate) =>
        folder.Write(
            "me.pem",
            certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()
                + "\n"
                + certificate.ExportCertificatePem()
                + "\n"
        );

    private async Task<int> GetAsync(FakeServer server, string? file, SafeUrl? linkedFrom = null)
    {
        var options = new HttpOptions
        {
            Trust = new TrustSettings(folder.Write("root.pem", root.Pem), null),
            ClientCertificate = file is null ? null : new ClientCertificateSettings(file, "--client-cert"),
        };
        using var sender = new HttpSender(options, new CredentialStore(null), new NetworkCounters());
        var url = SafeUrl.Parse(server.Address + "/");
        using var reply = await sender.SendAsync(new HttpQuery(url, linkedFrom), Token);
        return reply.Status;
    }
}
