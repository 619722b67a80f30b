using System.Collections.Immutable;

namespace Krait.Cli.Parsing;

/// <summary>The commands of a program, with the options that all of them take.</summary>
/// <param name="All">The commands in the order of help texts.</param>
/// <param name="General">The options that stand before or after any command.</param>
/// <param name="Overview">Makes the stand-in for a missing command, which lists those that begin with the given words.</param>
internal sealed record CommandSet(
    ImmutableArray<Command> All,
    ImmutableArray<Option> General,
    Func<string, Command> Overview
)
{
    /// <summary>The general options that are answered whatever else is missing or wrong: help and the version.</summary>
    public ImmutableArray<Option> Answers { get; init; } = [];

    /// <summary>Finds the command with these words, or null.</summary>
    public Command? Find(string path)
    {
        foreach (var command in All)
        {
            if (string.Equals(command.Path, path, StringComparison.Ordinal))
                return command;
            foreach (var alias in command.Aliases)
            {
                if (string.Equals(alias, path, StringComparison.Ordinal))
                    return command;
            }
        }

        return null;
    }

    /// <summary>Whether these words are the first of several commands (`pip`).</summary>
    public bool IsGroup(string path) => All.Any(c => c.Path.StartsWith(path + " ", StringComparison.Ordinal));

    /// <summary>Whether a word is a general option whose value is the next word.</summary>
    public bool TakesNextWord(string word) =>
        word.StartsWith("--", StringComparison.Ordinal)
        && General.Any(option =>
            option.Kind is OptionKind.Value or OptionKind.Values
            && option.Aliases.Prepend(option.Name).Contains(word[2..], StringComparer.Ordinal)
        );
}
