using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Krait.Packaging.Text;

namespace Krait.Platform.Files;

/// <summary>
/// The one way from a path that somebody else wrote (an archive, an index, a lock file) to a path on this disk: splits it at `/`,
/// checks each segment and joins it to a root that it cannot leave.
/// </summary>
public static class ContainedPath
{
    private const int LongestSegment = 255;
    private const int LongestPath = 4095;

    /// <summary>Joins a relative path to a root.</summary>
    public static bool TryJoin(
        string root,
        string relative,
        [NotNullWhen(true)] out string? path,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        path = null;
        error = Check(relative);
        if (error is not null)
            return false;
        path = Path.TrimEndingDirectorySeparator(root) + '/' + relative;
        if (Encoding.UTF8.GetByteCount(path) <= LongestPath)
            return true;
        error = Unsafe(relative, $"it is longer than {LongestPath} bytes below its root");
        path = null;
        return false;
    }

    /// <summary>Joins a relative path to a root.</summary>
    /// <exception cref="KraitException">The path is not a plain path below the root.</exception>
    public static string Join(string root, string relative) =>
        TryJoin(root, relative, out var path, out var error) ? path : throw new KraitException(error);

    /// <summary>Whether one normalized absolute path is, or lies below, another; compared by whole segments.</summary>
    public static bool Contains(string root, string path)
    {
        var trimmed = Path.TrimEndingDirectorySeparator(root.AsSpan());
        return path.AsSpan().StartsWith(trimmed, StringComparison.Ordinal)
            && (path.Length == trimmed.Length || trimmed is "/" || path[trimmed.Length] == '/');
    }

    /// <summary>Says what is wrong with one segment of a path, or null.</summary>
    public static string? WhyUnsafe(ReadOnlySpan<char> segment)
    {
        if (segment.IsEmpty)
            return "it has an empty part";
        if (segment is "." or "..")
            return $"it has the part `{segment}`";
        if (segment.Contains('\\'))
            return "it contains a backslash";
        if (segment.Length >= 2 && segment[1] == ':' && char.IsAsciiLetter(segment[0]))
            return "it names a drive";
        foreach (var c in segment)
        {
            if (char.IsControl(c))
                return "it contains a control character";
            if (c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f')
                return "it contains a character that changes the direction of text";
        }

        return Encoding.UTF8.GetByteCount(segment) > LongestSegment
            ? $"a part is longer than {LongestSegment} bytes"
            : null;
    }

    private static Diagnostic? Check(string relative)
    {
        foreach (var range in relative.AsSpan().Split('/'))
        {
            if (WhyUnsafe(relative.AsSpan(range)) is { } reason)
                return Unsafe(relative, relative.StartsWith('/') ? "it is absolute" : reason);
        }

        return null;
    }

    private static Diagnostic Unsafe(string path, string reason) =>
        new("unsafe-path", $"the path `{Printable(path)}` is refused: {reason}");

    private static string Printable(string path)
    {
        var printable = new StringBuilder();
        foreach (var c in path.Length > 256 ? path.AsSpan(0, 256) : path)
        {
            if (char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format)
                printable.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                printable.Append(c);
        }

        return path.Length > 256 ? printable.Append('…').ToString() : printable.ToString();
    }
}
