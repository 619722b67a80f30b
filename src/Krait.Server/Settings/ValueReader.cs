using Krait.Packaging.Toml;

namespace Krait.Server.Settings;

/// <summary>Reads numbers, times and sizes of a file of settings, and notes what is wrong with them.</summary>
internal sealed class ValueReader(TableReader reader)
{
    /// <summary>Reports every key that is not one of these.</summary>
    public void Know(TomlTable table, params ReadOnlySpan<string> keys)
    {
        foreach (var entry in table.Entries)
        {
            if (!keys.Contains(entry.Key))
                reader.Fail(entry.Value, $"unknown setting `{entry.Key}`");
        }
    }

    /// <summary>A whole number within limits.</summary>
    public long Number(TomlTable table, string key, long least, long most, long standard)
    {
        if (reader.WholeNumber(table, key) is not { } number)
            return standard;
        if (number >= least && number <= most)
            return number;
        reader.Fail(table[key]!, $"`{key}` must be a number from {least} to {most}, not {number}"); // it was just read
        return standard;
    }

    /// <summary>A time: seconds as a number, or a text with a unit (`90s`, `10 minutes`, `7 days`).</summary>
    public TimeSpan? Time(TomlTable table, string key)
    {
        if (table[key] is not { } value)
            return null;
        if (value is TomlInteger { Value: >= 0 and < int.MaxValue } seconds)
            return TimeSpan.FromSeconds(seconds.Value);
        if (value.AsString is { } text && Quantities.TryTime(text, out var time))
            return time;
        reader.Fail(value, $"`{key}` is not a time: write seconds, or a text like `10 minutes` or `7 days`");
        return null;
    }

    /// <summary>A size: bytes as a number, or a text with a unit (`200 MB`).</summary>
    public long? Size(TomlTable table, string key)
    {
        if (table[key] is not { } value)
            return null;
        if (value is TomlInteger { Value: > 0 } bytes)
            return bytes.Value;
        if (value.AsString is { } text && Quantities.TrySize(text, out var size))
            return size;
        reader.Fail(value, $"`{key}` is not a size: write bytes, or a text like `200 MB`");
        return null;
    }
}
