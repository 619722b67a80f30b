using System.Globalization;
using System.Text;

namespace Krait.Archives;

/// <summary>
/// Tells whether two names may be one where Unicode forms are not kept apart. The framework has no normalization tables here; instead a
/// letter with its marks, composed or not, counts as one unknown letter.
/// </summary>
internal static class NameForms
{
    /// <summary>Whether a name has combining marks.</summary>
    /// <param name="name">The name.</param>
    /// <param name="key">The name with each composed or decomposed letter replaced by one mark.</param>
    public static bool HasMarks(string name, out string key)
    {
        var text = new StringBuilder(name.Length);
        var hasMarks = false;
        foreach (var rune in name.EnumerateRunes())
        {
            if (IsMark(rune))
            {
                hasMarks = true;
                if (text.Length > 0 && text[^1] != '/')
                    text[^1] = '\uFFFF';
            }
            else
            {
                text.Append(MayCompose(rune) ? "\uFFFF" : Rune.ToLowerInvariant(rune).ToString());
            }
        }

        key = text.ToString();
        return hasMarks;
    }

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark;

    /// <summary>Whether a character may be the composed form of a letter and marks: letters outside ASCII but ideographs.</summary>
    private static bool MayCompose(Rune rune) =>
        rune.Value is (>= 0xC0 and < 0x2000) or (>= 0x3040 and < 0x3100) or (>= 0xAC00 and < 0xD7B0)
        && Rune.IsLetter(rune);
}
