using System.Collections.Immutable;
using System.Net;
using Krait.Packaging.Text;

namespace Krait.Index.Http;

/// <summary>Which requests go through which proxy: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case.</summary>
public sealed class ProxySettings : IWebProxy, ICredentials
{
    private readonly ProxyAddress? http;
    private readonly ProxyAddress? https;
    private readonly ImmutableArray<string> exempt;

    /// <summary>Makes settings.</summary>
    /// <param name="http">The proxy for `http` requests.</param>
    /// <param name="https">The proxy for `https` requests.</param>
    /// <param name="exempt">Hosts, domains (`.example.org`), addresses and networks (`10.0.0.0/8`) that are reached directly; `*` for all.</param>
    /// <param name="source">What names the proxies, for messages.</param>
    public ProxySettings(string? http, string? https, IEnumerable<string> exempt, string source = "--proxy")
        : this(ProxyAddress.Read(http, source), ProxyAddress.Read(https, source), exempt) { }

    private ProxySettings(ProxyAddress? http, ProxyAddress? https, IEnumerable<string> exempt)
    {
        this.http = http;
        this.https = https;
        this.exempt = [.. exempt.Select(e => e.Trim()).Where(e => e.Length > 0)];
    }

    /// <summary>No proxy at all.</summary>
    public static ProxySettings None { get; } = new((ProxyAddress?)null, null, []);

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
        var plain = variables.ContainsKey("REQUEST_METHOD")
            ? ProxyAddress.Read(variables.GetValueOrDefault("http_proxy"), "http_proxy")
            : Find("http_proxy");
        return new ProxySettings(plain ?? all, Find("https_proxy") ?? all, Text("no_proxy").Split(','));

        ProxyAddress? Find(string name) =>
            ProxyAddress.Read(variables.GetValueOrDefault(name), name)
            ?? ProxyAddress.Read(variables.GetValueOrDefault(name.ToUpperInvariant()), name.ToUpperInvariant());

        string Text(string name) =>
            variables.GetValueOrDefault(name) is { Length: > 0 } lower
                ? lower
                : variables.GetValueOrDefault(name.ToUpperInvariant(), "");
    }

    /// <summary>Refuses a request whose proxy cannot be used: it must not go past the proxy that was meant for it.</summary>
    /// <exception cref="KraitException">The address of the proxy is wrong (unusable input).</exception>
    internal void Check(Uri destination)
    {
        if (For(destination)?.Problem is { } problem)
            throw new KraitException(problem) { Kind = FailureKind.UnusableInput };
    }

    /// <summary>The proxy at an address.</summary>
    internal ProxyAddress? At(DnsEndPoint endPoint)
    {
        foreach (var proxy in (ReadOnlySpan<ProxyAddress?>)[https, http])
        {
            if (
                proxy is not null
                && proxy.Uri.Port == endPoint.Port
                && string.Equals(proxy.Uri.IdnHost, endPoint.Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)
            )
            {
                return proxy;
            }
        }

        return null;
    }

    /// <summary>The proxy for a request, or null when it goes directly.</summary>
    internal ProxyAddress? For(Uri destination)
    {
        var proxy = destination.Scheme is "https" ? https : http;
        return proxy is null || IsExempt(destination) ? null : proxy;
    }

    /// <summary>The proxy for a request, or null when it goes directly.</summary>
    public Uri? GetProxy(Uri destination) => For(destination)?.Uri;

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    NetworkCredential? ICredentials.GetCredential(Uri uri, string authType)
    {
        // A SOCKS proxy is asked about by its scheme.
        if (
            !authType.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            && !authType.StartsWith("socks", StringComparison.Ordinal)
        )
        {
            return null;
        }

        foreach (var proxy in (ReadOnlySpan<ProxyAddress?>)[http, https])
        {
            var isMeant = string.Equals(proxy?.Uri.Authority, uri.Authority, StringComparison.OrdinalIgnoreCase);
            if (isMeant && proxy?.Credential is { } credential)
                return new NetworkCredential(credential.UserName, credential.Password);
        }

        return null;
    }

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
}
