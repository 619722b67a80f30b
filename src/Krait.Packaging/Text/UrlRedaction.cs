using System.Buffers;
using System.Text;

namespace Krait.Packaging.Text;

/// <summary>
/// Masks user names and passwords in the URLs of a text, however these are spelled: every <see cref="Diagnostic"/> is passed through it, so
/// that no message has to think of it. To be applied before a text is cut, since a URL without its end cannot be recognized.
/// </summary>
public static class UrlRedaction
{
    private const string Mask = "****";

    /// <summary>What ends a URL in a sentence.</summary>
    private static readonly SearchValues<char> Ends = SearchValues.Create(" \t\r\n`\"'<>");

    private static readonly SearchValues<char> AuthorityEnds = SearchValues.Create("/?#\\");

    /// <summary>Schemes that are recognized without the slashes behind them.</summary>
    private static readonly string[] Schemes = ["http:", "https:", "socks:", "socks4:", "socks5:", "socks5h:", "ftp:"];

    /// <summary>The text with the credentials of its URLs masked; the same text where it has none.</summary>
    public static string Apply(string text)
    {
        if (!text.Contains('@', StringComparison.Ordinal))
            return text;
        StringBuilder? masked = null;
        var copied = 0;
        for (var start = NextUrl(text, 0, out var scheme); start >= 0; )
        {
            var length = text.AsSpan(start).IndexOfAny(Ends);
            var end = length < 0 ? text.Length : start + length;
            var secret = SecretLength(text.AsSpan(start, end - start), scheme);
            if (secret > 0)
            {
                masked = (masked ?? new StringBuilder(text.Length)).Append(text, copied, start - copied).Append(Mask);
                copied = start + secret;
            }

            start = NextUrl(text, Math.Max(end, start), out scheme);
        }

        return masked is null ? text : masked.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>A text that is one URL, right or wrong: all up to its last `@` may be a password with characters that should be escaped.</summary>
    public static string ApplyToUrl(string text)
    {
        var at = text.LastIndexOf('@');
        if (at < 0)
            return text;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var hasScheme =
            colon >= 0 && colon < at && (text[colon + 1] is '/' or '\\' || IsScheme(text.AsSpan(0, colon + 1)));
        var start = hasScheme ? colon + 1 : 0;
        while (start < at && text[start] is '/' or '\\')
            start++;
        return string.Concat(text.AsSpan(0, start), Mask, text.AsSpan(at));
    }

    /// <summary>Where the next URL's authority starts; -1 when there is none.</summary>
    private static int NextUrl(string text, int from, out ReadOnlySpan<char> scheme)
    {
        scheme = default;
        for (var colon = text.IndexOf(':', from); colon >= 0; colon = text.IndexOf(':', colon + 1))
        {
            var start = colon;
            while (start > from && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] is '+' or '-' or '.'))
                start--;
            scheme = text.AsSpan(start, colon + 1 - start);
            if (scheme.Length == 1)
                continue;
            var authority = colon + 1;
            while (authority < text.Length && text[authority] is '/' or '\\')
                authority++;
            if (authority >= colon + 3 || IsScheme(scheme))
                return authority;
        }

        return -1;
    }

    private static bool IsScheme(ReadOnlySpan<char> text)
    {
        foreach (var scheme in Schemes)
        {
            if (text.Equals(scheme, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>How much of a URL, from its authority on, may be a user name and a password.</summary>
    private static int SecretLength(ReadOnlySpan<char> url, ReadOnlySpan<char> scheme)
    {
        var last = url.LastIndexOf('@');
        if (last < 0)
            return 0;
        var authorityEnd = url.IndexOfAny(AuthorityEnds);
        var authority = authorityEnd < 0 ? url : url[..authorityEnd];
        var at = authority.LastIndexOf('@');
        if (at < 0)
            return IsHost(authority) ? 0 : last;
        // `git+https://user:password@host/repository@v1`: what follows the last `@` is a branch, not a host.
        return scheme.Contains('+') || scheme.StartsWith("ssh", StringComparison.OrdinalIgnoreCase) ? at : last;
    }

    /// <summary>`host` or `host:port`: anything else before the first slash is the start of a user name and a password.</summary>
    private static bool IsHost(ReadOnlySpan<char> authority)
    {
        if (authority.StartsWith('[') && authority.IndexOf(']') is > 0 and var bracket)
            authority = authority[bracket..];
        var colon = authority.IndexOf(':');
        return colon < 0 || !authority[(colon + 1)..].ContainsAnyExceptInRange('0', '9');
    }
}
