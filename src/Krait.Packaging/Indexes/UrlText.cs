using System.Text;

namespace Krait.Packaging.Indexes;

/// <summary>URLs as text: resolution of a reference against a page's URL (RFC 3986, section 5), without changing the parts it keeps.</summary>
public static class UrlText
{
    /// <summary>Whether the text starts with a scheme, and so needs no base.</summary>
    public static bool IsAbsolute(ReadOnlySpan<char> url) => SchemeLength(url) > 0;

    /// <summary>Whether the text starts with a scheme, and so needs no base.</summary>
    public static bool IsAbsolute(ReadOnlySpan<byte> url)
    {
        if (url.IsEmpty || !char.IsAsciiLetter((char)url[0]))
            return false;
        var end = url.IndexOfAnyExcept(SchemeBytes);
        return end > 0 && url[end] == ':';
    }

    /// <summary>Resolves a reference against the URL it was found at.</summary>
    public static string Resolve(string baseUrl, string reference)
    {
        if (IsAbsolute(reference))
            return reference;
        var scheme = SchemeLength(baseUrl);
        var authorityStart = scheme;
        var pathStart = scheme;
        if (baseUrl.AsSpan(scheme).StartsWith("//", StringComparison.Ordinal))
        {
            pathStart = baseUrl.AsSpan(scheme + 2).IndexOfAny('/', '?', '#');
            pathStart = pathStart < 0 ? baseUrl.Length : scheme + 2 + pathStart;
        }

        if (reference.StartsWith("//", StringComparison.Ordinal))
            return string.Concat(baseUrl.AsSpan(0, authorityStart), reference);
        var pathEnd = EndOfPath(baseUrl, pathStart);
        if (reference.Length == 0 || reference[0] == '#')
            return string.Concat(baseUrl.AsSpan(0, EndOfQuery(baseUrl, pathEnd)), reference);
        if (reference[0] == '?')
            return string.Concat(baseUrl.AsSpan(0, pathEnd), reference);
        var referencePath = reference.AsSpan(0, EndOfPath(reference, 0));
        var rest = reference.AsSpan(referencePath.Length);
        var root = baseUrl.AsSpan(0, pathStart);
        if (reference[0] == '/')
            return string.Concat(root, RemoveDotSegments(referencePath), rest);
        var folder = baseUrl.AsSpan(pathStart, pathEnd - pathStart);
        folder = folder[..(folder.LastIndexOf('/') + 1)];
        var merged = string.Concat(folder.IsEmpty ? "/" : folder, referencePath);
        return string.Concat(root, RemoveDotSegments(merged), rest);
    }

    private static readonly System.Buffers.SearchValues<byte> SchemeBytes = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-."u8
    );

    /// <summary>The length of the scheme with its colon, or 0.</summary>
    private static int SchemeLength(ReadOnlySpan<char> url)
    {
        if (url.IsEmpty || !char.IsAsciiLetter(url[0]))
            return 0;
        var i = 1;
        while (i < url.Length && (char.IsAsciiLetterOrDigit(url[i]) || url[i] is '+' or '-' or '.'))
            i++;
        return i < url.Length && url[i] == ':' ? i + 1 : 0;
    }

    private static int EndOfPath(ReadOnlySpan<char> url, int start)
    {
        var end = url[start..].IndexOfAny('?', '#');
        return end < 0 ? url.Length : start + end;
    }

    private static int EndOfQuery(ReadOnlySpan<char> url, int start)
    {
        var end = url[start..].IndexOf('#');
        return end < 0 ? url.Length : start + end;
    }

    private static ReadOnlySpan<char> RemoveDotSegments(ReadOnlySpan<char> path)
    {
        if (!path.Contains("/.", StringComparison.Ordinal))
            return path;
        var output = new StringBuilder(path.Length);
        // Where each kept segment starts, so that `..` can take the last one back.
        var starts = new Stack<int>();
        while (!path.IsEmpty)
        {
            var next = path[1..].IndexOf('/');
            var segment = next < 0 ? path : path[..(next + 1)];
            path = path[segment.Length..];
            if (segment is "/." or "/..")
            {
                if (segment is "/.." && starts.TryPop(out var start))
                    output.Length = start;
                if (path.IsEmpty)
                    output.Append('/');
                continue;
            }

            starts.Push(output.Length);
            output.Append(segment);
        }

        return output.ToString();
    }
}
