using System.Collections.Immutable;
using Krait.Packaging.Text;

namespace Krait.Packaging.Toml;

/// <summary>Reads keys of tables by type, and collects an error with its line for each that is missing or of another type.</summary>
/// <param name="document">The document that the tables are from.</param>
/// <param name="code">The code of the errors.</param>
public sealed class TableReader(TomlDocument document, string code)
{
    private readonly ImmutableArray<Diagnostic>.Builder errors = ImmutableArray.CreateBuilder<Diagnostic>();

    /// <summary>What was wrong so far.</summary>
    public ImmutableArray<Diagnostic> Errors => errors.ToImmutable();

    /// <summary>Notes an error about a value.</summary>
    public void Fail(TomlValue value, string message, Diagnostic? cause = null) =>
        errors.Add(document.Error(code, value, message) with { Cause = cause });

    /// <summary>The string at a key, or null.</summary>
    public string? Text(TomlTable table, string key) =>
        Typed<TomlString>(table, key, "a string", isRequired: false)?.Value;

    /// <summary>The string at a key that must be there; empty, with an error, if it is not.</summary>
    public string RequiredText(TomlTable table, string key) =>
        Typed<TomlString>(table, key, "a string", isRequired: true)?.Value ?? "";

    /// <summary>The integer at a key, or null.</summary>
    public long? WholeNumber(TomlTable table, string key) =>
        Typed<TomlInteger>(table, key, "an integer", isRequired: false)?.Value;

    /// <summary>The boolean at a key, or null.</summary>
    public bool? Boolean(TomlTable table, string key) =>
        Typed<TomlBoolean>(table, key, "a boolean", isRequired: false)?.Value;

    /// <summary>The date with a time at a key, or null.</summary>
    public TomlDateTime? DateTime(TomlTable table, string key)
    {
        var value = Typed<TomlDateTime>(table, key, "a date-time", isRequired: false);
        if (value is null or { Kind: TomlKind.OffsetDateTime or TomlKind.LocalDateTime })
            return value;
        Fail(value, $"`{key}` is {value.KindInWords}, not a date-time");
        return null;
    }

    /// <summary>The table at a key, or null.</summary>
    public TomlTable? Table(TomlTable table, string key, bool isRequired = false) =>
        Typed<TomlTable>(table, key, "a table", isRequired);

    /// <summary>The array of strings at a key, or null.</summary>
    public ImmutableArray<string>? Strings(TomlTable table, string key)
    {
        if (Typed<TomlArray>(table, key, "an array", isRequired: false) is not { } array)
            return null;
        if (array.AsStrings() is { } strings)
            return strings;
        Fail(array, $"`{key}` is not an array of strings");
        return null;
    }

    /// <summary>The array of tables at a key, or null.</summary>
    public ImmutableArray<TomlTable>? Tables(TomlTable table, string key, bool isRequired = false)
    {
        if (Typed<TomlArray>(table, key, "an array", isRequired) is not { } array)
            return null;
        var tables = ImmutableArray.CreateBuilder<TomlTable>(array.Count);
        foreach (var item in array.Items)
        {
            if (item is TomlTable element)
                tables.Add(element);
            else
                Fail(item, $"`{key}` has {item.KindInWords} where a table is expected");
        }

        return tables.DrainToImmutable();
    }

    private T? Typed<T>(TomlTable table, string key, string expected, bool isRequired)
        where T : TomlValue
    {
        if (table[key] is not { } value)
        {
            if (isRequired)
                Fail(table, $"`{key}` is missing");
            return null;
        }

        if (value is T typed)
            return typed;
        Fail(value, $"`{key}` is {value.KindInWords}, not {expected}");
        return null;
    }
}
