using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Index.Http;

/// <summary>Our own certificate, shown to the servers that the user named when they ask for one, and to no others.</summary>
internal sealed class ClientIdentity(ClientCertificateSettings settings)
{
    private readonly ConcurrentDictionary<(string Host, int Port), bool> trusted = new();
    private readonly Lazy<SslStreamCertificateContext> context = new(() => Read(settings));

    /// <summary>Lets an origin ask who we are.</summary>
    public void ShowTo(Origin origin) => trusted[(origin.Host, origin.Port)] = true;

    /// <summary>Reads the file, so that a mistake in it is told.</summary>
    /// <exception cref="KraitException">It cannot be used (unusable input).</exception>
    public void Prepare() => _ = context.Value;

    /// <summary>The certificate with its chain for a connection; null where it is not to be shown.</summary>
    public SslStreamCertificateContext? ContextFor(string host, int port) =>
        trusted.ContainsKey((host, port)) ? context.Value : null;

    /// <summary>The certificate for a connection; null where it is not to be shown.</summary>
    public X509Certificate2? For(string host, int port) => ContextFor(host, port)?.TargetCertificate;

    private static SslStreamCertificateContext Read(ClientCertificateSettings settings)
    {
        var error = PlainFile.TryRead(settings.File, out var text);
        if (error != FileError.None)
            throw Unusable(settings, new FileSystemException("read", settings.File, error).Message, cause: null);
        try
        {
            using var pair = X509Certificate2.CreateFromPem(text, text);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(text);
            // A round trip makes the key usable for a connection.
            var own = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null);
            foreach (var twin in chain.Where(c => c.RawDataMemory.Span.SequenceEqual(own.RawDataMemory.Span)).ToList())
                chain.Remove(twin);
            return SslStreamCertificateContext.Create(own, chain, offline: true);
        }
        catch (CryptographicException e)
        {
            throw Unusable(settings, $"`{settings.File}` does not hold a certificate and its key, unencrypted", e);
        }
    }

    private static KraitException Unusable(ClientCertificateSettings settings, string reason, Exception? cause) =>
        new(
            new Diagnostic(
                "client-certificate",
                $"the client certificate cannot be used: `{settings.Source}`: {reason}"
            )
            {
                Hints = ["Name a PEM file with the private key and the certificate that belongs to it"],
            },
            cause
        )
        {
            Kind = FailureKind.UnusableInput,
        };
}
