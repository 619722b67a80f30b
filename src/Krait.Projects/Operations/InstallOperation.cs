using System.Collections.Immutable;
using System.Diagnostics;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Installer.Execution;
using Krait.Installer.Plans;
using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Projects.Inspection;
using Krait.Projects.Installing;
using Krait.Projects.Sources;
using Krait.Resolver.Python;

namespace Krait.Projects.Operations;

/// <summary>
/// `install`: makes sure that what is asked for is installed with all that it requires. What is installed stays where it fits.
/// </summary>
/// <param name="bench">What to work with.</param>
public sealed class InstallOperation(Workbench bench)
{
    /// <summary>Runs the operation.</summary>
    /// <exception cref="Packaging.Text.KraitException">Something could not be had or done; the diagnostic says what state is left.</exception>
    public async Task<InstallOutcome> RunAsync(InstallRequest request, CancellationToken cancellationToken)
    {
        using var session = request.IsDryRun
            ? null
            : await EnvironmentSession.OpenAsync(
                request.Environment,
                bench.LockLimit,
                bench.Waiting,
                cancellationToken
            );
        var installed = InstalledDistributions.Read(request.Environment);
        bench.Warn(installed.Duplicates);
        ImmutableArray<Diagnostic> warnings = [];
        var isSatisfied =
            !request.ReinstallsAll
            && request.Reinstalls.IsEmpty
            && !request.IsExact
            && request.Locked.IsEmpty
            && !request.OnlyDependencies
            && InstalledSatisfaction.Holds(
                installed,
                request.Inputs,
                request.Target.Markers,
                request.Resolve,
                out warnings
            );
        if (isSatisfied)
        {
            bench.Warn(warnings);
            return new InstallOutcome.Done(InstallPlan.Create(installed, [], new PlanOptions()), Report: null)
            {
                Problems = request.ChecksEnvironment ? FindProblems(request.Environment, request.Target.Markers) : [],
            };
        }

        return await ResolveAndChangeAsync(request, session, installed, cancellationToken);
    }

    private async Task<InstallOutcome> ResolveAndChangeAsync(
        InstallRequest request,
        EnvironmentSession? session,
        InstalledDistributions installed,
        CancellationToken cancellationToken
    )
    {
        RefuseOtherThanLocked(request);
        var asked = request.Inputs.Roots.Select(root => root.Requirement.Name).ToList();
        bench.Client.Warm(bench.Indexes.PlacesOf(asked), asked);
        using var resolving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var direct = bench.CreateDirect(request.Resolve.ChecksHashes ? request.Inputs.Hashes : null);
        var source = bench.CreateSource(direct, resolving.Token);
        var started = Stopwatch.GetTimestamp();
        var outcome = await new PythonResolver(source).ResolveAsync(
            CreateRequest(request, installed),
            cancellationToken
        );
        // What was fetched ahead and is not needed any more stops here.
        await resolving.CancelAsync();
        bench.Warn(source.Warnings);
        if (outcome is ResolutionOutcome.NoSolution failed)
            return new InstallOutcome.NoSolution(failed.Explanation);
        var resolution = ((ResolutionOutcome.Solved)outcome).Resolution;
        bench.Warn(resolution.Warnings);
        bench.Progress?.Report(
            new OperationEvent.Resolved(resolution.Packages.Length, Stopwatch.GetElapsedTime(started))
        );
        var chosen = await ChooseAsync(request, resolution, source, direct, cancellationToken);
        ImmutableArray<ChosenWheel> wheels = [.. chosen, .. LockedOf(request)];
        var plan = InstallPlan.Create(installed, wheels.Select(Wanted), PlanOptionsOf(request));
        var report = session is null
            ? null
            : await new PlanExecution(bench).RunAsync(session, plan, wheels, request.Install, cancellationToken);
        return new InstallOutcome.Done(plan, report)
        {
            Resolution = resolution,
            Wheels = wheels,
            Problems = report is null ? [] : FindProblems(request.Environment, request.Target.Markers),
        };
    }

    /// <summary>What is wrong in an environment now.</summary>
    internal static ImmutableArray<EnvironmentProblem> FindProblems(
        PythonEnvironment environment,
        MarkerEnvironment markers
    ) => [.. EnvironmentCheck.Run(InstalledDistributions.Read(environment).WithPartial(), markers, tags: null)];

    internal static WantedDistribution Wanted(ChosenWheel wheel) =>
        new(wheel.Name, wheel.Version) { DirectUrl = wheel.DirectUrl, IsRequested = wheel.IsRequested };

