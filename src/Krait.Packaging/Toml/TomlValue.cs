using System.Collections.Immutable;

namespace Krait.Packaging.Toml;

/// <summary>A value of a TOML document, with the place it was read from.</summary>
public abstract class TomlValue
{
    private protected TomlValue() { }

    /// <summary>What the value is.</summary>
    public abstract TomlKind Kind { get; }

    /// <summary>Where the value starts in the document's text; -1 for a value made in code.</summary>
    public int Start { get; internal set; } = -1;

    /// <summary>How long the value's text is; a table with a header has the length of the header (not named Length, which C# would take for indexes from the end).</summary>
    public int TextLength { get; internal set; }

    /// <summary>The text, if the value is a string.</summary>
    public string? AsString => (this as TomlString)?.Value;

    /// <summary>The number, if the value is an integer.</summary>
    public long? AsInteger => (this as TomlInteger)?.Value;

    /// <summary>The truth value, if the value is a boolean.</summary>
    public bool? AsBoolean => (this as TomlBoolean)?.Value;

    /// <summary>The array, if the value is one.</summary>
    public TomlArray? AsArray => this as TomlArray;

    /// <summary>The table, if the value is one.</summary>
    public TomlTable? AsTable => this as TomlTable;

    /// <summary>What the value is, in words for a message (`a string`, `an array`).</summary>
    public string KindInWords =>
        Kind switch
        {
            TomlKind.String => "a string",
            TomlKind.Integer => "an integer",
            TomlKind.Float => "a float",
            TomlKind.Boolean => "a boolean",
            TomlKind.OffsetDateTime or TomlKind.LocalDateTime => "a date-time",
            TomlKind.LocalDate => "a date",
            TomlKind.LocalTime => "a time",
            TomlKind.Array => "an array",
            _ => "a table",
        };

    public static implicit operator TomlValue(string value) => new TomlString(value);

    public static implicit operator TomlValue(long value) => new TomlInteger(value);

    public static implicit operator TomlValue(bool value) => new TomlBoolean(value);

    /// <summary>The named form of the conversion from a string.</summary>
    public static TomlValue FromString(string value) => new TomlString(value);

    /// <summary>The named form of the conversion from an integer.</summary>
    public static TomlValue FromInt64(long value) => new TomlInteger(value);

    /// <summary>The named form of the conversion from a boolean.</summary>
    public static TomlValue FromBoolean(bool value) => new TomlBoolean(value);

    /// <summary>The value as TOML text on one line.</summary>
    public override string ToString()
    {
        var text = new System.Text.StringBuilder();
        TomlFormat.AppendInline(text, this);
        return text.ToString();
    }
}

/// <summary>A string.</summary>
/// <param name="value">The text, with escapes resolved.</param>
public sealed class TomlString(string value) : TomlValue
{
    public override TomlKind Kind => TomlKind.String;

    /// <summary>The text, with escapes resolved.</summary>
    public string Value { get; } = value;
}

/// <summary>A 64-bit integer.</summary>
/// <param name="value">The number.</param>
public sealed class TomlInteger(long value) : TomlValue
{
    public override TomlKind Kind => TomlKind.Integer;

    /// <summary>The number.</summary>
    public long Value { get; } = value;
}

/// <summary>A 64-bit floating point number.</summary>
/// <param name="value">The number.</param>
public sealed class TomlFloat(double value) : TomlValue
{
    public override TomlKind Kind => TomlKind.Float;

    /// <summary>The number.</summary>
    public double Value { get; } = value;
}

/// <summary>A boolean.</summary>
/// <param name="value">The truth value.</param>
public sealed class TomlBoolean(bool value) : TomlValue
{
    public override TomlKind Kind => TomlKind.Boolean;

    /// <summary>The truth value.</summary>
    public bool Value { get; } = value;
}

/// <summary>A date, a time, or both, kept as the RFC 3339 text that was checked while parsing.</summary>
public sealed class TomlDateTime : TomlValue
{
    internal TomlDateTime(TomlKind kind, string text)
    {
        Kind = kind;
        Text = text;
    }

    /// <summary>A point in time, as text in UTC.</summary>
    /// <param name="instant">The point in time.</param>
    public TomlDateTime(DateTimeOffset instant)
        : this(
            TomlKind.OffsetDateTime,
            instant.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'",
                System.Globalization.CultureInfo.InvariantCulture
            )
        ) { }

    public override TomlKind Kind { get; }

    /// <summary>The RFC 3339 text with `T` between date and time and `Z` in upper case.</summary>
    public string Text { get; }

    /// <summary>The point in time; a value without an offset is taken as UTC, a time alone is nothing.</summary>
    public DateTimeOffset? ToInstant() =>
        Kind != TomlKind.LocalTime
        && DateTimeOffset.TryParse(
            Text,
            System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal,
            out var instant
        )
            ? instant
            : null;
}

/// <summary>An array of values, or of tables.</summary>
public sealed class TomlArray : TomlValue
{
    private readonly List<TomlValue> items;

    internal TomlArray(List<TomlValue> items, bool isTables)
    {
        this.items = items;
        IsArrayOfTables = isTables;
    }

    /// <summary>An array made in code.</summary>
    /// <param name="items">Its elements.</param>
    public TomlArray(IEnumerable<TomlValue> items)
        : this([.. items], isTables: false) { }

    public override TomlKind Kind => TomlKind.Array;

    /// <summary>Whether the array was written as `[[headers]]`.</summary>
    public bool IsArrayOfTables { get; }

    /// <summary>The elements in order.</summary>
    public IReadOnlyList<TomlValue> Items => items;

    /// <summary>How many elements there are.</summary>
    public int Count => items.Count;

    /// <summary>The element at an index.</summary>
    public TomlValue this[int index] => items[index];

    internal void Append(TomlValue value) => items.Add(value);

    /// <summary>An array of strings made in code.</summary>
    public static TomlArray OfStrings(IEnumerable<string> items)
    {
        var values = new List<TomlValue>();
        foreach (var item in items)
            values.Add(item);
        return new TomlArray(values, isTables: false);
    }

    /// <summary>The strings of the array, if all its elements are strings.</summary>
    public ImmutableArray<string>? AsStrings()
    {
        var strings = ImmutableArray.CreateBuilder<string>(items.Count);
        foreach (var item in items)
        {
            if (item is not TomlString text)
                return null;
            strings.Add(text.Value);
        }

        return strings.MoveToImmutable();
    }
}
