using Krait.Packaging.Lockfiles;
using Krait.Packaging.Text;
using Krait.Projects.Compiling;
using Krait.Projects.Inputs;
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
        var answer = await new FreshWheels(bench).ChooseAsync(request, cancellationToken);
        if (answer is WheelAnswer.NoSolution failed)
            return new PinOutcome.NoSolution(failed.Explanation);
        return new PinOutcome.Pinned(ChosenFiles.ToPylock(((WheelAnswer.Chosen)answer).Wheels, request.Folder));
    }
}

/// <summary>What is to be written down, and where.</summary>
/// <param name="Inputs">The requirements.</param>
/// <param name="Target">The machine that files are chosen for.</param>
/// <param name="Folder">The directory of the lock file, which its paths start from.</param>
public sealed record PinRequest(RequirementSet Inputs, MachineTarget Target, string Folder)
    : FreshRequest(Inputs, Target);

/// <summary>What was written down.</summary>
public abstract record PinOutcome
{
    private PinOutcome() { }

    /// <summary>The files.</summary>
    public sealed record Pinned(Pylock Pylock) : PinOutcome;

    /// <summary>No versions satisfy the requirements.</summary>
    public sealed record NoSolution(Explanation Explanation) : PinOutcome;
}
