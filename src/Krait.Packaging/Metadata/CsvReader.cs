using System.Text;

namespace Krait.Packaging.Metadata;

/// <summary>
/// Rows of CSV in the dialect that Python's `csv` module reads by default: commas, double quotes doubled inside quotes, any line end;
/// text behind a closing quote belongs to the field. Nothing is malformed: an open quote ends with the file.
/// </summary>
internal ref struct CsvReader(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;
    private int _nextLine = 1;

    /// <summary>The 1-based line that the last row began on.</summary>
    public int Line { get; private set; }

    /// <summary>Reads the next row into <paramref name="fields"/>; an empty line is a row of no fields.</summary>
    public bool TryReadRow(List<string> fields)
    {
        fields.Clear();
        if (_rest.IsEmpty)
            return false;
        Line = _nextLine;
        if (TrySkipLineEnd())
            return true;
        while (true)
        {
            fields.Add(ReadField());
            if (_rest.IsEmpty || TrySkipLineEnd())
                return true;
            // Only a comma can stand here.
            _rest = _rest[1..];
            if (_rest.IsEmpty)
            {
                fields.Add("");
                return true;
            }
        }
    }

    private string ReadField()
    {
        if (_rest.IsEmpty || _rest[0] != '"')
            return TakePlain();
        var built = new StringBuilder();
        _rest = _rest[1..];
        while (true)
        {
            var quote = _rest.IndexOf('"');
            var inside = quote < 0 ? _rest : _rest[..quote];
            built.Append(inside);
            _nextLine += inside.Count('\n');
            _rest = _rest[(quote < 0 ? _rest.Length : quote + 1)..];
            if (_rest.IsEmpty || _rest[0] != '"')
                break;
            built.Append('"');
            _rest = _rest[1..];
        }
        return built.Append(TakePlain()).ToString();
    }

    private string TakePlain()
    {
        var end = _rest.IndexOfAny(',', '\r', '\n');
        var field = end < 0 ? _rest : _rest[..end];
        _rest = _rest[field.Length..];
        return field.ToString();
    }

    private bool TrySkipLineEnd()
    {
        if (_rest.IsEmpty || _rest[0] is not ('\r' or '\n'))
            return false;
        _rest = _rest[(_rest.StartsWith("\r\n") ? 2 : 1)..];
        _nextLine++;
        return true;
    }
}
