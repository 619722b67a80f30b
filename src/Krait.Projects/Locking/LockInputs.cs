using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Versions;
using Krait.Projects.Inputs;
using Krait.Projects.Workspaces;

namespace Krait.Projects.Locking;

/// <summary>Everything that a workspace says about its lock, read and checked.</summary>
public sealed record LockInputs
{
    /// <summary>The workspace.</summary>
    public required Workspace Workspace { get; init; }

    /// <summary>What can be chosen.</summary>
    public required LockUnits Units { get; init; }

    /// <summary>The requirements for the resolver: those of all units, and what limits them.</summary>
    public required RequirementSet Requirements { get; init; }

    /// <summary>What the requirements of units on members lead to.</summary>
    public required ImmutableArray<MemberEdge> MemberEdges { get; init; }

    /// <summary>The unit that each requirement for the resolver is of, by its origin.</summary>
    public required ImmutableDictionary<RequirementOrigin, LockUnit> UnitsByOrigin { get; init; }

    /// <summary>The requirements of each unit as the lock keeps them: by its key, one text each, sorted.</summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<string>> Stated { get; init; }

    /// <summary>The Python versions that the lock is for.</summary>
    public required SpecifierSet RequiresPython { get; init; }

    /// <summary>How versions are chosen; defaults are left out.</summary>
    public required ImmutableSortedDictionary<string, string> Choosing { get; init; }

    /// <summary>A digest of everything that the lock depends on but the requirements themselves.</summary>
    public required string SettingsDigest { get; init; }

    /// <summary>A digest of everything that the lock depends on.</summary>
    public required string Digest { get; init; }
}

/// <summary>A requirement of a unit on a member of the workspace.</summary>
/// <param name="From">The unit.</param>
/// <param name="To">The unit that it leads to: the member or one of its extras.</param>
/// <param name="Marker">Where it holds.</param>
public sealed record MemberEdge(LockUnit From, LockUnit To, Marker Marker)
{
    /// <summary>The name of the member that is required.</summary>
    public PackageName Name => To.Project.Name!; // members have names
}
