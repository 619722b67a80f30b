using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;

namespace Krait.Cli.Settings;

/// <summary>Reads the INI files of pip as Python's `configparser` does: `[section]`, `key = value`, values over indented lines.</summary>
internal static class IniFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="entries">The values in order, with their sections.</param>
    /// <param name="error">The first line that makes no sense.</param>
    public static bool TryParse(
        string text,
        out ImmutableArray<IniEntry> entries,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        var found = ImmutableArray.CreateBuilder<IniEntry>();
        string? section = null;
        var number = 0;
        error = null;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd();
            if (line.Length == 0 || line.TrimStart()[0] is '#' or ';')
                continue;
            if (
                char.IsWhiteSpace(line[0])
                && found.Count > 0
                && string.Equals(found[^1].Section, section, StringComparison.Ordinal)
            )
            {
                found[^1] = found[^1] with { Value = $"{found[^1].Value}\n{line.Trim()}", LastLine = number };
                continue;
            }

            line = line.Trim();
            var split = line.AsSpan().IndexOfAny('=', ':');
            if (line[0] == '[' && line[^1] == ']')
            {
                section = line[1..^1];
            }
            else if (section is null || split <= 0)
            {
                error = new Diagnostic(
                    "invalid-settings-file",
                    section is null ? "this line stands before the first `[section]`" : "expected `key = value`"
                )
                {
                    Line = number,
                    Span = new SourceSpan(line, 0, line.Length),
                };
                break;
            }
            else
            {
                var key = line[..split].Trim().ToLowerInvariant();
                found.Add(new IniEntry(section, key, line[(split + 1)..].Trim(), number, number));
            }
        }

        entries = found.ToImmutable();
        return error is null;
    }
}
