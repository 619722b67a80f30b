namespace Krait.Packaging.Toml;

/// <summary>Adds and removes elements of an array as its author would: one per line or all on one, with or without a last comma.</summary>
internal static class TomlArrayStyle
{
    private const string DefaultIndent = "    ";

    public static void Insert(
        string text,
        TomlArray array,
        int index,
        string value,
        string newLine,
        List<TomlEdit> edits
    )
    {
        var inside = text.AsSpan(array.Start, array.TextLength);
        if (array.Count == 0 && !inside.Contains('#'))
        {
            edits.Add(
                new TomlEdit(
                    array.Start,
                    array.TextLength,
                    $"[{newLine}{IndentOfLine(text, array.Start)}{DefaultIndent}{value},{newLine}{IndentOfLine(text, array.Start)}]"
                )
            );
        }
        else if (!inside.Contains('\n'))
        {
            InsertOnLine(text, array, index, value, edits);
        }
        else
        {
            InsertLine(text, array, index, value, newLine, edits);
        }
    }

    /// <summary>Takes an element out.</summary>
    /// <param name="text">The document.</param>
    /// <param name="array">The array.</param>
    /// <param name="index">The element.</param>
    /// <param name="isAbout">Whether a comment line right above the element goes with it; null where all of them stay.</param>
    /// <param name="edits">Gets the changes.</param>
    public static void Remove(
        string text,
        TomlArray array,
        int index,
        Func<string, bool>? isAbout,
        List<TomlEdit> edits
    )
    {
        var (start, end) = (array[index].Start, EndOf(array[index]));
        var (comma, _) = FindComma(text, end);
        var lineStart = text.LastIndexOf('\n', start) + 1;
        var after = comma >= 0 ? comma + 1 : end;
        var isAlone = text.AsSpan(lineStart, start - lineStart).Trim().IsEmpty && OnlyCommentUntilLineEnd(text, after);
        if (isAlone && lineStart > array.Start)
        {
            var lineEnd = text.IndexOf('\n', after) + 1;
            if (isAbout is not null)
                lineStart = TomlComments.StartAbove(text, lineStart, array.Start, isAbout);
            edits.Add(Removal(text, array, lineStart, lineEnd));
            return;
        }

        if (array.Count == 1 && !text.AsSpan(array.Start, array.TextLength).Contains('#'))
        {
            edits.Add(new TomlEdit(array.Start, array.TextLength, "[]"));
            return;
        }

        if (comma >= 0)
        {
            while (text[after] is ' ' or '\t')
                after++;
            edits.Add(new TomlEdit(start, after - start, ""));
            return;
        }

        // The last of several on one line: the comma before it goes, not the one after.
        var from = index == 0 ? start : FindComma(text, EndOf(array[index - 1])).Comma;
        edits.Add(new TomlEdit(from, end - from, ""));
    }

    /// <summary>Takes lines out of an array; where nothing is left, its brackets come together.</summary>
    private static TomlEdit Removal(string text, TomlArray array, int start, int end)
    {
        var close = EndOf(array) - 1;
        var before = text.AsSpan((array.Start + 1)..start);
        var after = text.AsSpan(end..close);
        return before.Trim().IsEmpty && after.Trim().IsEmpty
            ? new TomlEdit(array.Start, array.TextLength, "[]")
            : new TomlEdit(start, end - start, "");
    }

    private static void InsertOnLine(string text, TomlArray array, int index, string value, List<TomlEdit> edits)
    {
        if (index < array.Count)
        {
            edits.Add(new TomlEdit(array[index].Start, 0, $"{value}, "));
        }
        else if (array.Count == 0)
        {
            edits.Add(new TomlEdit(array.Start + 1, 0, value));
        }
        else
        {
            var end = EndOf(array[^1]);
            var (comma, _) = FindComma(text, end);
            edits.Add(comma < 0 ? new TomlEdit(end, 0, $", {value}") : new TomlEdit(comma + 1, 0, $" {value},"));
        }
    }

    private static void InsertLine(
        string text,
        TomlArray array,
        int index,
        string value,
        string newLine,
        List<TomlEdit> edits
    )
    {
        var indent = IndentOf(text, array);
        var isLast = index == array.Count;
        var place = array.Start + 1;
        var comma = ",";
        if (index > 0)
        {
            var end = EndOf(array[index - 1]);
            var (found, _) = FindComma(text, end);
            if (found < 0)
                edits.Add(new TomlEdit(end, 0, ","));
            // The last element ends with a comma only if the one before it did.
            comma = isLast && found < 0 ? "" : ",";
            place = found < 0 ? end : found + 1;
        }

        if (OnlyCommentUntilLineEnd(text, place))
        {
            var lineEnd = text.IndexOf('\n', place);
            lineEnd -= text[lineEnd - 1] == '\r' ? 1 : 0;
            edits.Add(new TomlEdit(lineEnd, 0, $"{newLine}{indent}{value}{comma}"));
        }
        else
        {
            edits.Add(new TomlEdit(place, 0, index == 0 ? $"{value}, " : $" {value}{comma}"));
        }
    }

    /// <summary>The comma after an element, past space, line ends and comments; -1 where the array ends first.</summary>
    private static (int Comma, int Next) FindComma(string text, int from)
    {
        while (text[from] is ' ' or '\t' or '\r' or '\n' or '#')
            from = text[from] == '#' ? text.IndexOf('\n', from) : from + 1;
        return text[from] == ',' ? (from, from + 1) : (-1, from);
    }

    private static bool OnlyCommentUntilLineEnd(string text, int from)
    {
        while (text[from] is ' ' or '\t')
            from++;
        return text[from] is '\r' or '\n' or '#';
    }

    private static string IndentOf(string text, TomlArray array)
    {
        foreach (var item in array.Items)
        {
            var lineStart = text.LastIndexOf('\n', item.Start) + 1;
            if (lineStart > array.Start && text.AsSpan(lineStart, item.Start - lineStart).Trim().IsEmpty)
                return text[lineStart..item.Start];
        }

        return IndentOfLine(text, array.Start) + DefaultIndent;
    }

    private static string IndentOfLine(string text, int at)
    {
        var lineStart = at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;
        var end = lineStart;
        while (text[end] is ' ' or '\t')
            end++;
        return text[lineStart..end];
    }

    private static int EndOf(TomlValue value) => value.Start + value.TextLength;
}
