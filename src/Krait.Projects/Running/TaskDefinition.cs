using System.Collections.Immutable;
using Krait.Packaging.Names;

namespace Krait.Projects.Running;

/// <summary>A task of a project (`[tool.krait.tasks]`).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Folder">The directory of the project that defines it, which its paths start from.</param>
public sealed record TaskDefinition(string Name, string Folder)
{
    /// <summary>What it runs, one command after the other; each is a list of words.</summary>
    public ImmutableArray<ImmutableArray<string>> Commands { get; init; } = [];

    /// <summary>One line on what it does; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>The tasks that are run before it.</summary>
    public ImmutableArray<string> DependsOn { get; init; } = [];

    /// <summary>Variables that it sets.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>The extras that it needs.</summary>
    public ImmutableArray<ExtraName> Extras { get; init; } = [];

    /// <summary>The dependency groups that it needs.</summary>
    public ImmutableArray<ExtraName> Groups { get; init; } = [];

    /// <summary>Where it runs, relative to the project; null for the project's directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Patterns of the files that it reads.</summary>
    public ImmutableArray<string> Inputs { get; init; } = [];

    /// <summary>Patterns of the files that it writes.</summary>
    public ImmutableArray<string> Outputs { get; init; } = [];

    /// <summary>Whether it is known when there is nothing to do.</summary>
    public bool CanBeSkipped => !Inputs.IsEmpty || !Outputs.IsEmpty;
}
