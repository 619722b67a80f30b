using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Krait.Platform.Processes;

namespace Krait.Index.Http;

/// <summary>
/// Decides whether a server is who it says it is: a chain to a trusted root, the host's name, the dates, and the purpose must all hold.
/// </summary>
/// <remarks>
/// The framework's own check parses the system's whole certificate folder first (some 60 ms, see <see cref="SystemCertificates"/>). Here its first chain build is given nothing
/// to trust and so always fails on the root; the chain is then built a second time with just the roots that the sent certificates name as
/// issuers. Nothing but that second build, or a host that the user exempted, ever answers yes.
/// </remarks>
internal sealed class ServerVerifier(TrustSettings trust, ExemptHosts exempt, ClientIdentity? identity = null)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly Lazy<CertificateBundle> bundle = new(() => CertificateBundle.Read(trust));
    private readonly ConcurrentDictionary<string, bool> verified = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> reasons = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Our own certificate, when there is one.</summary>
    public ClientIdentity? Identity { get; } = identity;

    /// <summary>Gets ready for the first connection: safe to call early and from another thread.</summary>
    /// <exception cref="Packaging.Text.KraitException">The certificates that the user named cannot be used (unusable input).</exception>
    public void Prepare()
    {
        OpenSslLibrary.Require();
        _ = bundle.Value;
        Identity?.Prepare();
    }

    /// <summary>Why a host was refused, when it was.</summary>
    public string? ReasonFor(string host) => reasons.GetValueOrDefault(host);

    /// <summary>Whether the user exempted a host from verification, as `host` or `host:port`.</summary>
    public bool IsExempt(string host, int port) => exempt.Cover(host, port);

    /// <summary>What a connection to a host is made with.</summary>
    public SslClientAuthenticationOptions OptionsFor(string host, int port, bool allowsHttp2) =>
        new()
        {
            TargetHost = host,
            ApplicationProtocols = allowsHttp2
                ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]
                : [SslApplicationProtocol.Http11],
            CertificateChainPolicy = FirstPolicy(),
            ClientCertificateContext = Identity?.ContextFor(host, port),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                Verify(host, port, certificate, chain, errors),
        };

    /// <summary>The policy of the build that is meant to fail: it trusts nothing and fetches nothing.</summary>
    public static X509ChainPolicy FirstPolicy() =>
        new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };

    /// <summary>The decision, for the framework's callback.</summary>
    public bool Verify(string host, int port, X509Certificate? sent, X509Chain? chain, SslPolicyErrors errors)
    {
        if (IsExempt(host, port))
            return true;
        var reason = WhyRefused(host, sent, chain, errors);
        if (reason is null)
            return true;
        reasons[host] = reason;
        return false;
    }

    private string? WhyRefused(string host, X509Certificate? sent, X509Chain? chain, SslPolicyErrors errors)
    {
        if (sent is not X509Certificate2 leaf || chain is null)
            return "it sent no certificate";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return "it sent no certificate";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"its certificate is not for `{host}`";
        // Only the root may be missing so far; anything else the framework found is final.
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return "its certificate was refused";
        var key = leaf.GetCertHashString(HashAlgorithmName.SHA256);
        if (verified.ContainsKey(key))
            return null;
        var reason = WhyUntrusted(leaf, chain.ChainPolicy.ExtraStore);
        if (reason is null)
            verified[key] = true;
        return reason;
    }

    private string? WhyUntrusted(X509Certificate2 leaf, X509Certificate2Collection sent)
    {
        var names = sent.Prepend(leaf).Select(c => c.IssuerName.RawData).ToList();
        string? reason = null;
        foreach (var roots in bundle.Value.Find(names).Where(roots => roots.Count > 0))
        {
            reason = WhyUntrusted(leaf, sent, roots);
            if (reason is null)
                return null;
        }

        return reason ?? "its certificate authority is not trusted";
    }

    private static string? WhyUntrusted(
        X509Certificate2 leaf,
        X509Certificate2Collection sent,
        X509Certificate2Collection roots
    )
    {
        var reason = Build(leaf, sent, roots);
        if (reason is null)
            return null;
        // The build may have taken the wrong one of two roots with one name, or a sent twin of a root that an unknown one signed:
        // offer it less to choose from. Each of these builds is as strict as the first.
        foreach (var root in roots)
        {
            if (Build(leaf, sent, [root]) is null || Build(leaf, WithoutTwin(sent, root), [root]) is null)
                return null;
        }

        return reason;
    }

    private static X509Certificate2Collection WithoutTwin(X509Certificate2Collection sent, X509Certificate2 root)
    {
        var others = new X509Certificate2Collection();
        foreach (var certificate in sent)
        {
            if (!root.SubjectName.RawData.AsSpan().SequenceEqual(certificate.SubjectName.RawData))
                others.Add(certificate);
        }

        return others;
    }

    private static string? Build(
        X509Certificate2 leaf,
        X509Certificate2Collection sent,
        X509Certificate2Collection roots
    )
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (chain.Build(leaf))
            return CertificateStrength.WhyWeak(chain.ChainElements);
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return Describe(status, leaf);
    }

    private static string Describe(X509ChainStatusFlags status, X509Certificate2 leaf)
    {
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return $"its certificate is valid from {leaf.NotBefore.ToUniversalTime():u} to {leaf.NotAfter.ToUniversalTime():u} only, or one above it has ended";
        if (status.HasFlag(X509ChainStatusFlags.NotValidForUsage))
            return "its certificate is not meant for servers";
        if (status.HasFlag(X509ChainStatusFlags.InvalidBasicConstraints))
            return "a certificate in its chain may not issue others";
        const X509ChainStatusFlags Names =
            X509ChainStatusFlags.InvalidNameConstraints
            | X509ChainStatusFlags.HasNotPermittedNameConstraint
            | X509ChainStatusFlags.HasExcludedNameConstraint
            | X509ChainStatusFlags.HasNotSupportedNameConstraint;
        if ((status & Names) != X509ChainStatusFlags.NoError)
            return "its certificate authority may not issue certificates for that name";
        if (status.HasFlag(X509ChainStatusFlags.PartialChain))
            return "its certificate does not lead to a trusted authority";
        return status.HasFlag(X509ChainStatusFlags.NotSignatureValid)
            ? "a signature in its chain is wrong"
            : $"its certificate was refused ({status})";
    }
}
