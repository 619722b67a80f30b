using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Platform.Tracing;
using Krait.Projects.Changing;
using Krait.Projects.Installing;
using Krait.Projects.Resolving;
using Krait.Projects.Work;

namespace Krait.Projects.Operations;

/// <summary>
/// `install`: makes sure that the requirements are installed with all that they need. What is installed stays where it fits.
/// </summary>
/// <param name="bench">What to work with.</param>
public sealed class InstallOperation(Workbench bench)
{
    /// <summary>Runs the operation.</summary>
    /// <exception cref="KraitException">A file could not be fetched or the environment not changed; the diagnostic says what state is left.</exception>
    public async Task<InstallOutcome> RunAsync(InstallRequest request, CancellationToken cancellationToken)
    {
        request = request with
        {
            Inputs = await new UnnamedNames(bench).FindAsync(request.Inputs, request.Target.Markers, cancellationToken),
        };
        // Whether the inputs are acceptable does not depend on what happens to be installed.
        HashDemands.Check(request.Inputs, request.Resolve, request.Target.Markers);
        using var change = await EnvironmentChange.OpenAsync(bench, request, cancellationToken);
        using (Tracer.Begin("read installed packages"))
            bench.Warn(change.Installed.Duplicates);
        if (await FindSatisfiedAsync(request, change, cancellationToken) is { } warnings)
        {
            bench.Warn(warnings);
            return change.Unchanged();
        }

        var keepable = WheelResolver.Keepable(change.Installed, request.IsRenewed);
        var answer = await new WheelResolver(bench).RunAsync(
            request,
            request.Target,
            keepable,
            request.Locked,
            cancellationToken
        );
        if (answer is WheelAnswer.NoSolution failed)
            return new InstallOutcome.NoSolution(failed.Explanation);
        var chosen = (WheelAnswer.Chosen)answer;
        ImmutableArray<ChosenWheel> wheels = request.OnlyDependencies
            ? [.. chosen.Wheels.Where(wheel => !wheel.IsRequested)]
            : chosen.Wheels;
        if (!request.MarksRequested)
            wheels = [.. wheels.Select(wheel => wheel with { IsRequested = false })];
        return await change.ApplyAsync(wheels, chosen.Kept, request.IsExact, chosen.Resolution, cancellationToken);
    }

    /// <summary>What the user should know where what is installed satisfies everything, so that the resolver would change nothing; else null.</summary>
    private async Task<ImmutableArray<Diagnostic>?> FindSatisfiedAsync(
        InstallRequest request,
        EnvironmentChange change,
        CancellationToken cancellationToken
    )
    {
        using var span = Tracer.Begin("check installed packages");
        if (
            request.ReinstallsAll
            || !request.Reinstalls.IsEmpty
            || request.IsExact
            || !request.Locked.IsEmpty
            || request.OnlyDependencies
            || !InstalledSatisfaction.MayHold(change.Installed, request.Inputs, request.Target.Markers, request.Resolve)
        )
        {
            return null;
        }

        var folders = new InstalledFolders(bench, change.Installed, request.Inputs, request.Target.Markers);
        return
            await folders.LookAsync(cancellationToken)
            && InstalledSatisfaction.Holds(
                change.Installed,
                folders,
                request.Inputs,
                request.Target.Markers,
                request.Resolve,
                out var warnings
            )
            ? warnings
            : null;
    }
}
