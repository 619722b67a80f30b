using System.Collections.Immutable;

namespace Krait.Cli.Parsing;

/// <summary>One command of the command line: its words, options and what runs it.</summary>
/// <param name="Path">The words that name it, separated by spaces (`pip install`).</param>
/// <param name="Help">One line for lists of commands, without a final period.</param>
internal sealed record Command(string Path, string Help)
{
    /// <summary>Its positional arguments, or null when it takes none.</summary>
    public Positional? Positional { get; init; }

    /// <summary>Whether it takes defaults from `krait.toml` or the project file: all but those that only show something of krait.</summary>
    public bool UsesSettings { get; init; } = true;

    /// <summary>The table below `[tool.pip-tools]` that gives it defaults, too; null where none does.</summary>
    public string? PipToolsTable { get; init; }

    /// <summary>Whether everything behind its words goes to it as it is typed, options of other programs included.</summary>
    public bool TakesWords { get; init; }

    /// <summary>Whether its options end at the first argument: what follows belongs to a program that it runs.</summary>
    public bool EndsOptionsEarly { get; init; }

    /// <summary>Makes its option table; called only when the command was chosen, so that start-up pays for one command.</summary>
    public required Func<ImmutableArray<Option>> Options { get; init; }

    /// <summary>Runs it; the result is the process's exit code.</summary>
    public required Func<KraitContext, ParsedArguments, CancellationToken, Task<int>> RunAsync { get; init; }
}
