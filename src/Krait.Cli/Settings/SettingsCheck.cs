using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;

namespace Krait.Cli.Settings;

/// <summary>Finds all mistakes of a settings file at once: keys that do not exist, and values of the wrong type.</summary>
/// <param name="text">The file.</param>
/// <param name="name">What messages call its table: `[tool.krait]`, or the file.</param>
/// <param name="keys">The keys that there are.</param>
internal sealed class SettingsCheck(SettingsFileText text, string name, SettingsKeys keys)
{
    private readonly List<Diagnostic> faults = [];

    /// <summary>Checks a table of settings.</summary>
    /// <exception cref="KraitException">It has mistakes (unusable input).</exception>
    public void Run(TomlTable table)
    {
        foreach (var entry in table.Entries)
        {
            var key = entry.Key.Replace('_', '-');
            if (key is "pip")
                CheckOptions(entry);
            else if (SettingsKeys.Structured.TryGetValue(key, out var shape))
                Check(Quoted(entry), entry.Value, shape);
            else
                CheckOption(entry, name);
        }

        if (faults.Count == 0)
            return;
        faults.Sort((one, other) => one.Line.CompareTo(other.Line));
        var others = faults.Skip(1).Select(fault => $"{fault.Source}:{fault.Line}: {fault.Message}");
        throw new KraitException(faults[0] with { Notes = [.. faults[0].Notes, .. others] })
        {
            Kind = FailureKind.UnusableInput,
        };
    }

    private void CheckOptions(TomlEntry entry)
    {
        if (entry.Value is not TomlTable table)
        {
            Add(entry.Value, Quoted(entry), "a table");
            return;
        }

        foreach (var inner in table.Entries)
        {
            if (SettingsKeys.Structured.TryGetValue(inner.Key.Replace('_', '-'), out var shape))
                Check(Quoted(inner), inner.Value, shape);
            else
                CheckOption(inner, "`pip`");
        }
    }

    private void CheckOption(TomlEntry entry, string table)
    {
        var key = entry.Key.Replace('_', '-');
        if (SettingsKeys.OfUv.Contains(key))
            return;
        var meanings = SettingsTable.FindAll(keys.Options, key).ToList();
        if (meanings.Count == 0)
        {
            AddUnknown(entry, key, keys.Names, $"{table} has an unknown key: `{entry.Key}`");
            return;
        }

        var expected = meanings.Select(meaning => SettingsTable.Misfit(meaning.Option, entry.Value)).ToList();
        if (expected.TrueForAll(one => one is not null))
            Add(entry.Value, Quoted(entry), expected[0]!); // all are filtered
        else
            CheckChoice(entry, [.. meanings.Select(meaning => meaning.Option).Where(option => !option.IsHidden)]);
    }

    /// <summary>A value that no command takes.</summary>
    private void CheckChoice(TomlEntry entry, List<Option> meanings)
    {
        if (entry.Value.AsString is not { } value || !meanings.TrueForAll(option => Rejects(option, value)))
            return;
        if (
            meanings.SelectMany(option => option.Choices).Distinct(StringComparer.Ordinal).ToList() is
            { Count: > 0 } choices
        )
        {
            Add(entry.Value, Quoted(entry), $"one of {string.Join(", ", choices)}", $"`{value}`");
        }
    }

    private static bool Rejects(Option option, string value) =>
        !option.Choices.IsEmpty && !option.Choices.Contains(value, StringComparer.OrdinalIgnoreCase);

    private static string Quoted(TomlEntry entry) => $"`{entry.Key}`";

    /// <summary>Checks a value with a structure.</summary>
    /// <param name="subject">What messages call it: `` `index` in `sources` ``.</param>
    /// <param name="value">The value.</param>
    /// <param name="shape">What it should be.</param>
    private void Check(string subject, TomlValue value, SettingShape shape)
    {
        if (!shape.Fits(value))
        {
            Add(value, subject, shape.Expected);
            return;
        }

        switch (shape)
        {
            case SettingShape.ListOf list when value is TomlArray array:
                foreach (var item in array.Items)
                    CheckItem(subject, item, list);
                break;
            case SettingShape.Named named when value is TomlTable table:
                foreach (var inner in table.Entries)
                    Check($"{Quoted(inner)} in {subject}", inner.Value, named.Value);
                break;
            case SettingShape.Table known when value is TomlTable table:
                CheckKeys(subject, table, known);
                break;
            case SettingShape.Either either:
                Check(subject, value, either.First.Fits(value) ? either.First : either.Second);
                break;
        }
    }

    private void CheckItem(string subject, TomlValue item, SettingShape.ListOf list)
    {
        if (list.Item.Fits(item))
            Check(subject, item, list.Item);
        else
            faults.Add(text.Fault(item, $"{subject} must be {list.Expected}, but it holds {item.KindInWords}"));
    }

    private void CheckKeys(string subject, TomlTable table, SettingShape.Table known)
    {
        foreach (var inner in table.Entries)
        {
            if (known.Keys.TryGetValue(inner.Key, out var shape))
                Check($"{Quoted(inner)} in {subject}", inner.Value, shape);
            else
                AddUnknown(inner, inner.Key, known.Keys.Keys, $"{subject} has an unknown key: `{inner.Key}`");
        }
    }

    private void Add(TomlValue value, string subject, string expected, string? actual = null) =>
        faults.Add(text.Fault(value, $"{subject} must be {expected}, not {actual ?? value.KindInWords}"));

    private void AddUnknown(TomlEntry entry, string key, IEnumerable<string> known, string message)
    {
        ImmutableArray<Remedy> hints = Suggestions.Nearest(key, known) is { } nearest
            ? [$"Did you mean `{nearest}`?"]
            : ["Remove it, or pass `--no-config` to ignore all settings files"];
        faults.Add(text.Fault(entry, "unknown-setting", message) with { Hints = hints });
    }
}
