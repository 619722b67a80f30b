using System.Collections.Immutable;
using System.Globalization;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;

namespace Krait.Cli.Settings;

/// <summary>Takes options from a TOML table, whose keys are the options' long names, with dashes or underscores.</summary>
/// <param name="arguments">What the command line says already.</param>
/// <param name="options">The options that the command takes.</param>
/// <param name="file">The file.</param>
/// <param name="trust">What the file may set; null for one that belongs to the user or was named.</param>
/// <param name="keys">The keys that there are, for all commands.</param>
internal sealed class SettingsTable(
    ParsedArguments arguments,
    ImmutableArray<Option> options,
    SettingsFileText file,
    ProjectTrust? trust,
    SettingsKeys keys
)
{
    /// <summary>Told of a setting that the file may not make, which is then ignored; without it, that is an error.</summary>
    public Action<Diagnostic>? Refused { get; init; }

    /// <summary>The option with a name or an opposite like a key, and which of the two it is; null when there is none.</summary>
    public static (Option Option, bool IsOpposite)? Find(IEnumerable<Option> options, string key)
    {
        foreach (var found in FindAll(options, key))
            return found;
        return null;
    }

    /// <summary>All options that a key may mean; `no-dry-run = true` is `dry-run = false`.</summary>
    public static IEnumerable<(Option Option, bool IsOpposite)> FindAll(IEnumerable<Option> options, string key)
    {
        var name = key.Replace('_', '-');
        var all = options as IReadOnlyList<Option> ?? [.. options];
        var isFound = false;
        foreach (var found in Named(all, name))
        {
            isFound = true;
            yield return found;
        }

        if (isFound || name is not ['n', 'o', '-', .. var rest])
            yield break;
        foreach (var (option, isOpposite) in Named(all, rest))
        {
            if (option.Kind == OptionKind.Flag)
                yield return (option, !isOpposite);
        }
    }

    private static IEnumerable<(Option Option, bool IsOpposite)> Named(IReadOnlyList<Option> options, string name)
    {
        foreach (var option in options)
        {
            if (option.Aliases.Prepend(option.Name).Contains(name, StringComparer.Ordinal))
                yield return (option, false);
            else if (string.Equals(option.Opposite, name, StringComparison.Ordinal))
                yield return (option, true);
        }
    }

    /// <summary>What an option expects instead of a value, as the end of a sentence; null where the value is of the right type.</summary>
    public static string? Misfit(Option option, TomlValue value)
    {
        switch (option.Kind)
        {
            case OptionKind.Flag:
                return value is TomlBoolean ? null : "true or false";
            case OptionKind.Count:
                return value is TomlInteger ? null : "an integer";
            case OptionKind.Value:
                return Text(option, value) is null
                    ? IsNumber(option)
                        ? "a number"
                        : "a string"
                    : null;
            default:
                if (value is TomlTable table)
                {
                    return table.Entries.All(entry => Pairs(option, entry.Key, entry.Value) is not null)
                        ? null
                        : "a table of strings";
                }

                if (value is TomlArray array)
                    return array.Items.All(item => item is TomlString) ? null : "a list of strings";
                // A project forbids wheels of everything by `no-binary = true`.
                var isFine = value is TomlString || (value is TomlBoolean && TakesAll(option));
                return isFine ? null : "a list of strings";
        }
    }

    /// <summary>Takes one entry; false when its key is no option of the command.</summary>
    /// <exception cref="KraitException">Its value is of the wrong kind, or none of the option's choices (unusable input).</exception>
    public bool TryApply(TomlEntry entry)
    {
        if (Find(options, entry.Key) is not var (option, isOpposite))
            return false;
        if (option.Refused is { } advice)
        {
            throw Unusable(
                file.Fault(entry, "invalid-setting", $"`{entry.Key}` cannot be set") with
                {
                    Hints = [advice],
                }
            );
        }

        if (Misfit(option, entry.Value) is { } expected)
        {
            // The key is that of another command's option, too, which takes such a value.
            if (keys.Options.Any(other => Find([other], entry.Key) is not null && Misfit(other, entry.Value) is null))
                return true;
            throw Unusable(file.Fault(entry.Value, $"`{entry.Key}` must be {expected}, not {entry.Value.KindInWords}"));
        }

        switch (option.Kind)
        {
            case OptionKind.Flag:
                var isOn = ((TomlBoolean)entry.Value).Value != isOpposite;
                if (!isOn || IsAllowed(option, entry, () => ProjectTrust.FindFault(option)))
                    arguments.Configure(option, isOn, file.NameOf(entry));
                break;
            case OptionKind.Count:
                // How much is said is a matter of one run.
                break;
            default:
                Apply(option, entry);
                break;
        }

        return true;
    }

    private void Apply(Option option, TomlEntry entry)
    {
        var values = Values(option, entry.Value).ToList();
        if (option.Choices.Length > 0 && IsForAnotherCommand(option, entry, values))
            return;
        foreach (var value in values)
            CheckAddress(option, entry, value);
        values = [.. values.Select(value => file.Resolve(option, value))];
        if (IsAllowed(option, entry, () => trust?.FindFault(option, arguments.Command, values)))
            arguments.Configure(option, values, file.NameOf(entry));
    }

    /// <summary>`format` is of several commands, each with formats of its own.</summary>
    private bool IsForAnotherCommand(Option option, TomlEntry entry, List<string> values) =>
        !Accepts(option, values)
        && keys.Options.Any(other => other != option && Find([other], entry.Key) is not null && Accepts(other, values));

    private static bool Accepts(Option option, List<string> values) =>
        option.Choices.IsEmpty
        || values.TrueForAll(value => option.Choices.Contains(value, StringComparer.OrdinalIgnoreCase));

    /// <summary>An index without `https://` would be looked for on disk.</summary>
    private void CheckAddress(Option option, TomlEntry entry, string value)
    {
        if (option.Content == OptionContent.Index && IndexAddress.FindFault(value, file.Folder) is { } fault)
            throw Unusable(file.Fault(entry.Value, $"`{entry.Key}`: {fault.Message}") with { Hints = fault.Hints });
    }

    /// <summary>Whether the file may say this; what the command line or a variable says takes precedence, so that nobody needs to ask.</summary>
    /// <exception cref="KraitException">It may not (unusable input).</exception>
    private bool IsAllowed(Option option, TomlEntry entry, Func<Diagnostic?> findFault)
    {
        if (
            trust is null
            || arguments.WasGiven(option)
            || arguments.IsConfigured(option)
            || findFault() is not { } fault
        )
        {
            return true;
        }

        var placed = fault.In(file.Shown, file.LineOf(entry));
        if (Refused is null)
            throw Unusable(placed);
        Refused(placed);
        return false;
    }

    private static IEnumerable<string> Values(Option option, TomlValue value) =>
        value switch
        {
            TomlTable table => table.Entries.SelectMany(pair => Pairs(option, pair.Key, pair.Value) ?? []),
            TomlBoolean all when TakesAll(option) => all.Value ? [NameLists.All] : [],
            TomlArray array => array.Items.Select(item => Text(option, item) ?? ""),
            _ => [Text(option, value) ?? ""],
        };

    /// <summary>
    /// `{ name = "value" }` as the command line has it: `name=value`, several for a list, and `package:name=value` for a table of a
    /// package; null where it is something else.
    /// </summary>
    private static IEnumerable<string>? Pairs(Option option, string name, TomlValue value) =>
        value switch
        {
            TomlArray array when array.AsStrings() is { } texts => texts.Select(text => $"{name}={text}"),
            TomlTable table
                when table.Entries.Select(entry => Pairs(option, $"{name}:{entry.Key}", entry.Value)).ToList()
                    is { } all
                    && all.TrueForAll(one => one is not null) => all.SelectMany(one => one!), // all were filtered
            _ => Text(option, value) is { } text ? [$"{name}={text}"] : null,
        };

    private static bool TakesAll(Option option) => option == PipOptions.NoBinary || option == PipOptions.OnlyBinary;

    private static bool IsNumber(Option option) => option.ValueName is "N" or "SECONDS";

    /// <summary>A string, a date, `false` where that lifts a limit, or a number where one is meant; null for all else.</summary>
    private static string? Text(Option option, TomlValue value) =>
        value switch
        {
            TomlString text => text.Value,
            TomlInteger number when IsNumber(option) => number.Value.ToString(CultureInfo.InvariantCulture),
            TomlFloat number when option.ValueName is "SECONDS" => number.Value.ToString(CultureInfo.InvariantCulture),
            TomlBoolean { Value: false } when IsMoment(option) => "false",
            TomlDateTime moment when IsMoment(option) => moment.Text,
            _ => null,
        };

    private static bool IsMoment(Option option) =>
        option == SelectionOptions.ExcludeNewer || option == SelectionOptions.ExcludeNewerPackage;

    private static KraitException Unusable(Diagnostic diagnostic) =>
        new(diagnostic) { Kind = FailureKind.UnusableInput };
}
