namespace Krait.Index.Http;

/// <summary>Hosts whose certificates are not verified because the user said so, as `host` or `host:port`.</summary>
public sealed class ExemptHosts(IEnumerable<string> hosts)
{
    private readonly HashSet<string> known = new(hosts.Select(host => host.Trim()), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a URL leads to one of them, by a connection that would be verified otherwise.</summary>
    public bool Cover(SafeUrl url) => url.IsHttps && Cover(url.Host, url.Uri.Port);

    /// <summary>Whether a host is one of them.</summary>
    internal bool Cover(string host, int port)
    {
        if (known.Count == 0)
            return false;
        var bare = host.Trim('[', ']');
        return known.Contains(bare)
            || known.Contains($"[{bare}]")
            || known.Contains($"{bare}:{port}")
            || known.Contains($"[{bare}]:{port}");
    }
}
