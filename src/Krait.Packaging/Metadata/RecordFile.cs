using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Krait.Packaging.Text;

namespace Krait.Packaging.Metadata;

/// <summary>A RECORD file (recording installed projects): CSV as Python's `csv` module writes it. Paths are claims; nothing here checks them.</summary>
public static class RecordFile
{
    /// <summary>How many rows a file may have.</summary>
    public const int MostRows = 1_000_000;

    private const int MostWarnings = 10;

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>
    /// Parses a file. Rows without a path are left out; a wrong size reads as none, with a warning. Of many warnings only the first few
    /// are listed.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8,
        out ImmutableArray<RecordEntry> entries,
        out ImmutableArray<Diagnostic> warnings,
        [NotNullWhen(false)] out Diagnostic? error,
        int mostRows = MostRows
    )
    {
        entries = [];
        warnings = [];
        error = null;
        if (!System.Text.Unicode.Utf8.IsValid(utf8))
        {
            error = new Diagnostic("invalid-record", "the file `RECORD` is not encoded in UTF-8");
            return false;
        }

        var text = Strict.GetString(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8);
        var found = ImmutableArray.CreateBuilder<RecordEntry>();
        var notes = ImmutableArray.CreateBuilder<Diagnostic>();
        var dropped = 0;
        var reader = new CsvReader(text);
        var fields = new List<string>(3);
        while (reader.TryReadRow(fields))
        {
            if (fields is [] or ["", ..])
                continue;
            if (found.Count == mostRows)
            {
                error = new Diagnostic("invalid-record", $"the file `RECORD` has more than {mostRows} rows");
                return false;
            }

            found.Add(ReadRow(fields, reader.Line, notes));
            // One row has two warnings at most.
            for (; notes.Count > MostWarnings; dropped++)
                notes.RemoveAt(notes.Count - 1);
        }

        if (dropped > 0)
            notes.Add(new Diagnostic("invalid-record-row", $"{dropped} more rows of the file `RECORD` are malformed"));
        entries = found.DrainToImmutable();
        warnings = notes.DrainToImmutable();
        return true;
    }

    private static RecordEntry ReadRow(List<string> fields, int line, ImmutableArray<Diagnostic>.Builder warnings)
    {
        if (fields.Count != 3)
            warnings.Add(Warning(line, $"a row of the file `RECORD` has {fields.Count} fields, not 3"));
        var hash = fields.Count > 1 && fields[1].Length > 0 ? fields[1] : null;
        long? size = null;
        if (fields.Count > 2 && fields[2].Length > 0)
        {
            if (long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                size = number;
            }
            else
            {
                warnings.Add(
                    Warning(line, $"the size `{PythonText.Printable(fields[2])}` in the file `RECORD` is not a number")
                );
            }
        }

        return new RecordEntry(fields[0], hash, size);
    }

    private static Diagnostic Warning(int line, string message) => new("invalid-record-row", message) { Line = line };

    /// <summary>Writes rows in the order given, quoted where they have to be, one per line.</summary>
    public static string Write(IEnumerable<RecordEntry> entries)
    {
        var rows = new RecordRows();
        foreach (var entry in entries)
            rows.Add(entry);
        return Encoding.UTF8.GetString(rows.Text);
    }
}
