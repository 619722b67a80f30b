using System.Globalization;
using System.Text;

namespace Krait.Cli.Rendering;

/// <summary>
/// Text as a terminal may show it. Names, headers and pages come from strangers: whatever could move the cursor, change colours or
/// the title, reverse the direction of writing, or be there without being seen is written as an escape (`\x1b`, `\u202e`).
/// </summary>
internal static class VisibleText
{
    /// <summary>Begins a style mark; the text of others cannot hold one, as the key that follows is drawn by each process.</summary>
    private const char MarkSign = '\uFDD0';
    private const int FirstStyle = 0x20;
    private static readonly string Key = Guid.NewGuid().ToString("n")[..16];
    private static readonly int MarkLength = 1 + Key.Length + 1;

    /// <summary>A place in a text where a style begins (0: where it ends); <see cref="Of"/> turns it into the terminal's sequence.</summary>
    public static string Mark(int style) => $"{MarkSign}{Key}{(char)(FirstStyle + style)}";

    /// <summary>The text with every invisible character escaped; line feeds and tabs stay.</summary>
    public static string Of(string text) => Escape(text, keepsMarks: false, isOneLine: false);

    /// <summary>The text as one line with every invisible character escaped, before its styles are turned into sequences.</summary>
    public static string Escaped(string text) => Escape(text, keepsMarks: true, isOneLine: true);

    private static string Escape(string text, bool keepsMarks, bool isOneLine)
    {
        var first = isOneLine ? 0 : FirstSpecial(text);
        if (first < 0)
            return text;
        var shown = new StringBuilder(text.Length + 16).Append(text, 0, first);
        for (var i = first; i < text.Length; )
        {
            if (StyleAt(text, i) is { } style)
            {
                if (keepsMarks)
                    shown.Append(text, i, MarkLength);
                else
                    shown.Append(CultureInfo.InvariantCulture, $"\u001b[{style}m");
                i += MarkLength;
                continue;
            }

            _ = Rune.TryGetRuneAt(text, i, out var rune);
            var length = rune == default && text[i] != '\0' ? 1 : rune.Utf16SequenceLength;
            if (isOneLine && text[i] is ('\n' or '\t'))
                shown.Append(' ');
            else if (IsShown(text, i, rune))
                shown.Append(text, i, length);
            else
                AppendEscape(shown, rune == default ? text[i] : rune.Value);
            i += length;
        }

        return shown.ToString();
    }

    /// <summary>The text without control characters, for results that programs read: all else stays, so that paths are exact.</summary>
    public static string WithoutControls(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return text;
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isEndOfLine = text[i] is '\r' && i + 1 < text.Length && text[i + 1] is '\n';
            if (char.IsControl(text[i]) && text[i] is not ('\n' or '\t') && !isEndOfLine)
                AppendEscape(kept, text[i]);
            else
                kept.Append(text[i]);
        }

        return kept.ToString();
    }

    /// <summary>The columns that a shown text takes: none for marks of style and combining signs, two for wide characters.</summary>
    public static int Columns(string text)
    {
        var columns = 0;
        for (var i = 0; i < text.Length; )
        {
            if (StyleAt(text, i) is not null)
            {
                i += MarkLength;
                continue;
            }

            columns += ColumnsAt(text, ref i);
        }

        return columns;
    }

    /// <summary>The beginning of a line that fits into some columns; what is cut off is replaced by `…`.</summary>
    public static string Fit(string line, int columns)
    {
        if (Columns(line) <= columns)
            return line;
        var kept = new StringBuilder();
        var used = 0;
        var isStyled = false;
        for (var i = 0; i < line.Length; )
        {
            if (StyleAt(line, i) is { } style)
            {
                kept.Append(line, i, MarkLength);
                isStyled = style != 0;
                i += MarkLength;
                continue;
            }

            var start = i;
            used += ColumnsAt(line, ref i);
            if (used > columns - 1)
                break;
            kept.Append(line, start, i - start);
        }

        if (columns > 0)
            kept.Append('…');
        return isStyled ? kept.Append(Mark(0)).ToString() : kept.ToString();
    }

    private static int ColumnsAt(string text, ref int index)
    {
        if (!Rune.TryGetRuneAt(text, index, out var rune))
        {
            index++;
            return 1;
        }

        index += rune.Utf16SequenceLength;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
            _ => IsWide(rune.Value) ? 2 : 1,
        };
    }

    /// <summary>The wide blocks of UAX #11, coarsely: Hangul, CJK, full-width forms, emoji.</summary>
    private static bool IsWide(int value) =>
        value
            is (>= 0x1100 and <= 0x115F)
                or (>= 0x2E80 and <= 0xA4CF)
                or (>= 0xAC00 and <= 0xD7A3)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0xFE30 and <= 0xFE6F)
                or (>= 0xFF00 and <= 0xFF60)
                or (>= 0xFFE0 and <= 0xFFE6)
                or (>= 0x1F300 and <= 0x1FAFF)
                or (>= 0x20000 and <= 0x3FFFD);

    private static int? StyleAt(string text, int index) =>
        text[index] is MarkSign
        && index + MarkLength <= text.Length
        && text.AsSpan(index + 1, Key.Length).SequenceEqual(Key)
            ? text[index + MarkLength - 1] - FirstStyle
            : null;

    private static int FirstSpecial(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not (>= ' ' and <= '~' or '\n' or '\t'))
                return i;
        }

        return -1;
    }

    private static bool IsShown(string text, int index, Rune rune) =>
        text[index] is '\n' or '\t'
        || (
            text[index] is not MarkSign
            && rune != default
            && Rune.GetUnicodeCategory(rune)
                is not (
                    UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.Surrogate
                )
        );

    private static void AppendEscape(StringBuilder text, int value) =>
        _ = value switch
        {
            '\r' => text.Append("\\r"),
            < 0x100 => text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
            < 0x10000 => text.Append(CultureInfo.InvariantCulture, $"\\u{value:x4}"),
            _ => text.Append(CultureInfo.InvariantCulture, $"\\U{value:x8}"),
        };
}
