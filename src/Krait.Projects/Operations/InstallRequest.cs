using Krait.Environments.Layouts;
using Krait.Projects.Changing;
using Krait.Projects.Inputs;
using Krait.Projects.Targets;

namespace Krait.Projects.Operations;

/// <summary>What is to be installed, where and how.</summary>
/// <param name="Environment">The environment to change.</param>
/// <param name="Inputs">The requirements.</param>
/// <param name="Target">The machine that files are chosen for.</param>
public sealed record InstallRequest(PythonEnvironment Environment, RequirementSet Inputs, MachineTarget Target)
    : ChangeRequest(Environment, Inputs, Target)
{
    /// <summary>Whether only what the requirements need is installed, not the requirements themselves.</summary>
    public bool OnlyDependencies { get; init; }

    /// <summary>Whether what is named counts as what a user asked for; not where it only completes what is installed.</summary>
    public bool MarksRequested { get; init; } = true;

    /// <summary>Whether everything that nothing requires is removed.</summary>
    public bool IsExact { get; init; }
}
