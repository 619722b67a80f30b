using System.Globalization;
using System.Text;

namespace Krait.Cli.Settings;

/// <summary>Changes single values of an INI file; everything else in it, comments included, stays as it is.</summary>
/// <param name="text">The text of the file.</param>
internal sealed class IniEditor(string text)
{
    private readonly string newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    private readonly List<string> lines =
    [
        .. text.Length == 0 ? [] : text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'),
    ];

    /// <summary>The text as it is now.</summary>
    public string Text =>
        lines.Count == 0 ? "" : new StringBuilder().AppendJoin(newLine, lines).Append(newLine).ToString();

    /// <summary>Sets a value; its section is made where there is none.</summary>
    public void Set(string section, string key, string value)
    {
        var written = $"{key} = {value.ReplaceLineEndings("\n\t")}".Split('\n');
        if (Find(section, key) is var (start, count))
        {
            lines.RemoveRange(start, count);
            lines.InsertRange(start, written);
        }
        else if (SectionAt(section) is >= 0 and var at)
        {
            lines.InsertRange(EndOf(at), written);
        }
        else
        {
            if (lines.Count > 0)
                lines.Add("");
            lines.Add($"[{section}]");
            lines.AddRange(written);
        }
    }

    /// <summary>Takes a value out, and its section where nothing is left in it.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Unset(string section, string key)
    {
        if (Find(section, key) is not var (start, count))
            return false;
        lines.RemoveRange(start, count);
        var at = SectionAt(section);
        var next = NextSection(at);
        if (lines.GetRange(at + 1, next - at - 1).TrueForAll(string.IsNullOrWhiteSpace))
            lines.RemoveRange(at, next - at);
        while (lines.Count > 0 && string.IsNullOrWhiteSpace(lines[^1]))
            lines.RemoveAt(lines.Count - 1);
        return true;
    }

    /// <summary>A key as pip compares it.</summary>
    public static string Normalize(string key)
    {
        var name = key.ToLower(CultureInfo.InvariantCulture).Replace('_', '-');
        return name.StartsWith("--", StringComparison.Ordinal) ? name[2..] : name;
    }

    /// <summary>The lines of a value: that of its key to the last one that continues it, with what lies between.</summary>
    private (int Start, int Count)? Find(string section, string key)
    {
        if (!IniFile.TryParse(Text, out var entries, out _))
            return null;
        // Where a key stands twice, the last one counts.
        var found = entries.LastOrDefault(entry =>
            string.Equals(entry.Section, section, StringComparison.Ordinal)
            && string.Equals(Normalize(entry.Key), key, StringComparison.Ordinal)
        );
        return found is null ? null : (found.Line - 1, found.LastLine - found.Line + 1);
    }

    private int SectionAt(string section) =>
        lines.FindIndex(line => string.Equals(line.Trim(), $"[{section}]", StringComparison.Ordinal));

    private int NextSection(int at)
    {
        var next = lines.FindIndex(at + 1, line => line.StartsWith('['));
        return next < 0 ? lines.Count : next;
    }

    /// <summary>Where a section's last value ends.</summary>
    private int EndOf(int at)
    {
        var end = NextSection(at);
        while (end > at + 1 && string.IsNullOrWhiteSpace(lines[end - 1]))
            end--;
        return end;
    }
}
