using Krait.Packaging.Text;

namespace Krait.Cli.Parsing;

/// <summary>The values of one command line, with the environment's defaults behind them.</summary>
internal sealed class ParsedArguments(Command command, IReadOnlyDictionary<string, string> variables)
{
    private readonly Dictionary<Option, List<string>> values = [];
    private readonly Dictionary<Option, int> counts = [];
    private readonly Dictionary<Option, (List<string> Values, Layer Layer)> configuredValues = [];
    private readonly Dictionary<Option, bool> configuredSwitches = [];
    private readonly Dictionary<Option, string> places = [];
    private readonly List<TypedOption> typed = [];
    private Layer layer = new(isAlone: false);

    /// <summary>The command that was chosen.</summary>
    public Command Command { get; } = command;

    /// <summary>The positional arguments, in order.</summary>
    public List<string> Positionals { get; } = [];

    /// <summary>The options that were typed, in order, for headers of generated files.</summary>
    public IReadOnlyList<TypedOption> Typed => typed;

    /// <summary>The settings files that stand behind them, with their texts.</summary>
    public List<(string File, string Text)> Settings { get; } = [];

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

    /// <summary>Begins with the settings of the next place, which count where those before say nothing.</summary>
    /// <param name="isAlone">Whether lists of later places are not added to those of this one.</param>
    public void BeginSettings(bool isAlone = false) => layer = new Layer(isAlone);

    /// <summary>Sets what a flag is where neither the command line, the environment nor an earlier place says it.</summary>
    /// <param name="option">The flag.</param>
    /// <param name="isOn">What it is.</param>
    /// <param name="where">What sets it, for messages: `` `offline` in krait.toml:1 ``.</param>
    public void Configure(Option option, bool isOn, string where)
    {
        if (configuredSwitches.TryAdd(option, isOn))
            places.TryAdd(option, where);
    }

    /// <summary>
    /// Sets the values that an option has where neither the command line nor the environment gives any. A list that an earlier place began
    /// is continued; a single value stays.
    /// </summary>
    /// <exception cref="UsageException">A value is not among the option's choices.</exception>
    public void Configure(Option option, IEnumerable<string> values, string where)
    {
        var list = values.ToList();
        foreach (var value in list)
            ArgumentParser.CheckChoice(option, value, where);
        if (list.Count == 0)
            return;
        if (!configuredValues.TryGetValue(option, out var known))
        {
            configuredValues.Add(option, (list, layer));
            places.TryAdd(option, where);
        }
        else if (option.Accumulates && known.Layer != layer && !known.Layer.IsAlone)
        {
            known.Values.AddRange(list.Except(known.Values, StringComparer.Ordinal));
            configuredValues[option] = (known.Values, layer);
        }
    }

    /// <summary>What says what an option is, for messages: `` `--retries` ``, ``the variable `KRAIT_HTTP_RETRIES` ``, `` `retries` in krait.toml:3 ``.</summary>
    public string NameOf(Option option)
    {
        if (WasGiven(option))
            return $"`--{option.Name}`";
        return OptionVariables.Find(option, variables) is var (name, _)
            ? $"the variable `{name}`"
            : places.GetValueOrDefault(option) ?? $"`--{option.Name}`";
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
            ArgumentParser.CheckChoice(option, text, NameOf(option));
        return text ?? (configuredValues.TryGetValue(option, out var configured) ? configured.Values[^1] : null);
    }

    /// <summary>All values of a repeatable option, in order.</summary>
    public IReadOnlyList<string> Values(Option option)
    {
        if (values.TryGetValue(option, out var list))
            return list;
        const StringSplitOptions Parts = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        if (Variable(option) is { } text)
            return text.Split(option.VariableSeparator, Parts);
        return configuredValues.TryGetValue(option, out var configured) ? configured.Values : [];
    }

    /// <summary>The environment's default.</summary>
    private string? Variable(Option option) => OptionVariables.Find(option, variables)?.Text;

    private bool ParseBoolean(Option option, string text) =>
        Booleans.TryParse(text, out var isOn)
            ? isOn
            : throw new UsageException(
                $"{NameOf(option)} must be true or false, but it is `{text}`",
                "Set it to `1` or `0`"
            );

    /// <summary>One place of settings.</summary>
    private sealed class Layer(bool isAlone)
    {
        public bool IsAlone => isAlone;
    }
}
