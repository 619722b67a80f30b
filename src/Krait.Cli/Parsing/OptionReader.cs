namespace Krait.Cli.Parsing;

/// <summary>Reads the words after a command against its option table.</summary>
internal sealed class OptionReader(Command command, List<Option> options, ParsedArguments parsed)
{
    private const int MostSuggestions = 3;

    /// <summary>Reads all words into the parsed arguments.</summary>
    /// <exception cref="UsageException">A word is no option of the command, or a value is missing or unwanted.</exception>
    public void Read(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (string.Equals(word, "--", StringComparison.Ordinal))
            {
                parsed.Positionals.AddRange(words.Skip(i + 1));
                return;
            }

            if (command.EndsOptionsEarly && (word.Length == 0 || word is "-" || word[0] != '-'))
            {
                parsed.Positionals.AddRange(words.Skip(i));
                return;
            }

            if (word.StartsWith("--", StringComparison.Ordinal))
                i += ReadLong(word[2..], words, i);
            else if (word is ['-', _, ..])
                i += ReadShort(word, words, i);
            else
                parsed.Positionals.Add(word);
        }
    }

    /// <summary>Reads `--name`, `--name=value` or `--name value`; the result is how many further words it took.</summary>
    private int ReadLong(string text, IReadOnlyList<string> words, int index)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? text : text[..equals];
        var glued = equals < 0 ? null : text[(equals + 1)..];
        var (option, isOpposite) = FindLong(name);
        Refuse(option, $"--{name}");
        if (option.Kind is OptionKind.Flag or OptionKind.Count)
        {
            if (glued is not null)
                throw new UsageException($"`--{name}` takes no value, but `{glued}` was given");
            Switch(option, isOpposite);
            return 0;
        }

        if (glued is null && index + 1 >= words.Count)
            throw new UsageException($"`--{name}` needs a value", $"Write `--{name} {option.ValueName}`");
        Store(option, glued ?? words[index + 1], $"`--{name}`");
        return glued is null ? 1 : 0;
    }

    /// <summary>Reads a bundle of one-letter options; the last may take the rest of the word, or the next word, as its value.</summary>
    private int ReadShort(string word, IReadOnlyList<string> words, int index)
    {
        for (var i = 1; i < word.Length; i++)
        {
            var option =
                options.Find(o => o.Short == word[i])
                ?? throw new UsageException(
                    $"`-{word[i]}` is not an option of `krait {command.Path}`",
                    $"Run `krait help {command.Path}` to see its options"
                );
            Refuse(option, $"-{word[i]}");
            if (option.Kind is OptionKind.Flag or OptionKind.Count)
            {
                Switch(option, isOpposite: false);
                continue;
            }

            if (i + 1 < word.Length)
            {
                Store(option, word[(i + 1)..].TrimStart('='), $"`-{word[i]}`");
                return 0;
            }

            if (index + 1 >= words.Count)
                throw new UsageException($"`-{word[i]}` needs a value", $"Write `-{word[i]} {option.ValueName}`");
            Store(option, words[index + 1], $"`-{word[i]}`");
            return 1;
        }

        return 0;
    }

    private void Refuse(Option option, string spelling)
    {
        if (option.Refused is { } advice)
            throw new UsageException($"`{spelling}` is not an option of `krait {command.Path}`", advice);
    }

    private void Switch(Option option, bool isOpposite)
    {
        if (isOpposite)
            parsed.Clear(option);
        else
            parsed.Add(option, null);
    }

    private void Store(Option option, string value, string where)
    {
        ArgumentParser.CheckChoice(option, value, where);
        parsed.Add(option, value);
    }

    /// <summary>Finds an option by its whole name, its opposite, or a prefix that only one option has.</summary>
    private (Option Option, bool IsOpposite) FindLong(string name)
    {
        foreach (var option in options)
        {
            if (Names(option).Contains(name, StringComparer.Ordinal))
                return (option, false);
            if (string.Equals(option.Opposite, name, StringComparison.Ordinal))
                return (option, true);
        }

        var candidates = options
            .Where(o => !o.IsHidden && Names(o).Any(n => n.StartsWith(name, StringComparison.Ordinal)))
            .ToList();
        var opposites = options.Where(o => o.Opposite?.StartsWith(name, StringComparison.Ordinal) ?? false).ToList();
        if (candidates.Count + opposites.Count == 1 && name.Length > 1)
            return candidates.Count == 1 ? (candidates[0], false) : (opposites[0], true);
        throw Unknown(name, candidates, opposites);
    }

    private UsageException Unknown(string name, List<Option> candidates, List<Option> opposites)
    {
        if (candidates.Count + opposites.Count > 1 && name.Length > 1)
        {
            var spellings = candidates
                .OrderBy(option => option.Rank)
                .Select(option => (Option: option, option.Name))
                .Concat(opposites.Select(option => (Option: option, Name: option.Opposite!))) // filtered before
                .OrderBy(one => one.Option.IsHidden)
                .Select(one => $"`--{one.Name}`")
                .Distinct(StringComparer.Ordinal)
                .Take(MostSuggestions)
                .ToList();
            var listed = string.Join(", ", spellings[..^1]);
            return new UsageException(
                $"`--{name}` is ambiguous",
                $"Did you mean {(listed.Length > 0 ? listed + " or " : "")}{spellings[^1]}? See `krait help {command.Path}` for all"
            );
        }

        var nearest = Suggestions.Nearest(name, options.Where(o => !o.IsHidden).SelectMany(Names));
        var hint = nearest is null
            ? $"Run `krait help {command.Path}` to see its options"
            : $"Did you mean `--{nearest}`?";
        return new UsageException($"`--{name}` is not an option of `krait {command.Path}`", hint);
    }

    private static IEnumerable<string> Names(Option option) => option.Aliases.Prepend(option.Name);
}
