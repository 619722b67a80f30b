namespace Krait.Packaging.Toml;

/// <summary>Where the keys of a table are written: the table with the header, and the dotted keys from it down.</summary>
internal readonly record struct TomlSection(TomlTable Table, string[] Keys)
{
    public TomlSection Below(string key) => new(Table, [.. Keys, key]);

    /// <summary>The `key = value` texts that stand in the table's own section, those of its dotted keys included.</summary>
    public static IEnumerable<(int Start, int End)> LinesOf(TomlTable table)
    {
        foreach (var entry in table.Entries)
        {
            if (entry.Value is TomlTable { Origin: TomlTableOrigin.Dotted } dotted)
            {
                foreach (var line in LinesOf(dotted))
                    yield return line;
            }
            else if (entry.KeyStart >= 0)
            {
                yield return (entry.KeyStart, entry.Value.Start + entry.Value.TextLength);
            }
        }
    }

    /// <summary>The tables with a header of their own in a value, itself included.</summary>
    public static IEnumerable<TomlTable> SectionsOf(TomlValue value)
    {
        if (value is TomlArray { IsArrayOfTables: true } array)
        {
            foreach (var item in array.Items)
            {
                foreach (var section in SectionsOf(item))
                    yield return section;
            }
        }
        else if (value is TomlTable { Origin: not TomlTableOrigin.Inline } table)
        {
            if (table.Origin is TomlTableOrigin.Header)
                yield return table;
            foreach (var entry in table.Entries)
            {
                foreach (var section in SectionsOf(entry.Value))
                    yield return section;
            }
        }
    }
}
