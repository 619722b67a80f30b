using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Projects.Inputs;

/// <summary>What a project file, script or dependency group asks for.</summary>
/// <param name="Roots">Its requirements, each with its place.</param>
internal sealed record ProjectContents(ImmutableArray<RootRequirement> Roots)
{
    /// <summary>The Python versions that it says it supports.</summary>
    public SpecifierSet? RequiresPython { get; init; }

    /// <summary>What its tables say about resolving; null where there are none.</summary>
    public ProjectSettings? Settings { get; init; }

    /// <summary>Packages that come from one index only.</summary>
    public ImmutableArray<IndexPin> IndexPins { get; init; } = [];

    /// <summary>What is wrong with it.</summary>
    public ImmutableArray<Diagnostic> Errors { get; init; } = [];

    /// <summary>A file that cannot be used.</summary>
    public static ProjectContents Failed(params ImmutableArray<Diagnostic> errors) => new([]) { Errors = errors };
}
