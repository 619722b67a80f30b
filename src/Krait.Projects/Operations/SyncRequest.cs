using System.Collections.Immutable;
using Krait.Environments.Layouts;
using Krait.Installer.Execution;
using Krait.Packaging.Names;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Targets;

namespace Krait.Projects.Operations;

/// <summary>The complete set that an environment is to hold.</summary>
/// <param name="Environment">The environment to change.</param>
/// <param name="Inputs">The set, as requirements; what it requires in turn is not added.</param>
/// <param name="Target">The machine that files are chosen for.</param>
public sealed record SyncRequest(PythonEnvironment Environment, RequirementSet Inputs, MachineTarget Target)
{
    /// <summary>Files that a lock file names; they join the set.</summary>
    public ImmutableArray<ChosenWheel> Locked { get; init; } = [];

    /// <summary>How versions are chosen where the set does not pin them.</summary>
    public ResolveOptions Resolve { get; init; } = new();

    /// <summary>How files come into the environment.</summary>
    public InstallOptions Install { get; init; } = new();

    /// <summary>Whether of two lines on a package the last is taken, where it would be an error.</summary>
    public bool TakesLast { get; init; }

    /// <summary>Whether the environment is looked through for what does not fit.</summary>
    public bool ChecksEnvironment { get; init; }

    /// <summary>Whether everything is installed anew.</summary>
    public bool ReinstallsAll { get; init; }

    /// <summary>What is installed anew.</summary>
    public ImmutableHashSet<PackageName> Reinstalls { get; init; } = [];

    /// <summary>Whether the plan is only told.</summary>
    public bool IsDryRun { get; init; }
}
