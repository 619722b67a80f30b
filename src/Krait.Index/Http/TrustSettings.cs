using System.Collections.Immutable;

namespace Krait.Index.Http;

/// <summary>Which certificate authorities are trusted: the system's, or only those that a file and folders name.</summary>
/// <param name="File">A PEM file; null when none is named. Empty is an error, not "none".</param>
/// <param name="Folders">Folders of PEM files, with colons between; null when none are named.</param>
/// <param name="FileSource">What named the file, for messages (`SSL_CERT_FILE`, `--cert`).</param>
public sealed record TrustSettings(string? File, string? Folders, string FileSource = "SSL_CERT_FILE")
{
    /// <summary>Where Linux distributions keep the bundle, the most frequent first.</summary>
    internal static readonly ImmutableArray<string> SystemFiles =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];

    internal const string SystemFolder = "/etc/ssl/certs";

    /// <summary>What to do about a file or folder that cannot be used.</summary>
    internal string Remedy =>
        FileSource.StartsWith('-') && File is not null
            ? $"Pass a PEM file with at least one certificate to `{FileSource}`"
            : $"Name a PEM file with at least one certificate, or unset `{(File is null ? "SSL_CERT_DIR" : FileSource)}` to trust the system's";

    /// <summary>Whether the system's roots are meant.</summary>
    public bool IsSystem => File is null && Folders is null;

    /// <summary>Reads `SSL_CERT_FILE` and `SSL_CERT_DIR`.</summary>
    public static TrustSettings FromVariables(IReadOnlyDictionary<string, string> variables) =>
        new(variables.GetValueOrDefault("SSL_CERT_FILE"), variables.GetValueOrDefault("SSL_CERT_DIR"));
}
