using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Krait.Server.Load;

/// <summary>A certificate for `localhost`, and that of the authority that has signed it.</summary>
internal static class Certificates
{
    /// <summary>Writes `ca.pem`, `server.pem` and `server.key`.</summary>
    public static void Write(Workplace place)
    {
        var now = DateTimeOffset.UtcNow;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=krait load test", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var authority = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        place.Write("ca.pem", authority.ExportCertificatePem());

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var own = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        own.CertificateExtensions.Add(names.Build());
        own.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, includeIssuerAndSerial: false)
        );
        using var certificate = own.Create(authority, now.AddDays(-1), now.AddDays(20), [1, 2, 3, 4]);
        place.Write("server.pem", certificate.ExportCertificatePem());
        place.Write("server.key", key.ExportPkcs8PrivateKeyPem());
    }
}
