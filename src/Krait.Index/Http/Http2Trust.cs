using System.Collections.Concurrent;

namespace Krait.Index.Http;

/// <summary>
/// Which origins are asked over HTTP/2, and which failures are laid to it. Some servers and proxies offer HTTP/2 and break it: an origin
/// that does so once is asked over HTTP/1.1 from then on.
/// </summary>
internal sealed class Http2Trust(bool isAllowed)
{
    /// <summary>Origins that broke HTTP/2 once.</summary>
    private readonly ConcurrentDictionary<Origin, bool> broken = new();

    /// <summary>Origins that have answered over HTTP/2.</summary>
    private readonly ConcurrentDictionary<Origin, bool> proven = new();

    /// <summary>Whether an origin is asked over HTTP/2.</summary>
    public bool Has(Origin origin) => isAllowed && !broken.ContainsKey(origin);

    /// <summary>Remembers that an origin has answered over HTTP/2.</summary>
    public void Prove(Origin origin) => proven.TryAdd(origin, true);

    /// <summary>Remembers that an origin's HTTP/2 is broken.</summary>
    public void Lose(Origin origin) => broken.TryAdd(origin, true);

    /// <summary>Whether an error says by itself that the other side broke the rules.</summary>
    public static bool IsBrokenBy(HttpRequestError error) =>
        error is HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse;

    /// <summary>
    /// Whether a request that was made over HTTP/2 may have failed because of that: a connection was made and broke, to a host that has
    /// not answered over HTTP/2 yet.
    /// </summary>
    public bool MayExplain(Exception exception, SafeUrl url) =>
        url.IsHttps && !proven.ContainsKey(url.Origin) && HttpFailure.Find<ConnectException>(exception) is null;
}
