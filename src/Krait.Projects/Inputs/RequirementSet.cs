using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;
using Krait.Packaging.RequirementsFiles;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Projects.Inputs;

/// <summary>What the user asks for, read and checked.</summary>
public sealed record RequirementSet
{
    /// <summary>What is asked for, in the order in which it was.</summary>
    public ImmutableArray<RootRequirement> Roots { get; init; } = [];

    /// <summary>URLs and paths among what is asked for whose names only their sources tell.</summary>
    public ImmutableArray<UnnamedRequirement> Unnamed { get; init; } = [];

    /// <summary>Where all this was stated, and what the user wants of tables of sources.</summary>
    public RequirementSources Sources { get; init; } = new();

    /// <summary>What limits versions.</summary>
    public ImmutableArray<Limit> Constraints { get; init; } = [];

    /// <summary>What limits the versions in build environments.</summary>
    public ImmutableArray<Limit> BuildConstraints { get; init; } = [];

    /// <summary>Settings for the backends of single packages, as lines of requirements files give them (`KEY=VALUE`).</summary>
    public ImmutableDictionary<PackageName, ImmutableArray<string>> BuildSettings { get; init; } =
        ImmutableDictionary<PackageName, ImmutableArray<string>>.Empty;

    /// <summary>What replaces other requirements.</summary>
    public ImmutableArray<Limit> Overrides { get; init; } = [];

    /// <summary>What is left out.</summary>
    public ImmutableArray<PackageName> Excludes { get; init; } = [];

    /// <summary>The digests that the input allows, by name.</summary>
    public ImmutableDictionary<PackageName, ImmutableArray<FileHash>> Hashes { get; init; } =
        ImmutableDictionary<PackageName, ImmutableArray<FileHash>>.Empty;

    /// <summary>Whether a file demands that everything has a digest; null where none says so or the opposite.</summary>
    public bool? RequiresHashes { get; init; }

    /// <summary>The options of requirements files, in order.</summary>
    public ImmutableArray<LineOptions> Options { get; init; } = [];

    /// <summary>The Python versions that the project says it supports; null where no project file says it.</summary>
    public SpecifierSet? RequiresPython { get; init; }

    /// <summary>What the project's tables say about resolving.</summary>
    public ProjectSettings Settings { get; init; } = new();

    /// <summary>Packages that come from one index only.</summary>
    public ImmutableArray<IndexPin> IndexPins { get; init; } = [];

    /// <summary>The packages of groups that are upgraded.</summary>
    public ImmutableHashSet<PackageName> UpgradedPackages { get; init; } = [];

    /// <summary>What the user should know.</summary>
    public ImmutableArray<Diagnostic> Warnings { get; init; } = [];
}
