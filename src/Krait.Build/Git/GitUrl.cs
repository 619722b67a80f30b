using System.Diagnostics.CodeAnalysis;
using System.Text;
using Krait.Archives;
using Krait.Packaging.Text;

namespace Krait.Build.Git;

/// <summary>
/// The URL of a repository, checked to be nothing else: a known transport, and no part that git or ssh could take for an option. User
/// name and password are held apart and appear in no text.
/// </summary>
public sealed class GitUrl : IEquatable<GitUrl>
{
    private GitUrl(string text) => Value = text;

    /// <summary>The URL without user name and password; over ssh with the user name, which is part of the address there.</summary>
    public string Value { get; }

    /// <summary>The transport: `https`, `http`, `ssh` or `file`.</summary>
    public required string Scheme { get; init; }

    /// <summary>The part with host and port, as credentials are looked up by; empty for `file`.</summary>
    public required string Origin { get; init; }

    /// <summary>The user name of an HTTP URL; null without one.</summary>
    internal string? User { get; init; }

    /// <summary>The password of an HTTP URL; null without one.</summary>
    internal string? Password { get; init; }

    /// <summary>The last part of its path, without `.git`.</summary>
    public string Name
    {
        get
        {
            var path = Value.TrimEnd('/');
            var name = path[(path.LastIndexOf('/') + 1)..];
            return name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name;
        }
    }

    /// <summary>Parses the URL of a repository (`https://host/path`), without `git+`, revision or fragment.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out GitUrl? url,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        url = null;
        var problem = Read(text, ref url);
        error = problem is null
            ? null
            : new Diagnostic("invalid-git-url", $"invalid repository URL `{Redact(text)}`: {problem}");
        return url is not null;
    }

    public bool Equals(GitUrl? other) =>
        other is not null && string.Equals(Value, other.Value, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as GitUrl);

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>The URL without credentials.</summary>
    public override string ToString() => Value;

    /// <summary>A text with whatever stands before an `@` of a URL's host replaced.</summary>
    internal static string Redact(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
            return SafeText.Escape(text);
        start += 3;
        var end = text.IndexOfAny(['/', '?', '#'], start);
        var at = text.LastIndexOf('@', (end < 0 ? text.Length : end) - 1);
        return SafeText.Escape(at < start ? text : $"{text[..start]}****{text[at..]}");
    }

    private static string? Read(string text, ref GitUrl? url)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (
                Rune.IsWhiteSpace(rune)
                || SafeText.IsInvisible(rune)
                || rune.Value is '\\' or '"' or '`' or '<' or '>' or '^' or '|'
            )
            {
                return "it contains white space or characters that have no place in a URL";
            }
        }

        var separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator < 0)
        {
            return text.Contains("::", StringComparison.Ordinal)
                ? "remote helpers are not supported"
                : "it has no scheme; write `ssh://git@host/path` for `git@host:path`";
        }

        var scheme = text[..separator].ToLowerInvariant();
        if (scheme is not ("https" or "http" or "ssh" or "file"))
            return $"`{scheme}` is not supported; use `https`, `ssh` or `file`";
        if (text.AsSpan(separator).ContainsAny('?', '#'))
            return "it has a query or a fragment";
        var rest = text[(separator + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return "it has no path";
        var (authority, path) = (rest[..slash], rest[slash..]);
        if (path.TrimStart('/').StartsWith('-') || path.Trim('/').Length == 0)
            return "its path is empty or starts with `-`";
        if (path.Split('/').Contains(".."))
            return "its path has a `..` part";
        return scheme is "file" ? ReadFile(authority, path, ref url) : ReadHost(scheme, authority, path, ref url);
    }

    private static string? ReadFile(string authority, string path, ref GitUrl? url)
    {
        if (authority is not ("" or "localhost"))
            return "a `file` URL has no host";
        url = new GitUrl($"file://{path}") { Scheme = "file", Origin = "" };
        return null;
    }

    private static string? ReadHost(string scheme, string authority, string path, ref GitUrl? url)
    {
        var at = authority.LastIndexOf('@');
        var (login, host) = at < 0 ? ("", authority) : (authority[..at], authority[(at + 1)..]);
        if (!IsHost(host))
            return "its host is not valid";
        var colon = login.IndexOf(':', StringComparison.Ordinal);
        var user = Uri.UnescapeDataString(colon < 0 ? login : login[..colon]);
        var password = colon < 0 ? null : Uri.UnescapeDataString(login[(colon + 1)..]);
        if (user.AsSpan().ContainsAny('\n', '\r', '\0') || (password?.AsSpan().ContainsAny('\n', '\r', '\0') ?? false))
            return "its user name or password contains a line end";
        if (scheme is not "ssh")
        {
            url = new GitUrl($"{scheme}://{host}{path}")
            {
                Scheme = scheme,
                Origin = $"{scheme}://{host}",
                User = at < 0 ? null : user,
                Password = password,
            };
            return null;
        }

        var isPlain =
            user.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+') && !user.StartsWith('-');
        if (!isPlain)
            return "its user name is not valid";
        url = new GitUrl($"ssh://{(user.Length > 0 ? user + "@" : "")}{host}{path}")
        {
            Scheme = scheme,
            Origin = $"{scheme}://{host}",
        };
        return null;
    }

    /// <summary>A name or address with an optional port.</summary>
    private static bool IsHost(string text)
    {
        var colon = text.LastIndexOf(':');
        var isAddress = text.StartsWith('[');
        var name = colon > text.LastIndexOf(']') ? text[..colon] : text;
        var port = name.Length == text.Length ? "" : text[(name.Length + 1)..];
        if (name.Length == 0 || name[0] is '-' or '.' || port.Length > 5 || !port.All(char.IsAsciiDigit))
            return false;
        return isAddress
            ? name.EndsWith(']') && name[1..^1].All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
            : name.All(c => char.IsLetterOrDigit(c) || c is '-' or '.' or '_');
    }
}
