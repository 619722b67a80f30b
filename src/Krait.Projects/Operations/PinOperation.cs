using System.Collections.Immutable;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Text;
using Krait.Projects.Compiling;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Resolving;
using Krait.Projects.Targets;
using Krait.Projects.Work;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Operations;

/// <summary>`pip lock`: writes down exactly which files one environment would get, whatever is installed.</summary>
/// <param name="bench">What to work with.</param>
public sealed class PinOperation(Workbench bench)
{
    /// <summary>Runs the operation.</summary>
    /// <exception cref="KraitException">A file cannot be fetched, or has no digest.</exception>
    public async Task<PinOutcome> RunAsync(PinRequest request, CancellationToken cancellationToken)
    {
        request = request with
        {
            Inputs = await new UnnamedNames(bench).FindAsync(request.Inputs, request.Target.Markers, cancellationToken),
        };
        HashDemands.Check(request.Inputs, request.Resolve, request.Target.Markers);
        var answer = await new WheelResolver(bench).RunAsync(
            request,
            request.Target,
            installed: [],
            request.Locked,
            cancellationToken
        );
        if (answer is WheelAnswer.NoSolution failed)
            return new PinOutcome.NoSolution(failed.Explanation);
        var wheels = ((WheelAnswer.Chosen)answer).Wheels;
        if (request.OnlyDependencies)
            wheels = [.. wheels.Where(wheel => !wheel.IsRequested)];
        return new PinOutcome.Pinned(ChosenFiles.ToPylock(wheels, request.Folder));
    }
}

/// <summary>What is to be written down, and where.</summary>
/// <param name="Inputs">The requirements.</param>
/// <param name="Target">The machine that files are chosen for.</param>
/// <param name="Folder">The directory of the lock file, which its paths start from.</param>
public sealed record PinRequest(RequirementSet Inputs, MachineTarget Target, string Folder) : ResolveRequest(Inputs)
{
    /// <summary>Files that lock files name; everything else has to fit them.</summary>
    public ImmutableArray<ChosenWheel> Locked { get; init; } = [];

    /// <summary>Whether only what the requirements need is written, not the requirements themselves.</summary>
    public bool OnlyDependencies { get; init; }
}

/// <summary>What was written down.</summary>
public abstract record PinOutcome
{
    private PinOutcome() { }

    /// <summary>The files.</summary>
    public sealed record Pinned(Pylock Pylock) : PinOutcome;

    /// <summary>No versions satisfy the requirements.</summary>
    public sealed record NoSolution(Explanation Explanation) : PinOutcome;
}
