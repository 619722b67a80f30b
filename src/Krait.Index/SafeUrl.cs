using System.Diagnostics.CodeAnalysis;
using Krait.Index.Credentials;
using Krait.Packaging.Text;

namespace Krait.Index;

/// <summary>
/// A checked `http`, `https` or `file` URL. Credentials in it are split off when it is read: its text never shows them, nor secrets in
/// its query, so that no message, log or file can.
/// </summary>
public sealed class SafeUrl : IEquatable<SafeUrl>
{
    private readonly string text;

    private SafeUrl(Uri uri, string fragment, Credential? credential)
    {
        Uri = uri;
        Fragment = fragment;
        Credential = credential;
        text = Describe(uri);
    }

    /// <summary>What is asked for: without credentials and without fragment.</summary>
    internal Uri Uri { get; }

    /// <summary>The part after `#`, still escaped, or empty.</summary>
    public string Fragment { get; }

    /// <summary>The user name and password that were written in it.</summary>
    public Credential? Credential { get; }

    /// <summary>Scheme, host and port.</summary>
    public Origin Origin => new(Uri.Scheme, Uri.IdnHost, Uri.Port);

    /// <summary>Whether its port is the one that its scheme has where none is written.</summary>
    internal bool HasUsualPort => Uri.IsDefaultPort;

    /// <summary>The host.</summary>
    public string Host => Uri.IdnHost;

    /// <summary>The escaped path.</summary>
    public string Path => Uri.AbsolutePath;

    /// <summary>Whether it names something on this machine's disk.</summary>
    public bool IsFile => Uri.IsFile;

    /// <summary>Whether it is fetched over a verified connection.</summary>
    public bool IsHttps => Uri.Scheme is "https";

    /// <summary>The path on disk, for a `file` URL.</summary>
    public string LocalPath =>
        IsFile ? Uri.UnescapeDataString(Uri.AbsolutePath) : throw new InvalidOperationException("not a file URL");

    /// <summary>The last segment of the path, decoded once; a claim of the other side until it is parsed as a file name.</summary>
    public string FileName => Uri.UnescapeDataString(Uri.AbsolutePath[(Uri.AbsolutePath.LastIndexOf('/') + 1)..]);

    /// <summary>The whole URL without credentials and fragment, secrets in the query included: for cache keys and lock files.</summary>
    public string Canonical => Uri.AbsoluteUri;

