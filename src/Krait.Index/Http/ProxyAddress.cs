using System.Diagnostics.CodeAnalysis;
using Krait.Index.Credentials;
using Krait.Packaging.Text;

namespace Krait.Index.Http;

/// <summary>The address of one proxy, as a variable or an option names it.</summary>
internal sealed class ProxyAddress
{
    private static readonly string[] Schemes = ["http", "https", "socks4", "socks4a", "socks5"];

    private ProxyAddress(Uri uri, string source, Credential? credential, Diagnostic? problem)
    {
        Uri = uri;
        Source = source;
        Credential = credential;
        Problem = problem;
    }

    /// <summary>Where it is, without credentials.</summary>
    public Uri Uri { get; }

    /// <summary>What named it: a variable or an option.</summary>
    public string Source { get; }

    /// <summary>The user name and password that were written in it.</summary>
    public Credential? Credential { get; }

    /// <summary>Why it cannot be used. It is still an address, so that no request goes past the proxy that was meant.</summary>
    public Diagnostic? Problem { get; }

    /// <summary>Reads an address; null for none.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static ProxyAddress? Read(string? text, string source)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var full = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        // `socks5h` asks the proxy to look up names, which is what happens in any case.
        if (full.StartsWith("socks5h:", StringComparison.OrdinalIgnoreCase))
            full = "socks5:" + full["socks5h:".Length..];
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return Unusable(text, source, "it is not a valid URL", ["Use the form `http://HOST:PORT`, or unset it"]);
        if (!Schemes.Contains(uri.Scheme, StringComparer.Ordinal))
        {
            var hint = uri.Scheme is "socks"
                ? "Name the version of the protocol: `socks5://` or `socks4://`"
                : "Supported are `http`, `https`, `socks4`, `socks4a`, `socks5` and `socks5h`";
            return Unusable(text, source, $"the scheme `{uri.Scheme}` is not supported", [hint]);
        }

        if (uri.Port <= 0)
            return Unusable(text, source, "it has no port", ["Use the form `socks5://HOST:PORT`, or unset it"]);
        var bare = new UriBuilder(uri) { UserName = "", Password = "" }.Uri;
        var credential = uri.UserInfo.Length > 0 ? Credential.FromUserInfo(uri.UserInfo) : null;
        return new ProxyAddress(bare, source, credential, problem: null);
    }

    private static ProxyAddress Unusable(string text, string source, string reason, string[] hints) =>
        new(
            new Uri("http://unusable.invalid/"),
            source,
            credential: null,
            new Diagnostic(
                "proxy-unusable",
                $"cannot use the proxy `{UrlRedaction.ApplyToUrl(text)}` from `{source}`: {reason}"
            )
            {
                Hints = [.. hints],
            }
        );
}
