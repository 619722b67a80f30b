using System.Collections.Immutable;

namespace Krait.Projects.Compiling;

/// <summary>How a compiled requirements file is laid out.</summary>
public sealed record RequirementsLayout
{
    /// <summary>The command that the header tells the reader to run again; null for no header.</summary>
    public string? HeaderCommand { get; init; }

    /// <summary>Whether each line says what asked for it.</summary>
    public bool Annotates { get; init; } = true;

    /// <summary>Whether annotations stand beside the line rather than below it.</summary>
    public bool AnnotatesInLine { get; init; }

    /// <summary>Option lines at the top: `--index-url …`, `--find-links …`, `--only-binary …`.</summary>
    public ImmutableArray<string> OptionLines { get; init; } = [];

    /// <summary>A marker under which the whole file holds, written as a comment; null for none.</summary>
    public string? FileMarker { get; init; }
}
