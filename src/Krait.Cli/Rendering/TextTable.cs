namespace Krait.Cli.Rendering;

/// <summary>Rows of cells, in columns as wide as their widest cell.</summary>
internal static class TextTable
{
    /// <summary>The rows as lines, without blanks at their ends.</summary>
    /// <param name="rows">The cells, as many in each row.</param>
    /// <param name="gap">How many blanks are between two columns.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<string[]> rows, int gap = 2)
    {
        var widths = Widths(rows);
        var between = new string(' ', gap);
        return rows.Select(row =>
            string.Join(between, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()
        );
    }

    /// <summary>The widths of the columns.</summary>
    public static int[] Widths(IReadOnlyList<string[]> rows) =>
        rows.Count == 0
            ? []
            : [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];

    /// <summary>Writes the rows as results.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<string[]> rows, int gap = 2)
    {
        foreach (var line in Lines(rows, gap))
            terminal.WriteResult(line);
    }
}
