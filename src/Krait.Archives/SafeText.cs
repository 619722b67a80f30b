using System.Globalization;
using System.Text;

namespace Krait.Archives;

/// <summary>Text from an archive, made harmless for a terminal.</summary>
public static class SafeText
{
    private const int Longest = 200;

    /// <summary>The text with everything invisible or controlling spelled as an escape, and cut when long.</summary>
    public static string Escape(string text)
    {
        var safe = new StringBuilder(Math.Min(text.Length, Longest) + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            if (safe.Length >= Longest)
                return safe.Append('…').ToString();
            if (rune.Value is '\\')
                safe.Append("\\\\");
            else if (rune.IsAscii ? rune.Value is < 0x20 or 0x7F : IsInvisible(rune))
                safe.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            else
                safe.Append(rune.ToString());
        }

        return safe.ToString();
    }

    /// <summary>Whether a character cannot be seen, or changes how others are seen.</summary>
    public static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
