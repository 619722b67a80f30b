using System.Diagnostics.CodeAnalysis;

namespace Krait.Packaging.Locations;

/// <summary>
/// Where something is, as people write it: a URL, or a path of the local system. This is the one place that tells the two apart, and that
/// knows the forms in which `file:` URLs are written.
/// </summary>
public sealed class Location : IEquatable<Location>
{
    /// <summary>Schemes that make a URL of a text without `//` behind their colon.</summary>
    private static readonly string[] BareSchemes = ["file", "http", "https"];

    private Location(string text, string scheme)
    {
        Text = text;
        Scheme = scheme;
    }

    /// <summary>The text as it was written.</summary>
    public string Text { get; }

    /// <summary>The scheme of a URL in lower case, without its colon; empty for a path.</summary>
    public string Scheme { get; }

    /// <summary>Whether it is a path, not a URL.</summary>
    public bool IsPath => Scheme.Length == 0;

    /// <summary>Whether it is a `file:` URL.</summary>
    public bool IsFileUrl => Scheme is "file";

    /// <summary>Whether it is fetched over the network.</summary>
    public bool IsRemote => Scheme is "http" or "https";

    /// <summary>The text without its fragment; a path has none, whatever it contains.</summary>
    public string WithoutFragment => FragmentStart() is >= 0 and var hash ? Text[..hash] : Text;

    /// <summary>The fragment of a URL without its `#`; empty where there is none.</summary>
    public string Fragment => FragmentStart() is >= 0 and var hash ? Text[(hash + 1)..] : "";

    /// <summary>The last part of the path, decoded once where it is that of a URL; empty where the path ends in a slash.</summary>
    public string FileName
    {
        get
        {
            if (IsPath)
                return Text[(Text.LastIndexOf(Text.Contains('/', StringComparison.Ordinal) ? '/' : '\\') + 1)..];
            var end = Text.AsSpan().IndexOfAny('?', '#');
            var path = end < 0 ? Text : Text[..end];
            var authority = path.IndexOf("://", StringComparison.Ordinal);
            if (authority >= 0 && path.IndexOf('/', authority + 3) < 0)
                return "";
            var start = Math.Max(path.LastIndexOf('/'), path.IndexOf(':', StringComparison.Ordinal)) + 1;
            return Uri.UnescapeDataString(path[start..]);
        }
    }

    /// <summary>Reads a text: whatever is not a URL is a path.</summary>
    public static Location Of(string text) => new(text, SchemeOf(text).ToString().ToLowerInvariant());

    /// <summary>Whether a text is a URL rather than a path.</summary>
    public static bool IsUrl(ReadOnlySpan<char> text) => !SchemeOf(text).IsEmpty;

    /// <summary>
    /// The scheme of a URL without its colon, in the case in which it is written; empty for a path. A drive letter is not a scheme, nor is
    /// a word before a colon without `//` behind it, unless it combines two (`git+ssh`).
    /// </summary>
    public static ReadOnlySpan<char> SchemeOf(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        if (colon < 2)
            return [];
        var scheme = text[..colon];
        foreach (var c in scheme)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
                return [];
        }

        if (scheme.ContainsAny('+', '-') || text[colon..].StartsWith("://", StringComparison.Ordinal))
            return scheme;
        foreach (var bare in BareSchemes)
        {
            if (scheme.Equals(bare, StringComparison.OrdinalIgnoreCase))
                return scheme;
        }

        return [];
    }

    /// <summary>
    /// The absolute path of something on this machine: a path, or a `file:` URL in any of its forms (`file:///a`, `file:/a`,
    /// `file://localhost/a`, `file:a`).
    /// </summary>
    /// <param name="folder">What a relative path starts from.</param>
    /// <param name="path">The path.</param>
    /// <returns>False where the location is not on this machine.</returns>
    public bool TryGetLocalPath(string folder, [NotNullWhen(true)] out string? path)
    {
        path =
            IsPath ? Text
            : IsFileUrl ? PathOfFileUrl()
            : null;
        if (path is null || path.Contains('\0', StringComparison.Ordinal))
            return false;
        path = Path.GetFullPath(path, folder);
        return true;
    }

    /// <summary>
    /// The same location where relative paths start from a folder: an absolute path, or the URL as it is. A `file:` URL without a slash
    /// holds a relative path, too.
    /// </summary>
    public Location From(string folder) =>
        (IsPath || IsFileUrl && !Text.AsSpan("file:".Length).StartsWith('/')) && TryGetLocalPath(folder, out var path)
            ? new Location(path, "")
            : this;

    /// <inheritdoc/>
    public bool Equals(Location? other) =>
        other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Location);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private int FragmentStart() => IsPath ? -1 : Text.IndexOf('#', StringComparison.Ordinal);

    /// <summary>The decoded path; null where the URL names another host.</summary>
    private string? PathOfFileUrl()
    {
        var rest = Text.AsSpan("file:".Length);
        var end = rest.IndexOfAny('?', '#');
        rest = end < 0 ? rest : rest[..end];
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            rest = rest[2..];
            var slash = rest.IndexOf('/');
            var host = slash < 0 ? rest : rest[..slash];
            if (!host.IsEmpty && !host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
                return null;
            rest = slash < 0 ? "/" : rest[slash..];
            // Four slashes come from a variable that holds an absolute path: `file:///${PROJECT_ROOT}/a`.
            while (rest.StartsWith("//", StringComparison.Ordinal))
                rest = rest[1..];
        }

        return rest.IsEmpty ? null : Uri.UnescapeDataString(rest.ToString());
    }
}