    private static PlanOptions PlanOptionsOf(InstallRequest request) =>
        new()
        {
            RemovesOthers = request.IsExact,
            KeepsSeeds = !request.Environment.IsCreatedByKrait,
            ReinstallsAll = request.ReinstallsAll,
            Reinstalls = request.Reinstalls,
        };

    private static ResolutionRequest CreateRequest(InstallRequest request, InstalledDistributions installed)
    {
        var preferences = installed
            .All.Where(distribution => distribution.Version is not null && !IsRenewed(request, distribution.Name))
            .Select(distribution => new Preference(distribution.Name, distribution.Version!, Marker.True)); // filtered before
        var target = new ResolutionTarget.Specific(request.Target.Markers, request.Target.Tags, request.Target.Python);
        var created = RequestBuilder.Create(request.Inputs, request.Resolve, target, [.. preferences]);
        var pins = request.Locked.Select(wheel => new Requirement(wheel.Name)
        {
            Specifiers = SpecifierSet.Parse($"=={wheel.Version}"),
        });
        return created with
        {
            // What cannot be built here cannot be installed: a version that has a fitting wheel is taken instead.
            Files = created.Files with
            {
                NoBuild = true,
                BuildPackages = [],
            },
            // What lock files name is installed in any case: everything else has to fit it.
            Constraints = [.. created.Constraints, .. pins],
        };
    }

    /// <summary>What is asked for in another version than a lock file names contradicts it.</summary>
    private static void RefuseOtherThanLocked(InstallRequest request)
    {
        var locked = request.Locked.ToDictionary(wheel => wheel.Name);
        var active = request.Inputs.Roots.Where(root => root.Requirement.Marker.Evaluate(request.Target.Markers));
        foreach (var root in active)
        {
            if (
                !locked.TryGetValue(root.Requirement.Name, out var wheel)
                || (root.Requirement.Specifiers?.Contains(wheel.Version) ?? true)
            )
            {
                continue;
            }

            throw new KraitException(
                new Diagnostic(
                    "not-as-locked",
                    $"`{root.Requirement}` is asked for, and the lock file has `{wheel.Name}=={wheel.Version}`"
                )
                {
                    Hints = ["Ask for the version of the lock file, or compile the lock file again"],
                }
            );
        }
    }

    /// <summary>The files of lock files; those that are asked for by name, too, are marked so.</summary>
    private static IEnumerable<ChosenWheel> LockedOf(InstallRequest request)
    {
        var requested = request.Inputs.Roots.Select(root => root.Requirement.Name).ToHashSet();
        return request.Locked.Select(wheel => wheel with { IsRequested = requested.Contains(wheel.Name) });
    }

    private static bool IsRenewed(InstallRequest request, PackageName name) =>
        request.ReinstallsAll || request.Reinstalls.Contains(name);

    /// <summary>The files that the chosen versions are installed from.</summary>
    private static async Task<ImmutableArray<ChosenWheel>> ChooseAsync(
        InstallRequest request,
        Resolution resolution,
        IndexPackageSource source,
        DirectWheels direct,
        CancellationToken cancellationToken
    )
    {
        var requested = request.Inputs.Roots.Select(root => root.Requirement.Name).ToHashSet();
        var locked = request.Locked.Select(wheel => wheel.Name).ToHashSet();
        var chosen = ImmutableArray.CreateBuilder<ChosenWheel>();
        foreach (var package in resolution.Packages)
        {
            // The file that a lock file names comes in the place of one from the index.
            if (locked.Contains(package.Name))
                continue;
            if (request.OnlyDependencies && requested.Contains(package.Name))
                continue;
            var wheel = package.Candidate.Direct is { } reference
                ? await direct.ChooseAsync(reference, cancellationToken)
                : FromIndex(request, package.Candidate, source);
            chosen.Add(wheel with { IsRequested = requested.Contains(package.Name) });
        }

        return chosen.ToImmutable();
    }

    private static ChosenWheel FromIndex(InstallRequest request, Candidate candidate, IndexPackageSource source)
    {
        var page = candidate.Page ?? throw new UnreachableException();
        var file = candidate.Wheel ?? throw new UnreachableException("only wheels were allowed");
        var allowed = request.Resolve.ChecksHashes
            ? request.Inputs.Hashes.GetValueOrDefault(candidate.Name, ImmutableArray<FileHash>.Empty)
            : [];
        return PinnedSelector.ToWheel(candidate.Name, file, source.LocationOf(page.Page), allowed) with
        {
            Promised = source.PromisedBy(file, page.Page),
        };
    }
}
