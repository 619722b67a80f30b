using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Resolver.Requests;
using Krait.Sources;

namespace Krait.Projects.Inputs;

/// <summary>What `[tool.krait]` (or, where that is missing, `[tool.uv]`) of a `pyproject.toml` says about resolving.</summary>
public sealed record ProjectSettings
{
    /// <summary>The environments to resolve for; empty means all.</summary>
    public ImmutableArray<Marker> Environments { get; init; } = [];

    /// <summary>Environments that a version without source distribution must have a wheel for.</summary>
    public ImmutableArray<Marker> RequiredEnvironments { get; init; } = [];

    /// <summary>Extras and groups that exclude each other.</summary>
    public ImmutableArray<ConflictSet> Conflicts { get; init; } = [];

    /// <summary>Ranges that hold for names (`constraint-dependencies`).</summary>
    public ImmutableArray<Limit> Constraints { get; init; } = [];

    /// <summary>Ranges that hold in build environments (`build-constraint-dependencies`).</summary>
    public ImmutableArray<Limit> BuildConstraints { get; init; } = [];

    /// <summary>Settings for all build backends (`config-settings`), as `KEY=VALUE`.</summary>
    public ImmutableArray<string> BuildSettings { get; init; } = [];

    /// <summary>Settings for the build backends of single packages (`config-settings-package`), as `KEY=VALUE`.</summary>
    public ImmutableDictionary<PackageName, ImmutableArray<string>> PackageBuildSettings { get; init; } =
        ImmutableDictionary<PackageName, ImmutableArray<string>>.Empty;

    /// <summary>What the builds of packages need beside what they state (`extra-build-dependencies`).</summary>
    public ImmutableDictionary<PackageName, ImmutableArray<Requirement>> ExtraBuildRequires { get; init; } =
        ImmutableDictionary<PackageName, ImmutableArray<Requirement>>.Empty;

    /// <summary>Variables for the builds of packages (`extra-build-variables`).</summary>
    public ImmutableDictionary<
        PackageName,
        ImmutableSortedDictionary<string, string>
    > ExtraBuildVariables { get; init; } =
        ImmutableDictionary<PackageName, ImmutableSortedDictionary<string, string>>.Empty;

    /// <summary>Requirements that replace all others on their names (`override-dependencies`).</summary>
    public ImmutableArray<Limit> Overrides { get; init; } = [];

    /// <summary>Names that are left out (`exclude-dependencies`).</summary>
    public ImmutableArray<PackageName> Excludes { get; init; } = [];

    /// <summary>
    /// Replacements and omissions in the requirements of single packages (tables in `override-dependencies` and
    /// `exclude-dependencies`).
    /// </summary>
    public ImmutableArray<ScopedChange> ScopedChanges { get; init; } = [];

    /// <summary>The indexes of `[[tool.krait.index]]`, in order.</summary>
    public ImmutableArray<StatedIndex> Indexes { get; init; } = [];

    /// <summary>Where single packages come from (`[tool.krait.sources]`).</summary>
    public ImmutableDictionary<PackageName, ImmutableArray<StatedSource>> Sources { get; init; } =
        ImmutableDictionary<PackageName, ImmutableArray<StatedSource>>.Empty;

    /// <summary>Metadata that the user states (`[[tool.krait.dependency-metadata]]`).</summary>
    public ImmutableArray<StatedMetadata> Metadata { get; init; } = [];

    /// <summary>
    /// These settings, completed by those of a place further away: lists are continued, and of what has a name the nearer one counts.
    /// </summary>
    public ProjectSettings Over(ProjectSettings further) =>
        this with
        {
            Environments = Environments.IsEmpty ? further.Environments : Environments,
            RequiredEnvironments = [.. RequiredEnvironments.Union(further.RequiredEnvironments)],
            Conflicts = Conflicts.AddRange(further.Conflicts),
            Constraints = Constraints.AddRange(further.Constraints),
            // One package has one replacement.
            Overrides = Overrides.AddRange(
                further.Overrides.Where(one => !Overrides.Any(own => own.Requirement.Name == one.Requirement.Name))
            ),
            Excludes = [.. Excludes.Union(further.Excludes)],
            ScopedChanges = ScopedChanges.AddRange(further.ScopedChanges),
            Indexes = Indexes.AddRange(
                further.Indexes.Where(one =>
                    one.Name is null || !Indexes.Any(own => string.Equals(own.Name, one.Name, StringComparison.Ordinal))
                )
            ),
            BuildConstraints = BuildConstraints.AddRange(further.BuildConstraints),
            BuildSettings = further.BuildSettings.AddRange(BuildSettings),
            PackageBuildSettings = further.PackageBuildSettings.SetItems(PackageBuildSettings),
            ExtraBuildRequires = further.ExtraBuildRequires.SetItems(ExtraBuildRequires),
            ExtraBuildVariables = further.ExtraBuildVariables.SetItems(ExtraBuildVariables),
            Sources = further.Sources.SetItems(Sources),
            Metadata = Metadata.AddRange(further.Metadata),
        };
}
