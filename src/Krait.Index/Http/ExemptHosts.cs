using System.Collections.Concurrent;

namespace Krait.Index.Http;

/// <summary>Hosts whose certificates are not verified because the user said so, as `host` or `host:port`.</summary>
public sealed class ExemptHosts(IEnumerable<string> hosts)
{
    private readonly ConcurrentDictionary<string, bool> known = new(
        hosts
            .Select(host => KeyValuePair.Create(host.Trim(), true))
            .DistinctBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase),
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Exempts one more host.</summary>
    public void Add(string host) => known[host.Trim()] = true;

    /// <summary>Whether a URL leads to one of them, by a connection that would be verified otherwise.</summary>
    public bool Cover(SafeUrl url) => url.IsHttps && Cover(url.Host, url.Uri.Port);

    /// <summary>Whether a host is one of them.</summary>
    internal bool Cover(string host, int port)
    {
        if (known.IsEmpty)
            return false;
        var bare = host.Trim('[', ']');
        return known.ContainsKey(bare)
            || known.ContainsKey($"[{bare}]")
            || known.ContainsKey($"{bare}:{port}")
            || known.ContainsKey($"[{bare}]:{port}");
    }
}
