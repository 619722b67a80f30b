using System.Text;

namespace Krait.Packaging.Metadata;

/// <summary>
/// Rows of CSV in the dialect that Python's `csv` module reads by default: commas, double quotes doubled inside quotes, any line end;
/// text behind a closing quote belongs to the field. Nothing is malformed: an open quote ends with the file.
/// </summary>
internal ref struct CsvReader(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> rest = text;
    private int nextLine = 1;

    /// <summary>The 1-based line that the last row began on.</summary>
    public int Line { get; private set; }

    /// <summary>Reads the next row into <paramref name="fields"/>; an empty line is a row of no fields.</summary>
    public bool TryReadRow(List<string> fields)
    {
        fields.Clear();
        if (rest.IsEmpty)
            return false;
        Line = nextLine;
        if (TrySkipLineEnd())
            return true;
        while (true)
        {
            fields.Add(ReadField());
            if (rest.IsEmpty || TrySkipLineEnd())
                return true;
            // Only a comma can stand here.
            rest = rest[1..];
            if (rest.IsEmpty)
            {
                fields.Add("");
                return true;
            }
        }
    }

    private string ReadField()
    {
        if (rest.IsEmpty || rest[0] != '"')
            return TakePlain();
        var built = new StringBuilder();
        rest = rest[1..];
        while (true)
        {
            var quote = rest.IndexOf('"');
            var inside = quote < 0 ? rest : rest[..quote];
            built.Append(inside);
            nextLine += inside.Count('\n');
            rest = rest[(quote < 0 ? rest.Length : quote + 1)..];
            if (rest.IsEmpty || rest[0] != '"')
                break;
            built.Append('"');
            rest = rest[1..];
        }

        return built.Append(TakePlain()).ToString();
    }

    private string TakePlain()
    {
        var end = rest.IndexOfAny(',', '\r', '\n');
        var field = end < 0 ? rest : rest[..end];
        rest = rest[field.Length..];
        return field.ToString();
    }

    private bool TrySkipLineEnd()
    {
        if (rest.IsEmpty || rest[0] is not ('\r' or '\n'))
            return false;
        rest = rest[(rest.StartsWith("\r\n") ? 2 : 1)..];
        nextLine++;
        return true;
    }
}
