using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Krait.Archives;
using Krait.Packaging.Text;

namespace Krait.Build.Hooks;

/// <summary>
/// The settings that a user hands to a build backend (`--config-settings KEY=VALUE`): a key that is given once has a text, one that is
/// given several times a list, as in pip.
/// </summary>
public sealed class ConfigSettings : IEquatable<ConfigSettings>
{
    private readonly ImmutableSortedDictionary<string, ImmutableArray<string>> values;

    private ConfigSettings(ImmutableSortedDictionary<string, ImmutableArray<string>> values) => this.values = values;

    /// <summary>No settings.</summary>
    public static ConfigSettings None { get; } =
        new(ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal));

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => values.IsEmpty;

    /// <summary>These settings with another value for a key.</summary>
    public ConfigSettings With(string key, string value) =>
        new(values.SetItem(key, values.TryGetValue(key, out var known) ? known.Add(value) : [value]));

    /// <summary>These settings where others do not say something else; a key of the others replaces one of these.</summary>
    public ConfigSettings Under(ConfigSettings others) => new(values.SetItems(others.values));

    /// <summary>Reads `KEY=VALUE`; a key alone has an empty value.</summary>
    public static bool TryParse(
        IEnumerable<string> texts,
        out ConfigSettings settings,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        settings = None;
        error = null;
        foreach (var text in texts)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                error = new Diagnostic("config-setting", $"invalid build setting `{SafeText.Escape(text)}`")
                {
                    Hints = ["Write it as `KEY=VALUE`"],
                };
                return false;
            }

            settings = settings.With(text[..equals], text[(equals + 1)..]);
        }

        return true;
    }

    public bool Equals(ConfigSettings? other) =>
        other is not null && string.Equals(ToKey(), other.ToKey(), StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as ConfigSettings);

    public override int GetHashCode() => ToKey().GetHashCode(StringComparison.Ordinal);

    /// <summary>All settings as one text that no other settings have, for the key of a cache.</summary>
    public string ToKey()
    {
        var text = new StringBuilder();
        foreach (var (key, list) in values)
        {
            text.Append(key.Length).Append(':').Append(key);
            foreach (var value in list)
                text.Append('=').Append(value.Length).Append(':').Append(value);
        }

        return text.ToString();
    }

    internal void Write(Utf8JsonWriter json, string name)
    {
        if (IsEmpty)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        foreach (var (key, list) in values)
        {
            if (list is [var single])
            {
                json.WriteString(key, single);
                continue;
            }

            json.WriteStartArray(key);
            foreach (var value in list)
                json.WriteStringValue(value);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
