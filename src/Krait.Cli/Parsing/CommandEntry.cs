using System.Collections.Immutable;

namespace Krait.Cli.Parsing;

/// <summary>The words of a command, and what makes it.</summary>
/// <param name="Path">The words that name it, as in the command itself.</param>
/// <param name="Make">Makes it.</param>
internal sealed record CommandEntry(string Path, Func<Command> Make)
{
    /// <summary>Other words for it (`pip ls` for `pip list`).</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>Whether these words name it.</summary>
    public bool IsNamed(string words)
    {
        if (string.Equals(Path, words, StringComparison.Ordinal))
            return true;
        foreach (var alias in Aliases)
        {
            if (string.Equals(alias, words, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
