using System.Collections.Immutable;

namespace Krait.Cli.Parsing;

/// <summary>The commands of a program, with the options that all of them take.</summary>
/// <param name="Entries">The commands in the order of help texts.</param>
/// <param name="General">The options that stand before or after any command.</param>
/// <param name="Overview">Makes the stand-in for a missing command, which lists those that begin with the given words.</param>
internal sealed record CommandSet(
    ImmutableArray<CommandEntry> Entries,
    ImmutableArray<Option> General,
    Func<string, Command> Overview
)
{
    /// <summary>The general options that are answered whatever else is missing or wrong: help and the version.</summary>
    public ImmutableArray<Option> Answers { get; init; } = [];

    /// <summary>All commands, made when they are needed: for help, suggestions, and the keys of settings files.</summary>
    public ImmutableArray<Command> All => field.IsDefault ? field = [.. Entries.Select(entry => entry.Make())] : field;

    /// <summary>Finds the command with these words, or null.</summary>
    public Command? Find(string path)
    {
        foreach (var entry in Entries)
        {
            if (entry.IsNamed(path))
                return entry.Make();
        }

        return null;
    }

    /// <summary>Whether these words are the first of several commands (`pip`).</summary>
    public bool IsGroup(string path)
    {
        foreach (var entry in Entries)
        {
            if (entry.Path.StartsWith(path, StringComparison.Ordinal) && entry.Path.AsSpan(path.Length) is [' ', ..])
                return true;
        }

        return false;
    }

    /// <summary>Whether a word is a general option whose value is the next word.</summary>
    public bool TakesNextWord(string word) =>
        word.StartsWith("--", StringComparison.Ordinal)
        && General.Any(option =>
            option.Kind is OptionKind.Value or OptionKind.Values
            && option.Aliases.Prepend(option.Name).Contains(word[2..], StringComparer.Ordinal)
        );
}
