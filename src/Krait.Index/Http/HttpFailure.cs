using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Krait.Packaging.Text;

namespace Krait.Index.Http;

/// <summary>One attempt at a request failed in a way that may be better next time.</summary>
/// <param name="kind">What kind of failure it is.</param>
/// <param name="reason">What happened, as the end of a sentence.</param>
/// <param name="innerException">The framework's exception.</param>
[SuppressMessage("Design", "CA1064", Justification = "It never leaves this project: what does is a KraitException.")]
internal sealed class HttpFailure(HttpFailureKind kind, string reason, Exception? innerException = null)
    : Exception(reason, innerException)
{
    public HttpFailureKind Kind { get; } = kind;

    /// <summary>The code of the diagnostic, should it be the last attempt.</summary>
    public string Code { get; } = HttpFailureKinds.CodeOf(kind);

    public string Reason { get; } = reason;

    /// <summary>The status that was answered, or 0.</summary>
    public int Status { get; init; }

    /// <summary>How long the server asked to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the next attempt should ask for an uncompressed body.</summary>
    public bool IsEncoding { get; init; }

    /// <summary>Whether the next attempt should use HTTP/1.1.</summary>
    public bool IsProtocol { get; set; }

    /// <summary>Who failed, which after a redirect is not who was asked first; null where nobody else could.</summary>
    public Origin? Origin { get; set; }

    /// <summary>Whether some of the body was kept, so that the attempt was not in vain.</summary>
    public bool MadeProgress { get; init; }

    /// <summary>Whether another attempt can make no difference.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Whether the next attempt needs no pause, since it asks in another way.</summary>
    public bool IsImmediate { get; init; }

    /// <summary>Facts that explain it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public IReadOnlyList<Remedy> Hints { get; init; } = [];

    /// <summary>A status that no further attempt would change.</summary>
    public static HttpFailure OfStatus(
        HttpReply reply,
        IReadOnlyList<string>? notes = null,
        IReadOnlyList<Remedy>? hints = null
    ) =>
        new(HttpFailureKind.Status, $"the server returned {StatusText.Of(reply.Status)}")
        {
            IsFinal = true,
            Status = reply.Status,
            Notes = notes ?? [],
            Hints = hints ?? [],
        };

    public KraitException ToException(SafeUrl url, int attempts)
    {
        var tried = attempts > 1 ? $" (tried {attempts} times)" : "";
        var diagnostic = new Diagnostic(Code, $"could not fetch `{url}`: {Reason}{tried}")
        {
            Source = url.ToString(),
            Notes = [.. Notes],
            Hints = Hints.Count > 0 ? [.. Hints] : [.. HintsFor(url)],
        };
        return new KraitException(diagnostic, this)
        {
            Kind = Kind switch
            {
                HttpFailureKind.Status when Status is 404 or 410 => FailureKind.NotFound,
                HttpFailureKind.Timeout => FailureKind.TimedOut,
                _ => FailureKind.Failed,
            },
        };
    }

    /// <summary>What the user can do about the kinds of failure that have one remedy.</summary>
    private IEnumerable<Remedy> HintsFor(SafeUrl url) =>
        (Kind, Status) switch
        {
            (HttpFailureKind.Status, 408 or 425 or 429 or >= 500) =>
            [
                $"Try again later: the problem is on the side of `{url.Host}`",
            ],
            (HttpFailureKind.Status, 404 or 410) =>
            [
                $"Check the URL; if it comes from a cached index page, run again with {Control.Refresh}",
            ],
            (HttpFailureKind.Proxy, _) => [$"Fix or unset the proxy, or pass {Control.NoProxyVariables}"],
            (HttpFailureKind.Network, _) =>
            [
                $"Check the URL and the network connection; {Control.Offline} uses only what is cached",
            ],
            (HttpFailureKind.Timeout, _) => [$"Raise the limit with {Control.ResponseTimeout} if the server is slow"],
            (HttpFailureKind.InvalidIndexPage, _) =>
            [
                "Check that this is the URL of a package index; most end in `/simple`",
            ],
            _ => [],
        };

    /// <summary>What an exception of the framework means, or null when it is none of the network's.</summary>
    public static HttpFailure? From(Exception exception, string host) =>
        exception switch
        {
            HttpFailure failure => failure,
            HttpRequestException request => From(request, host),
            IOException io => From(io, url: null),
            _ => null,
        };

    /// <summary>A connection that broke in the middle of an answer.</summary>
    /// <param name="exception">What reading it threw.</param>
    /// <param name="url">Whose answer it was; null where that is not known.</param>
    public static HttpFailure From(IOException exception, SafeUrl? url)
    {
        var error = (exception as HttpIOException)?.HttpRequestError ?? HttpRequestError.Unknown;
        return new HttpFailure(HttpFailureKind.Network, WordsFor(error, exception), exception)
        {
            IsProtocol = Http2Trust.IsBrokenBy(error),
            Origin = url?.Origin,
        };
    }

    private static HttpFailure? From(HttpRequestException exception, string host)
    {
        // Ours already, made where the cause is known: unusable certificates for example.
        if (Find<KraitException>(exception) is not null)
            return null;
        var known = Find<ConnectException>(exception);
        var error = known?.HttpRequestError ?? exception.HttpRequestError;
        var reason = known?.Message ?? WordsFor(error, exception);
        if (error is HttpRequestError.SecureConnectionError)
            return Insecure(host, reason, exception);
        if (error is HttpRequestError.ProxyTunnelError)
        {
            var refusal = exception.StatusCode is { } status
                ? $"the proxy returned {StatusText.Of((int)status)}"
                : "the proxy refused the connection";
            return new HttpFailure(HttpFailureKind.Proxy, known?.Message ?? refusal, exception);
        }

        return known is { IsTimeout: true }
            ? new HttpFailure(HttpFailureKind.Timeout, reason, exception)
            : new HttpFailure(HttpFailureKind.Network, reason, exception)
            {
                IsProtocol = Http2Trust.IsBrokenBy(error),
                Hints =
                    Find<SocketException>(exception)?.SocketErrorCode is SocketError.TooManyOpenSockets
                        ? ["Raise the limit of open files, with `ulimit -n` in most shells"]
                        : [],
            };
    }

    private static HttpFailure Insecure(string host, string reason, Exception exception) =>
        new(HttpFailureKind.Certificate, $"the certificate of `{host}` was refused: {reason}", exception)
        {
            IsFinal = true,
            Hints =
            [
                $"If you trust its certificate authority, pass the authority's file with {Control.CertificateFile}",
            ],
        };

    /// <summary>The exception of a type in a chain, below what the handler wrapped around it.</summary>
    public static T? Find<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
                return found;
        }

        return null;
    }

    /// <summary>What happened, in our words: the framework's messages are not shipped.</summary>
    private static string WordsFor(HttpRequestError error, Exception exception)
    {
        if (Find<SocketException>(exception) is { } socket)
        {
            return socket.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted
                ? "the server closed the connection"
                : $"the connection failed (`{socket.SocketErrorCode}`)";
        }

        return error switch
        {
            HttpRequestError.ResponseEnded => "the server closed the connection early",
            HttpRequestError.HttpProtocolError => "the server violated the HTTP/2 protocol",
            HttpRequestError.InvalidResponse => "the response is not valid HTTP",
            HttpRequestError.ConfigurationLimitExceeded => "the headers of the response are too large",
            HttpRequestError.SecureConnectionError => "the TLS connection failed",
            _ => "the connection failed",
        };
    }
}
