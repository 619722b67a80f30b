using System.Collections.Immutable;
using System.Net;
using Krait.Index.Credentials;

namespace Krait.Index.Http;

/// <summary>Which requests go through which proxy: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case.</summary>
public sealed class ProxySettings : IWebProxy, ICredentials
{
    private readonly Uri? http;
    private readonly Uri? https;
    private readonly ImmutableArray<string> exempt;
    private readonly Dictionary<string, Credential> credentials = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes settings.</summary>
    /// <param name="http">The proxy for `http` requests.</param>
    /// <param name="https">The proxy for `https` requests.</param>
    /// <param name="exempt">Hosts, domains (`.example.org`), addresses and networks (`10.0.0.0/8`) that are reached directly; `*` for all.</param>
    public ProxySettings(string? http, string? https, IEnumerable<string> exempt)
    {
        this.http = ToUri(http);
        this.https = ToUri(https);
        this.exempt = [.. exempt.Select(e => e.Trim()).Where(e => e.Length > 0)];
    }

    /// <summary>No proxy at all.</summary>
    public static ProxySettings None { get; } = new(null, null, []);

    /// <summary>Whether there is no proxy.</summary>
    public bool IsEmpty => http is null && https is null;

    ICredentials? IWebProxy.Credentials
    {
        get => this;
        set => throw new NotSupportedException();
    }

    /// <summary>Reads the environment's settings.</summary>
    public static ProxySettings FromVariables(IReadOnlyDictionary<string, string> variables)
    {
        var all = Find("all_proxy");
        // Under CGI, HTTP_PROXY is a header that a client sent: only the lower-case name counts there.
        var isCgi = variables.ContainsKey("REQUEST_METHOD");
        var plain = isCgi ? variables.GetValueOrDefault("http_proxy") : Find("http_proxy");
        return new ProxySettings(plain ?? all, Find("https_proxy") ?? all, (Find("no_proxy") ?? "").Split(','));

        string? Find(string name)
        {
            if (variables.TryGetValue(name, out var lower) && lower.Length > 0)
                return lower;
            return variables.TryGetValue(name.ToUpperInvariant(), out var upper) && upper.Length > 0 ? upper : null;
        }
    }

    /// <summary>The proxy for a request, or null when it goes directly.</summary>
    public Uri? GetProxy(Uri destination)
    {
        var proxy = destination.Scheme is "https" ? https : http;
        return proxy is null || IsExempt(destination) ? null : proxy;
    }

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    NetworkCredential? ICredentials.GetCredential(Uri uri, string authType) =>
        credentials.TryGetValue(uri.Authority, out var found) && authType is "Basic"
            ? new NetworkCredential(found.UserName, found.Password)
            : null;

    private bool IsExempt(Uri destination)
    {
        var host = destination.IdnHost;
        foreach (var entry in exempt)
        {
            if (entry is "*" || IsMatch(entry, host) || IsMatch(entry, $"{host}:{destination.Port}"))
                return true;
            if (IPNetwork.TryParse(entry, out var network) && IPAddress.TryParse(host, out var address))
            {
                if (network.Contains(address))
                    return true;
            }
        }

        return false;
    }

    /// <summary>`example.org` and `.example.org` both mean the host and all below it.</summary>
    private static bool IsMatch(string entry, string host)
    {
        var domain = entry.TrimStart('*').TrimStart('.');
        return host.Equals(domain, StringComparison.OrdinalIgnoreCase)
            || (
                host.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
                && host.Length > domain.Length
                && host[^(domain.Length + 1)] == '.'
            );
    }

    private Uri? ToUri(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var full = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return null;
        var bare = new UriBuilder(uri) { UserName = "", Password = "" }.Uri;
        if (uri.UserInfo.Length > 0)
            credentials[bare.Authority] = Credential.FromUserInfo(uri.UserInfo);
        return bare;
    }
}
