using System.Collections.Immutable;
using Krait.Environments.Installed;
using Krait.Installer.Execution;
using Krait.Installer.Plans;
using Krait.Packaging.Text;
using Krait.Platform.Tracing;
using Krait.Projects.Inspection;
using Krait.Projects.Installing;
using Krait.Projects.Work;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Changing;

/// <summary>
/// The changing step, which every operation that changes an environment composes: the environment is held from before its content is
/// read until the result is checked, so that what was planned is what is changed. An operation opens it once.
/// </summary>
internal sealed class EnvironmentChange : IDisposable
{
    private readonly Workbench bench;
    private readonly ChangeRequest request;
    private readonly EnvironmentSession? session;

    private EnvironmentChange(Workbench bench, ChangeRequest request, EnvironmentSession? session)
    {
        this.bench = bench;
        this.request = request;
        this.session = session;
        Installed = InstalledDistributions.Read(request.Environment);
    }

    /// <summary>What is installed before the change.</summary>
    public InstalledDistributions Installed { get; }

    /// <summary>Waits for the environment, unless nothing is going to be changed, and reads it.</summary>
    /// <exception cref="KraitException">Another process holds it for too long.</exception>
    public static async Task<EnvironmentChange> OpenAsync(
        Workbench bench,
        ChangeRequest request,
        CancellationToken cancellationToken
    )
    {
        using var span = Tracer.Begin("lock environment");
        var held = request.IsDryRun
            ? null
            : await EnvironmentSession.OpenAsync(
                request.Environment,
                bench.LockLimit,
                bench.Waiting,
                cancellationToken
            );
        return new EnvironmentChange(bench, request, held);
    }

    /// <summary>The outcome where the environment is right as it is.</summary>
    public InstallOutcome.Done Unchanged() =>
        new(InstallPlan.Create(Installed, [], new PlanOptions()), Report: null)
        {
            Problems = request.ChecksEnvironment ? FindProblems() : [],
        };

    /// <summary>Plans, fetches what is missing, changes the environment and checks it.</summary>
    /// <param name="wheels">The wheels that the environment is to hold.</param>
    /// <param name="kept">What is installed and stays, besides.</param>
    /// <param name="removesOthers">Whether everything else is removed.</param>
    /// <param name="resolution">The versions behind the wheels, where they were resolved.</param>
    /// <param name="cancellationToken">Ends the change; what was begun is finished or undone.</param>
    /// <exception cref="KraitException">A wheel could not be fetched or the environment not changed; the diagnostic says what state is left.</exception>
    public async Task<InstallOutcome.Done> ApplyAsync(
        ImmutableArray<ChosenWheel> wheels,
        ImmutableArray<WantedDistribution> kept,
        bool removesOthers,
        Resolution? resolution,
        CancellationToken cancellationToken
    )
    {
        var options = new PlanOptions
        {
            RemovesOthers = removesOthers,
            KeepsSeeds = !request.Environment.IsCreatedByKrait,
            ReinstallsAll = request.ReinstallsAll,
            Reinstalls = request.Reinstalls,
        };
        var plan = InstallPlan.Create(Installed, wheels.Select(Wanted).Concat(kept), options);
        var report = session is null
            ? null
            : await new PlanExecution(bench).RunAsync(session, plan, wheels, request.Install, cancellationToken);
        // A resolution may leave packages beside it that it does not fit; a set that removes all others is asked about on request.
        var checks = report is not null && (request.ChecksEnvironment || resolution is not null);
        return new InstallOutcome.Done(plan, report)
        {
            Resolution = resolution,
            Wheels = wheels,
            Problems = checks ? FindProblems() : [],
        };
    }

    /// <inheritdoc/>
    public void Dispose() => session?.Dispose();

    private ImmutableArray<EnvironmentProblem> FindProblems() =>
        [
            .. EnvironmentCheck.Run(
                InstalledDistributions.Read(request.Environment).WithPartial(),
                request.Target.Markers,
                tags: null
            ),
        ];

    private static WantedDistribution Wanted(ChosenWheel wheel) =>
        new(wheel.Name, wheel.Version)
        {
            DirectUrl = wheel.DirectUrl,
            Stamp = wheel.Stamp,
            IsRequested = wheel.IsRequested,
        };
}
