using System.Collections.Immutable;
using Krait.Environments.Layouts;
using Krait.Installer.Execution;
using Krait.Packaging.Names;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Targets;

namespace Krait.Projects.Operations;

/// <summary>What is to be installed, where and how.</summary>
/// <param name="Environment">The environment to change.</param>
/// <param name="Inputs">What is asked for.</param>
/// <param name="Target">The machine that files are chosen for.</param>
public sealed record InstallRequest(PythonEnvironment Environment, RequirementSet Inputs, MachineTarget Target)
{
    /// <summary>How versions are chosen.</summary>
    public ResolveOptions Resolve { get; init; } = new();

    /// <summary>How files come into the environment.</summary>
    public InstallOptions Install { get; init; } = new();

    /// <summary>Files that lock files name; they are installed as they are, and nothing that they require.</summary>
    public ImmutableArray<ChosenWheel> Locked { get; init; } = [];

    /// <summary>Whether what is asked for is left out, and only what it requires is installed.</summary>
    public bool OnlyDependencies { get; init; }

    /// <summary>Whether the environment is looked through for what does not fit, though nothing is changed.</summary>
    public bool ChecksEnvironment { get; init; }

    /// <summary>Whether what is neither asked for nor required is removed.</summary>
    public bool IsExact { get; init; }

    /// <summary>Whether everything in the result is installed anew.</summary>
    public bool ReinstallsAll { get; init; }

    /// <summary>What is installed anew.</summary>
    public ImmutableHashSet<PackageName> Reinstalls { get; init; } = [];

    /// <summary>Whether the plan is only told.</summary>
    public bool IsDryRun { get; init; }
}
