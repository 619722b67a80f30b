using System.Collections.Immutable;

namespace Krait.Cli.Parsing;

/// <summary>One option of the command line: a row of the static table that parsing, help and the reference are made from.</summary>
/// <param name="Name">The long spelling without its dashes.</param>
/// <param name="Kind">Whether and how often it takes a value.</param>
/// <param name="Help">One line for help texts, without a final period.</param>
internal sealed record Option(string Name, OptionKind Kind, string Help)
{
    /// <summary>The one-letter spelling, or NUL.</summary>
    public char Short { get; init; }

    /// <summary>Other long spellings: pip's, pip-compile's, uv's.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>The opposite spelling of a flag, which turns it off; accepted even where help does not show it.</summary>
    public string? Opposite { get; init; }

    /// <summary>Whether a flag is on where nothing is said, so that only its opposite tells something.</summary>
    public bool IsOnByDefault { get; init; }

    /// <summary>The heading of help texts that it stands under.</summary>
    public string Heading => OptionHeadings.Of(Name);

    /// <summary>How near the top a short list shows it: 0 is first; most options have no place of their own.</summary>
    public int Rank => OptionHeadings.RankOf(Name);

    /// <summary>What holds where it is not given, for help texts; null where that needs no word.</summary>
    public string? Default { get; init; }

    /// <summary>What stands for the value in help texts.</summary>
    public string ValueName { get; init; } = "VALUE";

    /// <summary>The values that are accepted, when they are a closed list.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>Other spellings of the choices, which are taken and not offered.</summary>
    public ImmutableArray<string> OtherChoices { get; init; } = [];

    /// <summary>The environment variable that gives a default, without its prefix `KRAIT_`; null when there is none.</summary>
    public string? Variable { get; init; }

    /// <summary>Whether uv has a variable of the same name, which counts where Krait's is not set.</summary>
    public bool HasUvVariable { get; init; } = true;

    /// <summary>Further variables of other tools, with their prefix, that count last.</summary>
    public ImmutableArray<string> OtherVariables { get; init; } = [];

    /// <summary>What its value is.</summary>
    public OptionContent Content { get; init; }

    /// <summary>Equal options have equal names; the other members would cost every look-up.</summary>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>Whether the values of several settings files count together; in lists with `:all:` and `:none:` the nearest file alone does.</summary>
    public bool Accumulates => Kind == OptionKind.Values && !ValueName.StartsWith(':');

    /// <summary>What separates several values in the variable; lists of files and URLs use white space.</summary>
    public char VariableSeparator { get; init; } = ' ';

    /// <summary>Accepted for the sake of old scripts; not shown in help.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Accepted and without effect here; the text says why and is printed as a warning.</summary>
    public string? Ignored { get; init; }

    /// <summary>Refused with this advice: the option of a tool that people come from, which Krait answers in another way.</summary>
    public string? Refused { get; init; }
}
