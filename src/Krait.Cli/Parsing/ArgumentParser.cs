using System.Collections.Immutable;

namespace Krait.Cli.Parsing;

/// <summary>
/// Parses a command line against the static tables, with the habits of pip and uv: general options before or after the command,
/// bundled short flags (`-qU`), glued values (`-rfile`), `--option=value`, long options shortened to a unique prefix, options and
/// arguments mixed, `--` ending the options.
/// </summary>
internal static class ArgumentParser
{
    /// <summary>Chooses the command and reads its arguments.</summary>
    /// <param name="commands">The commands that there are.</param>
    /// <param name="words">The arguments of the process.</param>
    /// <param name="variables">The environment that gives defaults.</param>
    /// <exception cref="UsageException">The words fit no command, or not the one they name.</exception>
    public static ParsedArguments Parse(
        CommandSet commands,
        ImmutableArray<string> words,
        IReadOnlyDictionary<string, string> variables
    )
    {
        var (command, rest, behind) = ChooseCommand(commands, words);
        var parsed = new ParsedArguments(command, variables);
        if (command.TakesWords)
            return ReadWords(commands, parsed, rest, behind);
        rest.AddRange(behind);
        var reader = new OptionReader(command, [.. command.Options(), .. commands.General], parsed);
        try
        {
            reader.Read(rest);
        }
        catch (UsageException) when (AsksForHelp(commands, rest) is { } asked)
        {
            parsed.Add(asked, null);
            return parsed;
        }

        if (!commands.Answers.Any(parsed.WasGiven))
            CheckPositionals(command, parsed);
        return parsed;
    }

    /// <summary>Leaves what stands behind the command to it, unless that begins with a question about the command.</summary>
    private static ParsedArguments ReadWords(
        CommandSet commands,
        ParsedArguments parsed,
        List<string> before,
        ImmutableArray<string> behind
    )
    {
        new OptionReader(parsed.Command, [.. commands.General], parsed).Read(before);
        if (behind is [var first, ..] && AsksForHelp(commands, [first]) is { } asked)
            parsed.Add(asked, null);
        else
            parsed.Positionals.AddRange(behind);
        return parsed;
    }

    /// <summary>The option for help or the version among words that cannot be used otherwise; null where there is none.</summary>
    private static Option? AsksForHelp(CommandSet commands, List<string> words)
    {
        var options = words.TakeWhile(word => !string.Equals(word, "--", StringComparison.Ordinal)).ToList();
        return commands.Answers.FirstOrDefault(option =>
            options.Contains($"--{option.Name}", StringComparer.Ordinal)
            || options.Contains($"-{option.Short}", StringComparer.Ordinal)
        );
    }

    /// <summary>Refuses a value that is not among an option's choices.</summary>
    /// <exception cref="UsageException">It is not.</exception>
    public static void CheckChoice(Option option, string value, string where)
    {
        if (
            option.Choices.IsEmpty
            || option.Choices.Concat(option.OtherChoices).Contains(value, StringComparer.OrdinalIgnoreCase)
        )
        {
            return;
        }

        throw new UsageException(
            $"`{value}` is not a value for {where}",
            $"Choose one of: {string.Join(", ", option.Choices)}"
        );
    }

    /// <summary>Takes the words that name a command out of the line, leaving general options that stand before or between them.</summary>
    private static (Command Command, List<string> Before, ImmutableArray<string> Behind) ChooseCommand(
        CommandSet commands,
        ImmutableArray<string> words
    )
    {
        var rest = new List<string>();
        var path = "";
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            if (word.StartsWith('-'))
            {
                rest.Add(word);
                if (commands.TakesNextWord(word) && i + 1 < words.Length)
                    rest.Add(words[++i]);
                continue;
            }

            path = path.Length == 0 ? word : $"{path} {word}";
            if (commands.Find(path) is { } command)
            {
                return (command, rest, words[(i + 1)..]);
            }

            if (!commands.IsGroup(path))
                throw UnknownCommand(commands, path);
        }

        return (commands.Overview(path), rest, []);
    }

    /// <summary>Refuses words that name no command, with the nearest one or what stands in for it.</summary>
    public static UsageException UnknownCommand(CommandSet commands, string path)
    {
        var hint = ForeignCommands.Advice(commands, path);
        if (hint is null && Suggestions.Nearest(path, commands.All.Select(c => c.Path)) is { } nearest)
            hint = $"Did you mean `krait {nearest}`?";
        // `krait instal` means `krait pip install`.
        if (hint is null && Suggestions.Nearest($"pip {path}", commands.All.Select(c => c.Path)) is { } ofPip)
            hint = $"Did you mean `krait {ofPip}`?";
        return new UsageException(
            $"there is no command `krait {path}`",
            hint ?? "Run `krait help` to see the commands"
        );
    }

    private static void CheckPositionals(Command command, ParsedArguments parsed)
    {
        var given = parsed.Positionals;
        var positional = command.Positional;
        var problem = (positional, given.Count) switch
        {
            (null, > 0) => $"`krait {command.Path}` takes no argument, but `{given[0]}` was given",
            ({ IsRequired: true }, 0) => $"`krait {command.Path}` needs {positional.Name}",
            ({ IsRepeatable: false }, > 1) =>
                $"`krait {command.Path}` takes one {positional.Name}, and `{given[1]}` is another",
            _ => null,
        };
        if (problem is not null)
            throw new UsageException(problem, $"Run `krait help {command.Path}`");
    }
}
