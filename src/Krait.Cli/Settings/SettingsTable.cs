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
/// <param name="file">The file as messages call it.</param>
/// <param name="trust">What the file may set; null for one that the user named.</param>
internal sealed class SettingsTable(
    ParsedArguments arguments,
    ImmutableArray<Option> options,
    string file,
    ProjectTrust? trust
)
{
    /// <summary>Told of a setting that the file may not make, which is then ignored; without it, that is an error.</summary>
    public Action<Diagnostic>? Refused { get; init; }

    /// <summary>The option with a name or an opposite like a key, and which of the two it is; null when there is none.</summary>
    public static (Option Option, bool IsOpposite)? Find(IEnumerable<Option> options, string key)
    {
        var name = key.Replace('_', '-');
        foreach (var option in options)
        {
            if (option.Aliases.Prepend(option.Name).Contains(name, StringComparer.Ordinal))
                return (option, false);
            if (string.Equals(option.Opposite, name, StringComparison.Ordinal))
                return (option, true);
        }

        return null;
    }

    /// <summary>Takes one entry; false when its key is no option.</summary>
    /// <exception cref="KraitException">Its value is of the wrong kind, or none of the option's choices (unusable input).</exception>
    public bool TryApply(TomlEntry entry)
    {
        if (Find(options, entry.Key) is not { } found)
        {
            // `no-dry-run = true` is `dry-run = false`.
            var inverted = entry.Key.Replace('_', '-') is ['n', 'o', '-', .. var rest] ? Find(options, rest) : null;
            if (inverted is not { Option.Kind: OptionKind.Flag } positive)
                return false;
            found = (positive.Option, !positive.IsOpposite);
        }

        var (option, isOpposite) = found;
        if (option.Refused is { } advice)
            throw Invalid($"`{entry.Key}` cannot be set", advice);
        switch (option.Kind)
        {
            case OptionKind.Flag:
                if (entry.Value.AsBoolean is not { } isOn)
                    throw WrongKind(entry, "true or false");
                if (isOn == isOpposite || IsAllowed(option, () => ProjectTrust.FindFault(option)))
                    arguments.Configure(option, isOn != isOpposite);
                break;
            case OptionKind.Count:
                // How much is said is a matter of one run.
                break;
            default:
                var values = Values(option, entry).ToList();
                if (IsAllowed(option, () => trust?.FindFault(option, arguments.Command, values)))
                    arguments.Configure(option, values, $"`{entry.Key}` in {file}");
                break;
        }

        return true;
    }

    /// <summary>Whether the file may say this; what the command line or a variable says counts more, so that nobody needs to ask.</summary>
    /// <exception cref="KraitException">It may not (unusable input).</exception>
    private bool IsAllowed(Option option, Func<Diagnostic?> findFault)
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

        if (Refused is null)
            throw new KraitException(fault.In(file)) { Kind = FailureKind.UnusableInput };
        Refused(fault.In(file));
        return false;
    }

    private IEnumerable<string> Values(Option option, TomlEntry entry)
    {
        if (entry.Value is TomlTable table)
        {
            return table.Entries.Select(pair =>
                $"{pair.Key}={Text(pair.Value) ?? throw WrongKind(entry, "a text each")}"
            );
        }

        // A project forbids wheels of everything by `no-binary = true`.
        if (option == PipOptions.NoBinary && entry.Value is TomlBoolean all)
            return all.Value ? [":all:"] : [];
        if (entry.Value is not TomlArray array)
            return [Text(entry.Value) ?? throw WrongKind(entry, "a text")];
        if (option.Kind == OptionKind.Value)
            throw WrongKind(entry, "one text");
        return array.Items.Select(item => Text(item) ?? throw WrongKind(entry, "a list of texts"));
    }

    /// <summary>A text, a number, or `false`, which lifts a limit.</summary>
    private static string? Text(TomlValue value) =>
        value switch
        {
            TomlString text => text.Value,
            TomlInteger number => number.Value.ToString(CultureInfo.InvariantCulture),
            TomlBoolean { Value: false } => "false",
            TomlDateTime moment => moment.Text,
            _ => null,
        };

    private KraitException WrongKind(TomlEntry entry, string expected) =>
        Invalid($"`{entry.Key}` is {entry.Value.KindInWords}, not {expected}");

    private KraitException Invalid(string message, params ImmutableArray<string> hints) =>
        new(new Diagnostic("invalid-setting", message) { Hints = hints }.In(file)) { Kind = FailureKind.UnusableInput };
}
