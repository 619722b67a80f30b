using System.Collections.Immutable;
using Krait.Environments.Layouts;
using Krait.Installer.Execution;
using Krait.Packaging.Names;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Resolving;
using Krait.Projects.Targets;

namespace Krait.Projects.Changing;

/// <summary>What every operation that changes an environment is given.</summary>
/// <param name="Environment">The environment to change.</param>
/// <param name="Inputs">The requirements.</param>
/// <param name="Target">The machine that files are chosen for.</param>
public abstract record ChangeRequest(PythonEnvironment Environment, RequirementSet Inputs, MachineTarget Target)
    : ResolveRequest(Inputs)
{
    /// <summary>How files come into the environment.</summary>
    public InstallOptions Install { get; init; } = new();

    /// <summary>Files that lock files name; they are installed as they are.</summary>
    public ImmutableArray<ChosenWheel> Locked { get; init; } = [];

    /// <summary>The lock file that has to hold all that is required; null where nothing is promised.</summary>
    public ClosedSet? Closed { get; init; }

    /// <summary>Whether the environment is checked for what does not fit, even when nothing is changed.</summary>
    public bool ChecksEnvironment { get; init; }

    /// <summary>Whether everything in the result is installed again.</summary>
    public bool ReinstallsAll { get; init; }

    /// <summary>What is installed again.</summary>
    public ImmutableHashSet<PackageName> Reinstalls { get; init; } = [];

    /// <summary>Whether the plan is only shown.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Whether a package is installed again, whatever is installed of it.</summary>
    public bool IsRenewed(PackageName name) => ReinstallsAll || Reinstalls.Contains(name);
}
