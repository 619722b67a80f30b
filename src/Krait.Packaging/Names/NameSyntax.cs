using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Krait.Packaging.Text;

namespace Krait.Packaging.Names;

/// <summary>The grammar and normalization that projects, extras and dependency groups share (name-normalization specification).</summary>
internal static class NameSyntax
{
    /// <summary>Longer names are refused: no file system could hold their files.</summary>
    private const int MaximumLength = 512;

    /// <summary>Checks a name and folds it to its normalized form.</summary>
    /// <param name="text">The name as written.</param>
    /// <param name="kind">What the name is of, for the message (`package`).</param>
    public static bool TryNormalize(
        ReadOnlySpan<char> text,
        string kind,
        [NotNullWhen(true)] out string? normalized,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        normalized = null;
        error = Check(text, kind);
        if (error is not null)
            return false;
        normalized = Fold(text);
        return true;
    }

    /// <summary>Lower case, with runs of separators folded to one `-`; checks nothing.</summary>
    public static string Fold(ReadOnlySpan<char> text)
    {
        Span<char> folded = text.Length <= 128 ? stackalloc char[text.Length] : new char[text.Length];
        var length = 0;
        foreach (var c in text)
        {
            if (c is not ('-' or '_' or '.'))
                folded[length++] = char.ToLowerInvariant(c);
            else if (length == 0 || folded[length - 1] != '-')
                folded[length++] = '-';
        }

        return folded[..length].ToString();
    }

    private static Diagnostic? Check(ReadOnlySpan<char> text, string kind)
    {
        var whose = kind is "extra" ? "an extra" : $"a {kind}";
        if (text.IsEmpty)
            return Invalid(text, 0, 0, $"the name of {whose} is missing");
        if (text.Length > MaximumLength)
            return Invalid(text[..64], 0, 64, $"the name of {whose} is longer than {MaximumLength} characters");
        for (var i = 0; i < text.Length; i++)
        {
            var isInner = i > 0 && i < text.Length - 1;
            if (char.IsAsciiLetterOrDigit(text[i]) || (isInner && text[i] is '-' or '_' or '.'))
                continue;
            var where =
                i == 0 ? "start with"
                : isInner ? "contain"
                : "end with";
            return Invalid(
                text,
                i,
                1,
                $"`{Printable(text)}` is not a {kind} name: it cannot {where} `{Printable(text.Slice(i, 1))}`"
            );
        }

        return null;
    }

    private static Diagnostic Invalid(ReadOnlySpan<char> text, int start, int length, string message) =>
        new("invalid-name", message) { Span = new SourceSpan(text.ToString(), start, length) };

    /// <summary>The text with control characters escaped, so that no message carries terminal commands.</summary>
    private static string Printable(ReadOnlySpan<char> text)
    {
        var printable = new System.Text.StringBuilder();
        foreach (var c in text)
        {
            if (char.IsControl(c))
                printable.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                printable.Append(c);
        }

        return printable.ToString();
    }
}
