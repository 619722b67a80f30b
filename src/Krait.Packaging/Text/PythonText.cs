using System.Globalization;
using System.Text;

namespace Krait.Packaging.Text;

/// <summary>What the packaging specifications mean by white space, and how a quoted input is shown in a message.</summary>
internal static class PythonText
{
    /// <summary>Longer inputs are cut in messages: a message is read by people.</summary>
    private const int MaximumShown = 120;

    /// <summary>White space as Python's `str.isspace` has it: Unicode's, and the four separators U+001C to U+001F.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';

    /// <summary>The text without surrounding white space.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && IsSpace(text[start]))
            start++;
        while (end > start && IsSpace(text[end - 1]))
            end--;
        return text[start..end];
    }

    /// <summary>The position of the first character at or after <paramref name="position"/> that is not white space.</summary>
    public static int SkipSpace(ReadOnlySpan<char> text, int position)
    {
        while (position < text.Length && IsSpace(text[position]))
            position++;
        return position;
    }

    /// <summary>The text with control characters escaped and its end cut, so that no message carries terminal commands.</summary>
    public static string Printable(ReadOnlySpan<char> text)
    {
        // A URL that is cut before its `@` would show a password.
        if (text.Contains('@'))
            text = UrlRedaction.Apply(text.ToString());
        var shown = text.Length > MaximumShown ? text[..MaximumShown] : text;
        var printable = new StringBuilder(shown.Length);
        foreach (var c in shown)
        {
            if (char.IsControl(c) || char.IsSurrogate(c))
                printable.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                printable.Append(c);
        }

        return shown.Length < text.Length ? printable.Append('…').ToString() : printable.ToString();
    }
}
