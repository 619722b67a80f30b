using System.Text;

namespace Krait.Packaging.Versions;

/// <summary>
/// Repairs version specifiers that older tools let through and that are published for good. Each step mends one kind of mistake;
/// they are tried in order until the text can be read.
/// </summary>
internal static class SpecifierRepair
{
    private static (Func<string, string> Mend, string Name)[] Steps =>
        [
            (InsertCommas, "a missing comma was inserted"),
            (ReplaceTildes, "`!=~` was read as `!=` with `.*`"),
            (DropStars, "`.*` was dropped where the operator does not allow it"),
            (InsertDots, "a missing dot was inserted before `*`"),
            (DropTrailingCommas, "a trailing comma was dropped"),
            (ReplaceDev, "`>dev` was read as `>0.0.0.dev0`"),
            (DropTrailingZeros, "`.0` was dropped after a numbered suffix"),
            (DropQuotes, "quotes were dropped"),
            (CorrectOperators, "a misspelled operator was corrected"),
        ];

    /// <summary>The repairs of a text one after another: each result with the names of the repairs so far.</summary>
    public static IEnumerable<(string Text, string Repairs)> Repair(string text)
    {
        var repairs = new List<string>();
        foreach (var (mend, name) in Steps)
        {
            var mended = mend(text);
            if (string.Equals(mended, text, StringComparison.Ordinal))
                continue;
            text = mended;
            repairs.Add(name);
            yield return (text, string.Join(", ", repairs));
        }
    }

    /// <summary>`>=7.2.0&lt;8.0.0`: an operator directly after a version.</summary>
    private static string InsertCommas(string text)
    {
        var mended = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var previous = LastVisible(mended);
            if (IsOperator(text[i]) && (char.IsAsciiLetterOrDigit(previous) || previous == '*'))
                mended.Append(',');
            mended.Append(text[i]);
        }

        return mended.ToString();
    }

    /// <summary>`!=~5.0`.</summary>
    private static string ReplaceTildes(string text)
    {
        for (var i = text.IndexOf("!=~", StringComparison.Ordinal); i >= 0; )
        {
            var end = EndOfRelease(text, i + 3);
            text = $"{text[..i]}!={text[(i + 3)..end]}.*{text[end..]}";
            i = text.IndexOf("!=~", end, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>`>=1.9.*`.</summary>
    private static string DropStars(string text)
    {
        var mended = new StringBuilder(text.Length);
        var allowsStar = true;
        for (var i = 0; i < text.Length; i++)
        {
            if (IsOperator(text[i]))
                allowsStar = text[i] is not ('<' or '>' or '~') && (allowsStar || !(i > 0 && IsOperator(text[i - 1])));
            if (!allowsStar && text.AsSpan(i).StartsWith(".*", StringComparison.Ordinal))
                i++;
            else
                mended.Append(text[i]);
        }

        return mended.ToString();
    }

    /// <summary>`!=3.0*`.</summary>
    private static string InsertDots(string text)
    {
        var mended = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c == '*' && mended.Length > 0 && char.IsAsciiDigit(mended[^1]))
                mended.Append('.');
            mended.Append(c);
        }

        return mended.ToString();
    }

    /// <summary>`>=3.6,`, also inside of parentheses.</summary>
    private static string DropTrailingCommas(string text)
    {
        var end = text.AsSpan().TrimEnd(" \t)").Length;
        var kept = text.AsSpan(0, end).TrimEnd(" \t,");
        return kept.Length == end ? text : string.Concat(kept, text.AsSpan(end));
    }

    /// <summary>`>dev`.</summary>
    private static string ReplaceDev(string text) => text.Replace(">dev", ">0.0.0.dev0", StringComparison.Ordinal);

    /// <summary>`>=9.0.0a1.0`.</summary>
    private static string DropTrailingZeros(string text)
    {
        var mended = new StringBuilder(text.Length);
        var isAfterSuffix = false;
        for (var i = 0; i < text.Length; i++)
        {
            isAfterSuffix = char.IsAsciiLetter(text[i]) || (isAfterSuffix && char.IsAsciiDigit(text[i]));
            mended.Append(text[i]);
            if (
                isAfterSuffix
                && char.IsAsciiDigit(text[i])
                && text.AsSpan(i + 1).StartsWith(".0", StringComparison.Ordinal)
            )
            {
                i += 2;
            }
        }

        return mended.ToString();
    }

    /// <summary>`>= '2.7'`.</summary>
    private static string DropQuotes(string text) =>
        text.Replace("'", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal);

    /// <summary>`=>1.0`, `=1.0`.</summary>
    private static string CorrectOperators(string text)
    {
        var mended = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; )
        {
            var end = i;
            while (end < text.Length && IsOperator(text[end]))
                end++;
            if (end == i)
            {
                mended.Append(text[i++]);
                continue;
            }

            mended.Append(
                text[i..end] switch
                {
                    "=>" => ">=",
                    "=<" => "<=",
                    "=" => "==",
                    "=~" => "~=",
                    "=!" => "!=",
                    ">==" => ">=",
                    "<==" => "<=",
                    _ => text[i..end],
                }
            );
            i = end;
        }

        return mended.ToString();
    }

    private static int EndOfRelease(string text, int start)
    {
        var end = start;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
            end++;
        return end;
    }

    private static char LastVisible(StringBuilder text)
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (text[i] is not (' ' or '\t'))
                return text[i];
        }

        return '\0';
    }

    private static bool IsOperator(char c) => c is '<' or '>' or '=' or '~' or '!';
}
