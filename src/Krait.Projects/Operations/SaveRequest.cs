using System.Collections.Immutable;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Resolving;
using Krait.Projects.Targets;

namespace Krait.Projects.Operations;

/// <summary>What is to be saved as files, and where.</summary>
/// <param name="Inputs">The requirements.</param>
/// <param name="Target">The machine that files are chosen for.</param>
/// <param name="Folder">The absolute path of the folder.</param>
public sealed record SaveRequest(RequirementSet Inputs, MachineTarget Target, string Folder) : ResolveRequest(Inputs)
{
    /// <summary>Files that lock files name; everything else has to fit them.</summary>
    public ImmutableArray<ChosenWheel> Locked { get; init; } = [];

    /// <summary>Whether a source is saved as the wheel that is built of it, and not as it is.</summary>
    public bool BuildsWheels { get; init; }

    /// <summary>Whether only what the requirements need is saved, not the requirements themselves.</summary>
    public bool OnlyDependencies { get; init; }
}
