using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Krait.Packaging.Metadata;

/// <summary>Identifiers of the Python language.</summary>
public static class PythonIdentifier
{
    private static readonly FrozenSet<string> Keywords = new[]
    {
        "False",
        "None",
        "True",
        "and",
        "as",
        "assert",
        "async",
        "await",
        "break",
        "class",
        "continue",
        "def",
        "del",
        "elif",
        "else",
        "except",
        "finally",
        "for",
        "from",
        "global",
        "if",
        "import",
        "in",
        "is",
        "lambda",
        "nonlocal",
        "not",
        "or",
        "pass",
        "raise",
        "return",
        "try",
        "while",
        "with",
        "yield",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsKeyword(string text) => Keywords.Contains(text);

    /// <summary>Whether the text is an identifier: letters, digits and underscores of Unicode, not starting with a digit.</summary>
    public static bool IsIdentifier(ReadOnlySpan<char> text)
    {
        var isFirst = true;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsPart(rune, isFirst))
                return false;
            isFirst = false;
        }

        return !isFirst;
    }

    /// <summary>Whether the text is identifiers with dots between them, each of which compatibility normalization leaves as it is.</summary>
    /// <remarks>Without the tables of a globalization library, only letters of the large alphabets are known to stay as they are.</remarks>
    public static bool IsDottedPath(string text)
    {
        foreach (var part in text.Split('.'))
        {
            if (!IsIdentifier(part) || IsKeyword(part))
                return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAscii(c) && !IsStable(c))
                return false;
        }

        return true;
    }

    private static bool IsStable(char c) =>
        c switch
        {
            '×' or '÷' or 'ĳ' or 'Ĳ' or 'Ŀ' or 'ŀ' or 'ŉ' or 'ſ' => false,
            >= 'À' and <= 'ž' => true,
            >= 'Α' and <= 'ώ' => true,
            >= 'Ѐ' and <= 'ӿ' => true,
            >= 'ぁ' and <= 'ゖ' => true,
            >= 'ァ' and <= 'ヺ' => true,
            >= '一' and <= '鿿' => true,
            >= '가' and <= '힣' => true,
            _ => false,
        };

    private static bool IsPart(Rune rune, bool isFirst)
    {
        if (rune.IsAscii)
        {
            return rune.Value == '_'
                || char.IsAsciiLetter((char)rune.Value)
                || (!isFirst && char.IsAsciiDigit((char)rune.Value));
        }

        if (Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LetterNumber)
            return true;
        return !isFirst
            && Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.NonSpacingMark
                    or UnicodeCategory.SpacingCombiningMark
                    or UnicodeCategory.DecimalDigitNumber
                    or UnicodeCategory.ConnectorPunctuation;
    }
}
