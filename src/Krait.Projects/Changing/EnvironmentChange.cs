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
        using var span = Tracer.Begin("apply changes");
        var options = new PlanOptions
        {
            RemovesOthers = removesOthers,
            KeepsSeeds = !request.Environment.IsCreatedByKrait,
            ReinstallsAll = request.ReinstallsAll,
            Reinstalls = request.Reinstalls,
        };
        var plan = InstallPlan.Create(Installed, wheels.Select(Wanted).Concat(kept), options);
        if (session is not null)
            bench.Warn(DamagesIn(plan));
        var execution = new PlanExecution(
            bench,
            SetCompleteness.Of(request.Closed, request.Target.Markers, Installed, plan)
        );
        var report = session is null
            ? null
            : await ExecuteAsync(session, execution, plan, wheels, options, cancellationToken);
        // A resolution may leave packages beside it that it does not fit; a set that removes all others is asked about on request.
        var checks = report is not null && (request.ChecksEnvironment || resolution is not null);
        return new InstallOutcome.Done(plan, report)
        {
            Resolution = resolution,
            Wheels = wheels,
            Problems = checks ? FindProblems() : [],
        };
    }

    /// <summary>One warning for each package that counts as not installed, because its description or its files are gone.</summary>
    private IEnumerable<Diagnostic> DamagesIn(InstallPlan plan)
    {
        var again = plan.Operations.OfType<PlannedOperation.Reinstall>().Select(one => one.Name).ToHashSet();
        return Installed
            .Broken.Where(one => again.Contains(one.Name))
            .Select(one => new Diagnostic(
                "incomplete-distribution",
                $"`{one}` is not completely installed, and is installed again"
            )
            {
                Notes =
                [
                    one.IsDescribed ? "files of it are missing" : $"`{one.Path}` has no METADATA, or an empty one",
                ],
            });
    }

    /// <summary>
    /// Carries the plan out: in one go, or, where something is built in the environment as it is, in two, so that what builds need is there
    /// before them.
    /// </summary>
    private async Task<InstallReport> ExecuteAsync(
        EnvironmentSession held,
        PlanExecution execution,
        InstallPlan plan,
        ImmutableArray<ChosenWheel> wheels,
        PlanOptions options,
        CancellationToken cancellationToken
    )
    {
        var first = wheels.Where(wheel => !IsBuiltInPlace(plan, wheel)).ToImmutableArray();
        if (first.Length == wheels.Length || first.IsEmpty)
            return await execution.RunAsync(held, plan, wheels, request.Install, cancellationToken);
        var others = options with { RemovesOthers = false };
        var before = InstallPlan.Create(Installed, first.Select(Wanted), others);
        var start = await execution.RunAsync(held, before, first, request.Install, cancellationToken);
        var rest = InstallPlan.Create(
            InstalledDistributions.Read(request.Environment),
            wheels.Select(Wanted),
            options with
            {
                ReinstallsAll = false,
                Reinstalls = options.ReinstallsAll
                    ? [.. wheels.Except(first).Select(wheel => wheel.Name)]
                    : options.Reinstalls.Except(first.Select(wheel => wheel.Name)),
            }
        );
        var end = await execution.RunAsync(held, rest, wheels, request.Install, cancellationToken);
        return new InstallReport(
            start.FilesInstalled + end.FilesInstalled,
            start.FilesRemoved + end.FilesRemoved,
            [.. start.Warnings, .. end.Warnings],
            [.. start.StartupHooks, .. end.StartupHooks]
        );
    }

    /// <summary>Whether a wheel has to be built in the environment that is being changed.</summary>
    private bool IsBuiltInPlace(InstallPlan plan, ChosenWheel wheel) =>
        wheel is SourceWheel
        && bench.Builds?.Policy.IsShared(wheel.Name) == true
        && plan.Needed.Any(wanted => wanted.Name == wheel.Name);

    /// <inheritdoc/>
    public void Dispose()
    {
        using var span = Tracer.Begin("release environment");
        session?.Dispose();
    }

    private ImmutableArray<EnvironmentProblem> FindProblems()
    {
        var installed = InstalledDistributions.Read(request.Environment).WithPartial();
        if (request.ChecksEnvironment)
            bench.Warn(CyclesIn(InstalledGraph.Read(installed, request.Target.Markers)));
        return [.. EnvironmentCheck.Run(installed, request.Target.Markers, tags: null)];
    }

    private static IEnumerable<Diagnostic> CyclesIn(InstalledGraph graph) =>
        RequirementCycles
            .Find(graph)
            .Select(cycle => new Diagnostic(
                "dependency-cycle",
                $"{string.Join(", ", cycle.Select(package => $"`{package}`"))} require each other"
            ));

    private static WantedDistribution Wanted(ChosenWheel wheel) =>
        new(wheel.Name, wheel.Version)
        {
            DirectUrl = wheel.DirectUrl,
            Stamp = wheel.Stamp,
            IsRequested = wheel.IsRequested,
        };
}
