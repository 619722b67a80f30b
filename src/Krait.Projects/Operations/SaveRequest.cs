using Krait.Projects.Inputs;
using Krait.Projects.Targets;

namespace Krait.Projects.Operations;

/// <summary>What is to be saved as files, and where.</summary>
/// <param name="Inputs">The requirements.</param>
/// <param name="Target">The machine that files are chosen for.</param>
/// <param name="Folder">The absolute path of the folder.</param>
public sealed record SaveRequest(RequirementSet Inputs, MachineTarget Target, string Folder)
    : FreshRequest(Inputs, Target)
{
    /// <summary>Whether a source is saved as the wheel that is built of it, and not as it is.</summary>
    public bool BuildsWheels { get; init; }
}
