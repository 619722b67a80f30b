namespace Krait.Index.Http;

/// <summary>A certificate that tells a server who we are (`--client-cert`).</summary>
/// <param name="File">A PEM file with the key, the certificate and, where it has one, its chain.</param>
/// <param name="Source">What named the file, for messages.</param>
public sealed record ClientCertificateSettings(string File, string Source)
{
    private const string Variable = "SSL_CLIENT_CERT";

    /// <summary>Reads `SSL_CLIENT_CERT`.</summary>
    public static ClientCertificateSettings? FromVariables(IReadOnlyDictionary<string, string> variables) =>
        variables.GetValueOrDefault(Variable) is { Length: > 0 } file ? new(file, Variable) : null;
}
