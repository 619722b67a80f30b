using System.Buffers;

namespace Krait.Packaging.Metadata;

/// <summary>The content types of a description: plain text, reStructuredText or Markdown, with their parameters (RFC 2045).</summary>
internal ref struct ContentType
{
    private static readonly SearchValues<char> Separators = SearchValues.Create("()<>@,;:\\\"/[]?= \t\r\n");
    private ReadOnlySpan<char> rest;

    /// <summary>What is wrong with the text, or null.</summary>
    public static string? Check(string text)
    {
        if (text.AsSpan().ContainsAny('\r', '\n'))
            return "it has more than one line";
        var reader = new ContentType { rest = text };
        return reader.Read(text);
    }

    private string? Read(string text)
    {
        if (!TryToken(out var type) || !TrySkip('/') || !TryToken(out var subtype))
            return "it is not a content type";
        var full = $"{type}/{subtype}".ToLowerInvariant();
        var isKnown = full is "text/plain" or "text/x-rst" or "text/markdown";
        if (!isKnown || !text.Contains(full, StringComparison.OrdinalIgnoreCase))
            return "it is none of `text/plain`, `text/x-rst` and `text/markdown`";
        while (!rest.IsEmpty)
        {
            if (!TrySkip(';'))
                return "only parameters can follow the type";
            SkipSpace();
            if (rest.IsEmpty)
                return null;
            if (CheckParameter(full) is { } problem)
                return problem;
        }

        return null;
    }

    private string? CheckParameter(string type)
    {
        if (!TryToken(out var name) || !TrySkip('=') || !TryValue(out var value))
            return "a parameter has no name or no value";
        if (
            name.Equals("charset", StringComparison.OrdinalIgnoreCase)
            && !value.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
        )
        {
            return "its charset is not UTF-8";
        }

        var isVariant = name.Equals("variant", StringComparison.OrdinalIgnoreCase);
        return isVariant && type is "text/markdown" && value is not ("GFM" or "CommonMark")
            ? "its variant is neither `GFM` nor `CommonMark`"
            : null;
    }

    private bool TryToken(out ReadOnlySpan<char> token)
    {
        SkipSpace();
        var end = rest.IndexOfAny(Separators);
        token = end < 0 ? rest : rest[..end];
        rest = rest[token.Length..];
        SkipSpace();
        foreach (var c in token)
        {
            if (c is <= ' ' or '\x7f')
                return false;
        }

        return !token.IsEmpty;
    }

    private bool TryValue(out ReadOnlySpan<char> value)
    {
        SkipSpace();
        if (rest.IsEmpty || rest[0] != '"')
            return TryToken(out value);
        var end = rest[1..].IndexOf('"');
        value = end < 0 ? [] : rest.Slice(1, end);
        rest = end < 0 ? [] : rest[(end + 2)..];
        SkipSpace();
        return end >= 0;
    }

    private bool TrySkip(char c)
    {
        if (rest.IsEmpty || rest[0] != c)
            return false;
        rest = rest[1..];
        return true;
    }

    private void SkipSpace() => rest = rest.TrimStart(" \t\r\n");
}
