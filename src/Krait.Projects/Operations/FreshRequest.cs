using System.Collections.Immutable;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Resolving;
using Krait.Projects.Targets;

namespace Krait.Projects.Operations;

/// <summary>What is chosen as if nothing were installed.</summary>
/// <param name="Inputs">The requirements.</param>
/// <param name="Target">The machine that files are chosen for.</param>
public abstract record FreshRequest(RequirementSet Inputs, MachineTarget Target) : ResolveRequest(Inputs)
{
    /// <summary>Files that lock files name; everything else has to fit them.</summary>
    public ImmutableArray<ChosenWheel> Locked { get; init; } = [];

    /// <summary>Whether only what the requirements need is taken, not the requirements themselves.</summary>
    public bool OnlyDependencies { get; init; }
}
