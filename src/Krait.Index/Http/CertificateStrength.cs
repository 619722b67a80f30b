using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Krait.Index.Http;

/// <summary>
/// Refuses certificates that can be forged, as OpenSSL's security level 2 and rustls do: RSA keys below 2048 bits, and signatures by MD5 or
/// SHA-1 anywhere below the root, whose own signature proves nothing.
/// </summary>
internal static class CertificateStrength
{
    private const int SmallestRsaKey = 2048;
    private const string Pss = "1.2.840.113549.1.1.10";

    /// <summary>Why a chain that is right in everything else is refused; null when it is not.</summary>
    /// <param name="chain">The certificates, the server's first and the root last.</param>
    public static string? WhyWeak(X509ChainElementCollection chain)
    {
        for (var i = 0; i < chain.Count; i++)
        {
            var certificate = chain[i].Certificate;
            var whose = i == 0 ? "its certificate" : $"the certificate of its authority `{NameOf(certificate)}`";
            using var rsa = certificate.GetRSAPublicKey();
            if (rsa?.KeySize < SmallestRsaKey)
                return $"{whose} has an RSA key of {rsa.KeySize} bits, and {SmallestRsaKey} are needed";
            if (i < chain.Count - 1 && WeakHashOf(certificate) is { } hash)
                return $"{whose} is signed with {hash}, which can be forged";
        }

        return null;
    }

    private static string NameOf(X509Certificate2 certificate)
    {
        var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return name.Length > 0 ? name : certificate.Subject;
    }

    private static string? WeakHashOf(X509Certificate2 certificate) =>
        certificate.SignatureAlgorithm.Value switch
        {
            "1.2.840.113549.1.1.2" => "MD2",
            "1.2.840.113549.1.1.3" => "MD4",
            "1.2.840.113549.1.1.4" => "MD5",
            "1.2.840.113549.1.1.5" or "1.2.840.10040.4.3" or "1.2.840.10045.4.1" or "1.3.14.3.2.29" => "SHA-1",
            Pss => WeakHashOfPss(certificate.RawData),
            _ => null,
        };

    /// <summary>RSASSA-PSS names its hash function in its parameters, and means SHA-1 without (RFC 4055, section 3.1).</summary>
    private static string? WeakHashOfPss(byte[] certificate)
    {
        const string Sha1 = "SHA-1";
        try
        {
            var parts = new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence();
            parts.ReadEncodedValue();
            var algorithm = parts.ReadSequence();
            algorithm.ReadObjectIdentifier();
            if (!algorithm.HasData)
                return Sha1;
            var parameters = algorithm.ReadSequence();
            var first = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
            if (!parameters.HasData || parameters.PeekTag() != first)
                return Sha1;
            return parameters.ReadSequence(first).ReadSequence().ReadObjectIdentifier() switch
            {
                "1.3.14.3.2.26" => Sha1,
                "1.2.840.113549.2.5" => "MD5",
                _ => null,
            };
        }
        catch (AsnContentException)
        {
            return "an unreadable algorithm";
        }
    }
}
