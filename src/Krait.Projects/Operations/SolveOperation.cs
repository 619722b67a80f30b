using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Projects.Installing;
using Krait.Projects.Resolving;
using Krait.Projects.Targets;
using Krait.Projects.Work;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Operations;

/// <summary>Chooses what an installation would install, and changes nothing: for questions about today.</summary>
/// <param name="bench">What to work with.</param>
public sealed class SolveOperation(Workbench bench)
{
    /// <summary>Runs the operation.</summary>
    /// <exception cref="KraitException">An index or a file could not be read.</exception>
    public async Task<SolveOutcome> RunAsync(SolveRequest request, CancellationToken cancellationToken)
    {
        var answer = await new WheelResolver(bench).RunAsync(
            request,
            request.Target,
            installed: [],
            request.Locked,
            cancellationToken
        );
        return answer switch
        {
            WheelAnswer.Chosen chosen => new SolveOutcome.Solved(chosen.Resolution, chosen.Wheels),
            WheelAnswer.NoSolution none => new SolveOutcome.NoSolution(none.Explanation),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}

/// <summary>What is to be chosen.</summary>
/// <param name="Inputs">The requirements.</param>
/// <param name="Target">The machine that files are chosen for.</param>
public sealed record SolveRequest(Inputs.RequirementSet Inputs, MachineTarget Target) : ResolveRequest(Inputs)
{
    /// <summary>Files that lock files name; everything else has to fit them.</summary>
    public ImmutableArray<ChosenWheel> Locked { get; init; } = [];
}

/// <summary>What would be installed.</summary>
public abstract record SolveOutcome
{
    private SolveOutcome() { }

    /// <summary>These versions and files.</summary>
    /// <param name="Resolution">The versions, and what they require.</param>
    /// <param name="Wheels">Their files.</param>
    public sealed record Solved(Resolution Resolution, ImmutableArray<ChosenWheel> Wheels) : SolveOutcome;

    /// <summary>No versions satisfy the requirements.</summary>
    /// <param name="Explanation">Why.</param>
    public sealed record NoSolution(Explanation Explanation) : SolveOutcome;
}
