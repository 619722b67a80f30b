using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;

namespace Krait.Index.Http;

/// <summary>One attempt at a request failed in a way that may be better next time.</summary>
/// <param name="code">The code of the diagnostic, should it be the last attempt.</param>
/// <param name="reason">What happened, as the end of a sentence.</param>
/// <param name="innerException">The framework's exception.</param>
[SuppressMessage("Design", "CA1064", Justification = "It never leaves this project: what does is a KraitException.")]
internal sealed class HttpFailure(string code, string reason, Exception? innerException = null)
    : Exception(reason, innerException)
{
    public string Code { get; } = code;

    public string Reason { get; } = reason;

    /// <summary>The status that was answered, or 0.</summary>
    public int Status { get; init; }

    /// <summary>How long the server asked to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the next attempt should ask for an uncompressed body.</summary>
    public bool IsEncoding { get; init; }

    /// <summary>Whether the next attempt should use HTTP/1.1.</summary>
    public bool IsProtocol { get; init; }

    /// <summary>Whether some of the body was kept, so that the attempt was not in vain.</summary>
    public bool MadeProgress { get; init; }

    /// <summary>Whether another attempt can make no difference.</summary>
    public bool IsFinal { get; init; }

    public IReadOnlyList<string> Hints { get; init; } = [];

    public KraitException ToException(SafeUrl url, int attempts)
    {
        var tried = attempts > 1 ? $" ({attempts} attempts)" : "";
        var diagnostic = new Diagnostic(Code, $"`{url}` could not be fetched: {Reason}{tried}")
        {
            Source = url.ToString(),
            Hints = [.. Hints],
        };
        return new KraitException(diagnostic, this);
    }

    /// <summary>What an exception of the framework means, or null when it is none of the network's.</summary>
    public static HttpFailure? From(Exception exception, string host) =>
        exception switch
        {
            HttpFailure failure => failure,
            HttpRequestException request => From(request, host),
            HttpIOException io => new HttpFailure("network", BodyReason(io), io)
            {
                IsProtocol = IsBroken(io.HttpRequestError),
            },
            IOException io => new HttpFailure("network", $"the connection broke: {io.Message}", io),
            _ => null,
        };

    private static HttpFailure? From(HttpRequestException exception, string host)
    {
        // Ours, made where the cause is known: unusable certificates for example.
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is KraitException)
                return null;
        }
        exception = Innermost(exception);
        return exception.HttpRequestError switch
        {
            HttpRequestError.SecureConnectionError => new HttpFailure(
                "tls-verification",
                $"the secure connection to `{host}` was refused: {exception.Message}",
                exception
            )
            {
                IsFinal = true,
                Hints =
                [
                    "Name the certificate authority's file with `SSL_CERT_FILE` or `--cert`",
                    $"Use `--allow-insecure-host {host}` only if the connection need not be secure",
                ],
            },
            HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError => new HttpFailure(
                "network",
                exception.Message,
                exception
            ),
            HttpRequestError.ProxyTunnelError => new HttpFailure(
                "proxy",
                $"the proxy refused: {exception.Message}",
                exception
            ),
            _ => new HttpFailure("network", $"the connection broke: {exception.Message}", exception)
            {
                IsProtocol = IsBroken(exception.HttpRequestError),
            },
        };
    }

    /// <summary>The exception that the connector made, below what the handler wrapped around it.</summary>
    private static HttpRequestException Innermost(HttpRequestException exception)
    {
        while (exception.InnerException is HttpRequestException inner)
            exception = inner;
        return exception;
    }

    private static string BodyReason(HttpIOException exception) =>
        exception.HttpRequestError is HttpRequestError.ResponseEnded
            ? "the answer was cut off"
            : $"the connection broke: {exception.Message}";

    private static bool IsBroken(HttpRequestError error) =>
        error is HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse;
}
