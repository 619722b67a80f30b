using System.Text;

namespace Krait.Packaging.RequirementsFiles;

/// <summary>A line of a requirements file after continuation lines were joined and comments dropped.</summary>
/// <param name="Number">The 1-based number of its first physical line.</param>
/// <param name="Text">Its text without surrounding white space; never empty.</param>
internal readonly record struct LogicalLine(int Number, string Text)
{
    /// <summary>
    /// Whether the line ends in a backslash that continues nothing, because white space or a comment follows it: what was meant to belong
    /// to the line does not.
    /// </summary>
    public bool EndsInLooseBackslash => Text.EndsWith('\\');

    /// <summary>Reads the lines of a file as pip does.</summary>
    public static IEnumerable<LogicalLine> ReadAll(string text)
    {
        foreach (var (number, joined) in Join(text))
        {
            var line = WithoutComment(joined).Trim();
            if (line.Length > 0)
                yield return new LogicalLine(number, line);
        }
    }

    /// <summary>Joins each line that ends in a backslash with the next; a comment line ends what it continues.</summary>
    private static IEnumerable<(int Number, string Text)> Join(string text)
    {
        StringBuilder? pending = null;
        var (number, first) = (0, 0);
        foreach (var physical in PhysicalLines(text.TrimStart('\ufeff')))
        {
            number++;
            var isComment = physical.AsSpan().TrimStart() is ['#', ..];
            if (physical.EndsWith('\\') && !isComment)
            {
                if (pending is null)
                    (pending, first) = (new StringBuilder(), number);
                pending.Append(physical.AsSpan().Trim('\\'));
                continue;
            }

            // The blank makes a comment that ends a continued line recognizable as one.
            var line = isComment ? " " + physical : physical;
            yield return pending is null ? (number, line) : (first, pending.Append(line).ToString());
            pending = null;
        }

        if (pending is not null)
            yield return (first, pending.ToString());
    }

    /// <summary>Splits where Python's `str.splitlines` does.</summary>
    private static IEnumerable<string> PhysicalLines(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsLineBreak(text[i]))
                continue;
            yield return text[start..i];
            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
                i++;
            start = i + 1;
        }

        if (start < text.Length)
            yield return text[start..];
    }

    private static bool IsLineBreak(char c) =>
        c is '\n' or '\r' or '\v' or '\f' or '\u001c' or '\u001d' or '\u001e' or '\u0085' or '\u2028' or '\u2029';

    /// <summary>Cuts at the first `#` that starts the line or follows white space.</summary>
    private static string WithoutComment(string line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '#' && (i == 0 || char.IsWhiteSpace(line[i - 1])))
                return line[..i];
        }

        return line;
    }
}
