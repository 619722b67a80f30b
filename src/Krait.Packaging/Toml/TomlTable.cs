using System.Diagnostics.CodeAnalysis;

namespace Krait.Packaging.Toml;

/// <summary>A table: keys and values in the order of the document. Reading is typed; a value of another type reads as absent.</summary>
public sealed class TomlTable : TomlValue
{
    /// <summary>Up to here a linear search beats a dictionary; most tables of lock files are this small.</summary>
    private const int LinearLimit = 8;

    private readonly List<TomlEntry> entries = [];
    private Dictionary<string, int>? index;

    internal TomlTable(TomlTableOrigin origin) => Origin = origin;

    /// <summary>An inline table made in code.</summary>
    public TomlTable()
        : this(TomlTableOrigin.Inline) { }

    public override TomlKind Kind => TomlKind.Table;

    /// <summary>How the table came to be, which decides what may be added to it.</summary>
    internal TomlTableOrigin Origin { get; set; }

    /// <summary>Keys and values in the order of the document.</summary>
    public IReadOnlyList<TomlEntry> Entries => entries;

    /// <summary>How many keys there are.</summary>
    public int Count => entries.Count;

    /// <summary>The keys in the order of the document.</summary>
    public IEnumerable<string> Keys
    {
        get
        {
            foreach (var entry in entries)
                yield return entry.Key;
        }
    }

    /// <summary>The value of a key, or null.</summary>
    public TomlValue? this[string key] => TryGet(key, out var value) ? value : null;

    /// <summary>Whether the key is there, whatever its value.</summary>
    public bool ContainsKey(string key) => IndexOf(key) >= 0;

    /// <summary>Looks a key up.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out TomlValue? value)
    {
        var i = IndexOf(key);
        value = i < 0 ? null : entries[i].Value;
        return i >= 0;
    }

    /// <summary>The value at a path of keys, or null.</summary>
    public TomlValue? Find(params ReadOnlySpan<string> path)
    {
        TomlValue? value = this;
        foreach (var key in path)
            value = (value as TomlTable)?[key];
        return value;
    }

    /// <summary>The string at a key, or null.</summary>
    public string? GetString(string key) => this[key]?.AsString;

    /// <summary>The integer at a key, or null.</summary>
    public long? GetInteger(string key) => this[key]?.AsInteger;

    /// <summary>The boolean at a key, or null.</summary>
    public bool? GetBoolean(string key) => this[key]?.AsBoolean;

    /// <summary>The array at a key, or null.</summary>
    public TomlArray? GetArray(string key) => this[key]?.AsArray;

    /// <summary>The table at a key, or null.</summary>
    public TomlTable? GetTable(string key) => this[key]?.AsTable;

    /// <summary>Adds a key to a table made in code.</summary>
    /// <exception cref="ArgumentException">The key is there already.</exception>
    public TomlTable Add(string key, TomlValue value)
    {
        if (IndexOf(key) >= 0)
            throw new ArgumentException($"the key `{key}` is in the table already", nameof(key));
        Append(new TomlEntry(key, value, -1));
        return this;
    }

    internal void Append(TomlEntry entry)
    {
        index?.Add(entry.Key, entries.Count);
        entries.Add(entry);
        if (index is null && entries.Count > LinearLimit)
            BuildIndex();
    }

    private void BuildIndex()
    {
        index = new Dictionary<string, int>(entries.Count * 2, StringComparer.Ordinal);
        for (var i = 0; i < entries.Count; i++)
            index.Add(entries[i].Key, i);
    }

    private int IndexOf(string key)
    {
        if (index is not null)
            return index.TryGetValue(key, out var found) ? found : -1;
        for (var i = 0; i < entries.Count; i++)
        {
            if (string.Equals(entries[i].Key, key, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }
}

/// <summary>A key of a table with its value.</summary>
/// <param name="Key">The key, unquoted.</param>
/// <param name="Value">Its value.</param>
/// <param name="KeyStart">Where the key, or the dotted key it ends, starts in the document's text; -1 if it has none of its own.</param>
public readonly record struct TomlEntry(string Key, TomlValue Value, int KeyStart);

/// <summary>How a table came to be: TOML forbids adding to a table in another way than it was begun.</summary>
internal enum TomlTableOrigin
{
    /// <summary>Made by a header that only passes through (`a` in `[a.b]`); may still get its own header.</summary>
    Implicit,

    /// <summary>The root, a `[header]` or an element of `[[headers]]`.</summary>
    Header,

    /// <summary>Made by a dotted key (`a` in `a.b = 1`).</summary>
    Dotted,

    /// <summary>Written in braces; closed.</summary>
    Inline,
}
