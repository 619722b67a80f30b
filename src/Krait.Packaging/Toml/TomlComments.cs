namespace Krait.Packaging.Toml;

/// <summary>Finds the comments and blank lines that belong to what stands below them.</summary>
internal static class TomlComments
{
    /// <summary>
    /// The start of the comment lines right above a line, if a blank line or the start of the text sets them apart from what is above; else
    /// the line itself.
    /// </summary>
    public static int StartAbove(string text, int lineStart)
    {
        var start = lineStart;
        while (start > 0)
        {
            var above = LineBefore(text, start);
            var line = text.AsSpan(above, start - above).Trim();
            if (line.IsEmpty)
                return start;
            if (line[0] != '#')
                return lineStart;
            start = above;
        }

        return start;
    }

    /// <summary>The start of the comment lines right above a line that are about the same thing.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lineStart">The start of the line.</param>
    /// <param name="limit">Where the search ends.</param>
    /// <param name="isAbout">Whether a comment is about it.</param>
    public static int StartAbove(string text, int lineStart, int limit, Func<string, bool> isAbout)
    {
        var start = lineStart;
        var first = start;
        while (start > limit)
        {
            var above = LineBefore(text, start);
            var line = text.AsSpan(above, start - above).Trim();
            if (above <= limit || line.IsEmpty || line[0] != '#')
                break;
            start = above;
            if (isAbout(line[1..].Trim().ToString()))
                first = start;
        }

        return first;
    }

    /// <summary>A place without the blank lines above it; the end of the last line stays.</summary>
    public static int WithoutBlankLinesAbove(string text, int lineStart)
    {
        while (lineStart > 0 && LineBefore(text, lineStart) is var above)
        {
            if (!text.AsSpan(above, lineStart - above).Trim().IsEmpty)
                break;
            lineStart = above;
        }

        return lineStart;
    }

    private static int LineBefore(string text, int lineStart) =>
        lineStart < 2 ? 0 : text.LastIndexOf('\n', lineStart - 2) + 1;
}
