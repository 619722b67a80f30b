using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Krait.Index.Http;

namespace Krait.Index.Tests.Http;

/// <summary>Certificates that can be forged are refused wherever they are below the root.</summary>
public sealed class CertificateStrengthTests
{
    [Theory]
    [Trait("Speed", "slow")]
    [InlineData(2048, "SHA256", "SHA256", "SHA256", false, null)]
    [InlineData(2048, "SHA1", "SHA256", "SHA256", false, null)]
    [InlineData(2048, "SHA256", "SHA1", "SHA256", false, "its authority `middle` is signed with SHA-1")]
    [InlineData(2048, "SHA256", "SHA256", "SHA1", false, "its certificate is signed with SHA-1")]
    [InlineData(2048, "SHA256", "SHA256", "SHA1", true, "its certificate is signed with SHA-1")]
    [InlineData(2048, "SHA256", "SHA384", "SHA512", true, null)]
    [InlineData(2048, "SHA256", "MD5", "SHA256", false, "its authority `middle` is signed with MD5")]
    [InlineData(2048, "SHA256", "SHA256", "MD5", false, "its certificate is signed with MD5")]
    [InlineData(1024, "SHA256", "SHA256", "SHA256", false, "its certificate has an RSA key of 1024 bits")]
    public void A_chain_is_as_strong_as_its_weakest_part(
        int bits,
        string rootHash,
        string middleHash,
        string leafHash,
        bool isPss,
        string? reason
    )
    {
        using var rootKey = RSA.Create(2048);
        using var middleKey = RSA.Create(2048);
        using var leafKey = RSA.Create(bits);
        using var root = Sign("root", rootKey, issuer: null, rootKey, rootHash, isPss: false);
        using var middle = Sign("middle", middleKey, root, rootKey, middleHash, isPss);
        using var leaf = Sign("leaf", leafKey, middle, middleKey, leafHash, isPss);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ExtraStore.Add(middle);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.Build(leaf);
        Assert.Equal(3, chain.ChainElements.Count);
        var found = CertificateStrength.WhyWeak(chain.ChainElements);
        if (reason is null)
            Assert.Null(found);
        else
            Assert.Contains(reason, found, StringComparison.Ordinal);
    }

    private static X509Certificate2 Sign(
        string name,
        RSA key,
        X509Certificate2? issuer,
        RSA issuerKey,
        string hash,
        bool isPss
    )
    {
        var padding = isPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, padding);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(name is not "leaf", false, 0, true));
        var start = DateTimeOffset.UtcNow.AddDays(-1);
        var generator = new OldGenerator(issuerKey, padding, new HashAlgorithmName(hash));
        var issuerName = issuer?.SubjectName ?? request.SubjectName;
        return request.Create(issuerName, generator, start, start.AddDays(9), RandomNumberGenerator.GetBytes(8));
    }

    /// <summary>Signs with functions that the framework does not sign with any more.</summary>
    private sealed class OldGenerator(RSA key, RSASignaturePadding padding, HashAlgorithmName hash)
        : X509SignatureGenerator
    {
        private readonly X509SignatureGenerator usual = CreateForRSA(key, padding);

        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
        {
            var old = (hash.Name, padding == RSASignaturePadding.Pss) switch
            {
                ("MD5", _) => "1.2.840.113549.1.1.4",
                ("SHA1", false) => "1.2.840.113549.1.1.5",
                ("SHA1", true) => "1.2.840.113549.1.1.10",
                _ => null,
            };
            if (old is null)
                return usual.GetSignatureAlgorithmIdentifier(hash);
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(old);
                if (padding == RSASignaturePadding.Pss)
                    writer.PushSequence().Dispose();
                else
                    writer.WriteNull();
            }

            return writer.Encode();
        }

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) =>
            key.SignData(data, hash, padding);

        protected override PublicKey BuildPublicKey() => usual.PublicKey;
    }
}
