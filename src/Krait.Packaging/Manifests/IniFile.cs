using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Text;

namespace Krait.Packaging.Manifests;

/// <summary>
/// A file of sections and keys, read as Python's `configparser` reads it by default but without interpolation: `=` or `:` after a key,
/// continuation by indentation, comments only on lines of their own.
/// </summary>
public sealed class IniFile
{
    private readonly List<IniSection> sections = [];

    private IniFile() { }

    /// <summary>The sections in the order of the file.</summary>
    public IReadOnlyList<IniSection> Sections => sections;

    /// <summary>A section by its exact name, or null.</summary>
    public IniSection? Section(string name) =>
        sections.Find(section => string.Equals(section.Name, name, StringComparison.Ordinal));

    /// <summary>Parses a file; a line that is neither section, key nor continuation is an error.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">The file, as far as it could be read.</param>
    /// <param name="errors">What could not be read.</param>
    public static bool TryParse(string text, out IniFile file, out ImmutableArray<Diagnostic> errors)
    {
        file = new IniFile();
        var problems = ImmutableArray.CreateBuilder<Diagnostic>();
        IniSection? section = null;
        StringBuilder? value = null;
        var (key, keyIndent, number) = ("", 0, 0);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            var raw = text.AsSpan()[range];
            var line = raw.Trim();
            var indent = raw.Length - raw.TrimStart().Length;
            if (line.IsEmpty || line[0] is '#' or ';')
            {
                // An empty line may stand inside a value; what follows decides.
                if (line.IsEmpty)
                    value?.Append('\n');
                continue;
            }

            if (value is not null && indent > keyIndent)
            {
                value.Append('\n').Append(line);
                continue;
            }

            section?.Set(key, value);
            value = null;
            if (line[0] == '[' && line.Contains(']'))
            {
                section = file.Open(line[1..line.IndexOf(']')].ToString());
            }
            else if (section is null || line.IndexOfAny('=', ':') <= 0)
            {
                problems.Add(
                    new Diagnostic(
                        "invalid-ini",
                        $"`{PythonText.Printable(line)}` is neither a section nor a key with a value"
                    )
                    {
                        Line = number,
                    }
                );
            }
            else
            {
                var separator = line.IndexOfAny('=', ':');
                (key, keyIndent) = (line[..separator].Trim().ToString(), indent);
                value = new StringBuilder().Append(line[(separator + 1)..].Trim());
            }
        }

        section?.Set(key, value);
        errors = problems.DrainToImmutable();
        return errors.IsEmpty;
    }

    private IniSection Open(string name)
    {
        if (Section(name) is { } known)
            return known;
        var section = new IniSection(name);
        sections.Add(section);
        return section;
    }
}

/// <summary>A section of keys and values.</summary>
/// <param name="name">Its name, without brackets.</param>
public sealed class IniSection(string name)
{
    private readonly List<KeyValuePair<string, string>> values = [];

    /// <summary>The section's name, without brackets.</summary>
    public string Name { get; } = name;

    /// <summary>Keys as written, and values without the space around them; lines of a value are joined with `\n`.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Values => values;

    /// <summary>The value of a key, whatever its case and dashes; of several the last; null if there is none.</summary>
    public string? this[string key]
    {
        get
        {
            for (var i = values.Count - 1; i >= 0; i--)
            {
                if (string.Equals(Fold(values[i].Key), Fold(key), StringComparison.Ordinal))
                    return values[i].Value;
            }

            return null;
        }
    }

    internal void Set(string key, StringBuilder? value)
    {
        if (value is not null)
            values.Add(new(key, value.ToString().Trim()));
    }

    private static string Fold(string key) => key.ToLowerInvariant().Replace('-', '_');
}
