using System.Collections.Immutable;
using Krait.Packaging.Text;

namespace Krait.Cli.Arguments;

/// <summary>The values of one command line, with the environment's defaults behind them.</summary>
internal sealed class ParsedArguments(Command command, IReadOnlyDictionary<string, string> variables)
{
    private readonly Dictionary<Option, List<string>> values = [];
    private readonly Dictionary<Option, int> counts = [];

    /// <summary>The command that was chosen.</summary>
    public Command Command { get; } = command;

    /// <summary>The positional arguments, in order.</summary>
    public List<string> Positionals { get; } = [];

    /// <summary>The command line as the user typed it, for headers of generated files.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>Records one use of an option.</summary>
    public void Add(Option option, string? value)
    {
        if (value is null)
        {
            counts[option] = counts.GetValueOrDefault(option) + 1;
            return;
        }
        if (!values.TryGetValue(option, out var list))
            values[option] = list = [];
        if (option.Kind == OptionKind.Value)
            list.Clear();
        list.Add(value);
    }

    /// <summary>Records the opposite spelling of a flag.</summary>
    public void Clear(Option option) => counts[option] = 0;

    /// <summary>Whether the option was typed, whatever the environment says.</summary>
    public bool WasGiven(Option option) => counts.ContainsKey(option) || values.ContainsKey(option);

    /// <summary>Whether a flag is on.</summary>
    /// <exception cref="KraitException">The variable behind it is not a boolean.</exception>
    public bool IsOn(Option option) =>
        counts.TryGetValue(option, out var count)
            ? count > 0
            : Variable(option) is { } text && ParseBoolean(option, text);

    /// <summary>A flag's three states: on, off, or not said.</summary>
    /// <exception cref="KraitException">The variable behind it is not a boolean.</exception>
    public bool? Switch(Option option)
    {
        if (counts.TryGetValue(option, out var count))
            return count > 0;
        return Variable(option) is { } text ? ParseBoolean(option, text) : null;
    }

    /// <summary>How often a counting option was given.</summary>
    public int Count(Option option) => counts.GetValueOrDefault(option);

    /// <summary>The value of an option, or null.</summary>
    /// <exception cref="KraitException">The variable behind it holds none of the option's choices.</exception>
    public string? Value(Option option)
    {
        if (values.TryGetValue(option, out var list))
            return list[^1];
        var text = Variable(option);
        if (text is not null)
            ArgumentParser.CheckChoice(option, text, $"the variable `{VariableName(option)}`");
        return text;
    }

    /// <summary>All values of a repeatable option, in order.</summary>
    public IReadOnlyList<string> Values(Option option)
    {
        if (values.TryGetValue(option, out var list))
            return list;
        return Variable(option)
                ?.Split(
                    option.VariableSeparator,
                    StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
                )
            ?? [];
    }

    private static string VariableName(Option option) => $"KRAIT_{option.Variable}";

    /// <summary>The environment's default; an empty variable counts as unset.</summary>
    private string? Variable(Option option) =>
        option.Variable is not null && variables.TryGetValue(VariableName(option), out var text) && text.Length > 0
            ? text
            : null;

    private static bool ParseBoolean(Option option, string text) =>
        text.ToLowerInvariant() switch
        {
            "1" or "true" or "t" or "yes" or "y" or "on" => true,
            "0" or "false" or "f" or "no" or "n" or "off" => false,
            _ => throw new UsageException(
                $"the variable `{VariableName(option)}` is neither true nor false: `{text}`",
                "Use `1` or `0`"
            ),
        };
}
