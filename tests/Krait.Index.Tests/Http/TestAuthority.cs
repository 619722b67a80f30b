using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Krait.Index.Tests.Http;

/// <summary>A certificate authority for one test.</summary>
internal sealed class TestAuthority
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddDays(-30);
    private static readonly DateTimeOffset End = DateTimeOffset.UtcNow.AddDays(30);

    private readonly ECDsa key;

    private TestAuthority(X509Certificate2 certificate, ECDsa key)
    {
        Certificate = certificate;
        this.key = key;
    }

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>A root that signs itself.</summary>
    public static TestAuthority Root(string name = "CN=test root", ECDsa? key = null)
    {
        key ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return new TestAuthority(request.CreateSelfSigned(Start, End), key);
    }

    /// <summary>An authority below this one.</summary>
    public TestAuthority Intermediate(
        string name = "CN=test intermediate",
        bool isAuthority = true,
        string? onlyFor = null
    )
    {
        var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, pair, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (isAuthority)
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        if (onlyFor is not null)
            request.CertificateExtensions.Add(OnlyFor(onlyFor));
        return new TestAuthority(Sign(request), pair);
    }

    /// <summary>Another authority's key and name, signed by this one.</summary>
    public X509Certificate2 CrossSign(TestAuthority other)
    {
        var request = new CertificateRequest(other.Certificate.SubjectName, other.key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return Sign(request);
    }

    /// <summary>A root with the same key and name as this one's, for tests of twins.</summary>
    public TestAuthority Twin() => Root(Certificate.Subject, key);

    /// <summary>A server's certificate with its key.</summary>
    public X509Certificate2 Server(
        string host = "localhost",
        string? purpose = "1.3.6.1.5.5.7.3.1",
        DateTimeOffset? until = null
    )
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", pair, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (purpose is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        using var certificate = Sign(request, until);
        using var withKey = certificate.CopyWithPrivateKey(pair);
        // A round trip makes the key usable for a server.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset? until = null)
    {
        var serial = RandomNumberGenerator.GetBytes(12);
        var generator = X509SignatureGenerator.CreateForECDsa(key);
        return request.Create(Certificate.SubjectName, generator, Start.AddDays(1), until ?? End.AddDays(-1), serial);
    }

    /// <summary>Name constraints that permit one domain (RFC 5280, section 4.2.1.10).</summary>
    private static X509Extension OnlyFor(string domain)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (writer.PushSequence())
            writer.WriteCharacterString(UniversalTagNumber.IA5String, domain, new Asn1Tag(TagClass.ContextSpecific, 2));
        return new X509Extension("2.5.29.30", writer.Encode(), critical: true);
    }
}
