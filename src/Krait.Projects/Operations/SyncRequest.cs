using Krait.Environments.Layouts;
using Krait.Projects.Changing;
using Krait.Projects.Inputs;
using Krait.Projects.Targets;

namespace Krait.Projects.Operations;

/// <summary>The complete set that an environment is to hold.</summary>
/// <param name="Environment">The environment to change.</param>
/// <param name="Inputs">The set, as requirements; what it requires in turn is not added.</param>
/// <param name="Target">The machine that files are chosen for.</param>
public sealed record SyncRequest(PythonEnvironment Environment, RequirementSet Inputs, MachineTarget Target)
    : ChangeRequest(Environment, Inputs, Target)
{
    /// <summary>Whether of two lines on a package the last is taken, where it would be an error.</summary>
    public bool TakesLast { get; init; }
}
