using System.Collections.Immutable;
using Krait.Installer.Execution;
using Krait.Packaging.Names;
using Krait.Projects.Locking;
using Krait.Projects.Targets;
using Krait.Projects.Workspaces;

namespace Krait.Projects.Operations;

/// <summary>What the environment of a workspace is to hold.</summary>
/// <param name="Lock">What is wanted of the lock.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Target">The machine that files are chosen for.</param>
public sealed record ProjectSyncRequest(LockRequest Lock, ProjectEnvironment Environment, MachineTarget Target)
{
    /// <summary>Which parts of the workspace.</summary>
    public WantedParts Selection { get; init; } = new();

    /// <summary>What is left out, and how local packages are installed.</summary>
    public LockOmissions Omissions { get; init; } = new();

    /// <summary>How files come into the environment.</summary>
    public InstallOptions Install { get; init; } = new();

    /// <summary>Whether packages stay that the lock does not name.</summary>
    public bool IsInexact { get; init; }

    /// <summary>Whether everything is installed again.</summary>
    public bool ReinstallsAll { get; init; }

    /// <summary>What is installed again.</summary>
    public ImmutableHashSet<PackageName> Reinstalls { get; init; } = [];

    /// <summary>Whether the lock file stays as it is, or missing, whatever was chosen.</summary>
    public bool LeavesLock { get; init; }

    /// <summary>Whether nothing is changed.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Our version, which marks environments as ours.</summary>
    public required string KraitVersion { get; init; }
}
