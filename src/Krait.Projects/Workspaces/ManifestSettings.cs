using System.Collections.Immutable;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;
using Krait.Projects.Inputs;

namespace Krait.Projects.Workspaces;

/// <summary>What `[tool.krait]` (or, where that is missing, `[tool.uv]`) of a `pyproject.toml` says about the project.</summary>
public sealed record ManifestSettings
{
    /// <summary>A project whose manifest has no table of ours.</summary>
    public static ManifestSettings None { get; } = new();

    /// <summary>The table itself, for settings that are options of commands; null where there is none.</summary>
    public TomlTable? Table { get; init; }

    /// <summary>The table's name: `tool.krait` or `tool.uv`.</summary>
    public string TableName { get; init; } = "tool.krait";

    /// <summary>What it says about resolving.</summary>
    public ProjectSettings Resolving { get; init; } = new();

    /// <summary>Whether the project is ours to lock and to sync (`managed`).</summary>
    public bool IsManaged { get; init; } = true;

    /// <summary>Whether each member has an environment of its own (`isolated-members`), with just what it declares.</summary>
    public bool HasIsolatedMembers { get; init; }

    /// <summary>Whether the project is built and installed (`package`); null leaves it to `[build-system]`.</summary>
    public bool? IsPackage { get; init; }

    /// <summary>The groups that are synced where none are named (`default-groups`); null for the usual `dev`.</summary>
    public ImmutableArray<string>? DefaultGroups { get; init; }

    /// <summary>Whether all groups are synced where none are named (`default-groups = "all"`).</summary>
    public bool HasAllGroupsByDefault { get; init; }

    /// <summary>Ranges that hold in the environments of builds (`build-constraint-dependencies`).</summary>
    public ImmutableArray<Limit> BuildConstraints { get; init; } = [];

    /// <summary>The Python versions that single groups are for (`[tool.krait.dependency-groups]`).</summary>
    public ImmutableDictionary<ExtraName, SpecifierSet> GroupPythons { get; init; } =
        ImmutableDictionary<ExtraName, SpecifierSet>.Empty;

    /// <summary>The workspace that the manifest is the root of; null where it is none.</summary>
    public WorkspaceTable? Workspace { get; init; }

    /// <summary>Development requirements of the old form (`dev-dependencies`), which belong to the group `dev`.</summary>
    public ImmutableArray<StatedRequirement> DevelopmentDependencies { get; init; } = [];
}

/// <summary>The `workspace` table of a manifest.</summary>
/// <param name="Members">The patterns of the members' directories.</param>
/// <param name="Exclude">The patterns of directories that are no members.</param>
public sealed record WorkspaceTable(ImmutableArray<string> Members, ImmutableArray<string> Exclude);