    /// <summary>Parses an absolute URL.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out SafeUrl? url,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        url = null;
        error = null;
        // The framework would quietly drop or turn these, and so name another place than was written.
        if (text.AsSpan().ContainsAny('\\', '\n', '\r') || text.Any(c => char.IsControl(c) || c == ' '))
            error = Invalid(text, "it contains a space, a backslash or a control character");
        else if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || text.StartsWith('/'))
            error = Invalid(text, "it is not an absolute URL");
        else
            error = TryMake(uri, out url);
        return error is null && url is not null;
    }

    /// <summary>Parses a literal.</summary>
    /// <exception cref="FormatException">The text is not a URL that can be used.</exception>
    public static SafeUrl Parse(string text) =>
        TryParse(text, out var url, out var error) ? url : throw new FormatException(error.Message);

    /// <summary>The URL of a file or folder on disk.</summary>
    public static SafeUrl FromPath(string path) =>
        Parse("file://" + string.Join('/', System.IO.Path.GetFullPath(path).Split('/').Select(Uri.EscapeDataString)));

    /// <summary>
    /// Reads a reference that the other side wrote (a `Location`, a link) relative to this URL. Credentials in it are for that URL.
    /// </summary>
    public bool TryResolve(
        string reference,
        [NotNullWhen(true)] out SafeUrl? url,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        url = null;
        if (reference.Any(c => char.IsControl(c)) || reference.Contains('\\', StringComparison.Ordinal))
            error = Invalid(reference, "it contains a backslash or a control character");
        else if (!Uri.TryCreate(Uri, reference, out var uri))
            error = Invalid(reference, "it cannot be read");
        else
            error = TryMake(uri, out url);
        return error is null && url is not null;
    }

    /// <summary>This URL with another credential, or none.</summary>
    public SafeUrl With(Credential? credential) => new(Uri, Fragment, credential);

    /// <summary>This URL with a suffix at the end of its path.</summary>
    public SafeUrl WithSuffix(string suffix) =>
        new(new UriBuilder(Uri) { Path = Uri.AbsolutePath + suffix }.Uri, "", Credential);

    /// <summary>
    /// This URL of a file as it is asked for: stores of files read a `+` in a path as a space, and a version may have one (`2.7+cu128`).
    /// </summary>
    internal SafeUrl WithEscapedPlus() =>
        Uri.AbsolutePath.Contains('+', StringComparison.Ordinal)
            ? new SafeUrl(
                new UriBuilder(Uri) { Path = Uri.AbsolutePath.Replace("+", "%2B", StringComparison.Ordinal) }.Uri,
                Fragment,
                Credential
            )
            : this;

    /// <summary>This URL with segments added to its path, and a final slash.</summary>
    public SafeUrl Below(string segment)
    {
        var builder = new UriBuilder(Uri)
        {
            Path = Uri.AbsolutePath.TrimEnd('/') + '/' + Uri.EscapeDataString(segment) + '/',
        };
        return new SafeUrl(builder.Uri, "", Credential);
    }

    /// <inheritdoc/>
    public bool Equals(SafeUrl? other) =>
        other is not null
        && string.Equals(Canonical, other.Canonical, StringComparison.Ordinal)
        && string.Equals(Fragment, other.Fragment, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SafeUrl);

    /// <inheritdoc/>
    public override int GetHashCode() => Canonical.GetHashCode(StringComparison.Ordinal);

    /// <summary>The URL for people: no credentials, secrets in the query masked.</summary>
    public override string ToString() => text;

    private static Diagnostic? TryMake(Uri uri, out SafeUrl? url)
    {
        url = null;
        if (uri.Scheme is not ("http" or "https" or "file"))
            return Invalid(uri.OriginalString, $"the scheme `{uri.Scheme}` is not supported");
        if (uri.IsFile && uri.Host.Length > 0 && uri.Host is not "localhost")
            return Invalid(uri.OriginalString, "a file URL cannot name another host");
        if (!uri.IsFile && uri.Host.Length == 0)
            return Invalid(uri.OriginalString, "it has no host");
        var credential = uri.UserInfo.Length > 0 ? Credential.FromUserInfo(uri.UserInfo) : null;
        var fragment = uri.Fragment.TrimStart('#');
        var bare = uri.UserInfo.Length > 0 || uri.Fragment.Length > 0 ? Strip(uri) : uri;
        url = new SafeUrl(bare, fragment, credential);
        return null;
    }

    private static Uri Strip(Uri uri) =>
        new UriBuilder(uri)
        {
            UserName = "",
            Password = "",
            Fragment = "",
        }.Uri;

    private static Diagnostic Invalid(string text, string reason)
    {
        var shown = UrlRedaction.ApplyToUrl(text);
        shown = shown.Length > 200 ? shown[..200] + "…" : shown;
        shown = string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c));
        return new Diagnostic("invalid-url", $"`{shown}` is not a valid URL: {reason}");
    }

    private static string Describe(Uri uri)
    {
        if (uri.Query.Length == 0)
            return uri.AbsoluteUri;
        var pairs = uri.Query[1..]
            .Split('&')
            .Select(pair => IsSecret(pair) ? pair[..(pair.IndexOf('=', StringComparison.Ordinal) + 1)] + "****" : pair);
        return uri.GetLeftPart(UriPartial.Path) + '?' + string.Join('&', pairs);
    }

    private static bool IsSecret(string pair)
    {
        var name = pair.AsSpan(0, Math.Max(0, pair.IndexOf('=', StringComparison.Ordinal)));
        foreach (var word in (ReadOnlySpan<string>)["token", "sig", "key", "secret", "password", "auth", "credential"])
        {
            if (name.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
