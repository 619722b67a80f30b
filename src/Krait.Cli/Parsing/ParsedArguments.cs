using Krait.Packaging.Text;

namespace Krait.Cli.Parsing;

/// <summary>The values of one command line, with the environment's defaults behind them.</summary>
internal sealed class ParsedArguments(Command command, IReadOnlyDictionary<string, string> variables)
{
    private readonly Dictionary<Option, List<string>> values = [];
    private readonly Dictionary<Option, int> counts = [];
    private readonly Dictionary<Option, List<string>> configuredValues = [];
    private readonly Dictionary<Option, bool> configuredSwitches = [];
    private readonly List<TypedOption> typed = [];

    /// <summary>The command that was chosen.</summary>
    public Command Command { get; } = command;

    /// <summary>The positional arguments, in order.</summary>
    public List<string> Positionals { get; } = [];

    /// <summary>The options that were typed, in order, for headers of generated files.</summary>
    public IReadOnlyList<TypedOption> Typed => typed;

    /// <summary>Records one use of an option.</summary>
    public void Add(Option option, string? value)
    {
        typed.Add(new TypedOption(option, IsOpposite: false, value));
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
    public void Clear(Option option)
    {
        typed.Add(new TypedOption(option, IsOpposite: true, Value: null));
        counts[option] = 0;
    }

    /// <summary>Sets what a flag is where neither the command line nor the environment says it.</summary>
    public void Configure(Option option, bool isOn) => configuredSwitches.TryAdd(option, isOn);

    /// <summary>Sets the values that an option has where neither the command line nor the environment gives any.</summary>
    /// <exception cref="UsageException">A value is not among the option's choices.</exception>
    public void Configure(Option option, IEnumerable<string> values, string where)
    {
        var list = values.ToList();
        foreach (var value in list)
            ArgumentParser.CheckChoice(option, value, where);
        if (list.Count > 0)
            configuredValues.TryAdd(option, list);
    }

    /// <summary>Takes over what another line of options says, as if it had been typed last, but for headers.</summary>
    public void Absorb(ParsedArguments other)
    {
        foreach (var (option, count) in other.counts)
            counts[option] = count;
        foreach (var (option, list) in other.values)
        {
            if (option.Kind == OptionKind.Value || !values.TryGetValue(option, out var own))
                values[option] = list;
            else
                own.AddRange(list);
        }
    }

    /// <summary>Whether the environment or a file of settings says something about the option.</summary>
    public bool IsConfigured(Option option) =>
        Variable(option) is not null || configuredSwitches.ContainsKey(option) || configuredValues.ContainsKey(option);

    /// <summary>Whether the option was typed, whatever the environment says.</summary>
    public bool WasGiven(Option option) => counts.ContainsKey(option) || values.ContainsKey(option);

    /// <summary>Whether a flag is on.</summary>
    /// <exception cref="KraitException">The variable behind it is not a boolean.</exception>
    public bool IsOn(Option option) => Switch(option) ?? false;

    /// <summary>A flag's three states: on, off, or not said.</summary>
    /// <exception cref="KraitException">The variable behind it is not a boolean.</exception>
    public bool? Switch(Option option)
    {
        if (counts.TryGetValue(option, out var count))
            return count > 0;
        if (Variable(option) is { } text)
            return ParseBoolean(option, text);
        return configuredSwitches.TryGetValue(option, out var configured) ? configured : null;
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
        return text ?? (configuredValues.TryGetValue(option, out var configured) ? configured[^1] : null);
    }

    /// <summary>All values of a repeatable option, in order.</summary>
    public IReadOnlyList<string> Values(Option option)
    {
        if (values.TryGetValue(option, out var list))
            return list;
        const StringSplitOptions Parts = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        if (Variable(option) is { } text)
            return text.Split(option.VariableSeparator, Parts);
        return configuredValues.TryGetValue(option, out var configured) ? configured : [];
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
