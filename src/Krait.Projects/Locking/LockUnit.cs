using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Projects.Workspaces;

namespace Krait.Projects.Locking;

/// <summary>
/// What can be chosen from the lock of a workspace: a project itself, one of its extras, or one of its dependency groups. Everything but the
/// extras of the root is a dependency group in the words of lock files.
/// </summary>
/// <param name="Project">The project.</param>
/// <param name="Kind">What of it.</param>
/// <param name="Name">The extra or group; null for the project itself.</param>
/// <param name="Chosen">What the lock file calls it.</param>
/// <param name="IsExtra">Whether the lock file counts it among its extras.</param>
public sealed record LockUnit(Project Project, LockUnitKind Kind, ExtraName? Name, ExtraName Chosen, bool IsExtra)
{
    /// <summary>The condition that it is chosen.</summary>
    public Marker Condition { get; } = IsExtra ? Marker.FromChosenExtra(Chosen) : Marker.FromChosenGroup(Chosen);

    /// <summary>What `[tool.krait.requirements]` calls it: extras stand in brackets.</summary>
    public string Key => IsExtra ? $"[{Chosen}]" : Chosen.Value;
}

/// <summary>What a <see cref="LockUnit"/> is of its project.</summary>
public enum LockUnitKind
{
    /// <summary>The project itself, with what it always requires.</summary>
    Project,

    /// <summary>An extra.</summary>
    Extra,

    /// <summary>A dependency group.</summary>
    Group,
}
