using System.Collections.Immutable;
using System.Diagnostics;
using Krait.Environments.Installed;
using Krait.Installer.Plans;
using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Platform.Tracing;
using Krait.Projects.Inspection;
using Krait.Projects.Installing;
using Krait.Projects.Targets;
using Krait.Projects.Work;
using Krait.Resolver.Candidates;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Projects.Resolving;

/// <summary>Chooses the wheels of one environment: resolves the requirements, and finds the file behind each version.</summary>
/// <param name="bench">What to work with.</param>
internal sealed class WheelResolver(Workbench bench)
{
    /// <summary>Resolves and chooses.</summary>
    /// <param name="request">The requirements, and how versions are chosen.</param>
    /// <param name="target">The machine that files are chosen for.</param>
    /// <param name="installed">The versions to keep where they fit.</param>
    /// <param name="locked">Wheels that lock files name: they are part of the answer, and everything else has to fit them.</param>
    /// <param name="cancellationToken">Ends the step.</param>
    /// <exception cref="KraitException">A requirement contradicts a lock file, or an index or file could not be read.</exception>
    public async Task<WheelAnswer> RunAsync(
        ResolveRequest request,
        MachineTarget target,
        ImmutableArray<InstalledVersion> installed,
        ImmutableArray<ChosenWheel> locked,
        CancellationToken cancellationToken
    )
    {
        RefuseOtherThanLocked(request, target, locked);
        SettledPins.Settle(bench, request.Inputs, locked);
        bench.Warm(request.Inputs);
        using var step = new ResolvingStep(
            bench,
            request.Inputs,
            request.Resolve.ChecksHashes ? request.Inputs.Hashes : null,
            target.ToSpecific(),
            cancellationToken
        );
        var outcome = await step.SolveAsync(CreateRequest(request, target, installed, locked), cancellationToken);
        using var span = Tracer.Begin("choose files");
        await step.FinishAsync((outcome as ResolutionOutcome.Solved)?.Resolution);
        if (outcome is ResolutionOutcome.NoSolution failed)
            return new WheelAnswer.NoSolution(failed.Explanation);
        var resolution = ((ResolutionOutcome.Solved)outcome).Resolution;
        var requested = request.Inputs.Roots.Select(root => root.Requirement.Name).ToHashSet();
        var chosen = await ChooseAsync(request, resolution, step, locked, cancellationToken);
        return new WheelAnswer.Chosen(
            resolution,
            [.. chosen.Concat(locked).Select(wheel => wheel with { IsRequested = requested.Contains(wheel.Name) })]
        )
        {
            Kept =
            [
                .. resolution
                    .Packages.Where(package => package.Candidate.IsInstalled)
                    .Select(package => new WantedDistribution(package.Name, package.Version)),
            ],
        };
    }

    /// <summary>What is installed and may stay. Of what is damaged, or there twice, only the version is kept.</summary>
    public static ImmutableArray<InstalledVersion> Keepable(
        InstalledDistributions installed,
        Predicate<PackageName> isRenewed
    )
    {
        var broken = installed.Broken.Select(distribution => distribution.Name).ToHashSet();
        return
        [
            .. installed
                .All.Where(one => one.Version is not null && !isRenewed(one.Name))
                .GroupBy(one => one.Name)
                .SelectMany(group =>
                    group.Skip(1).Any() || broken.Contains(group.Key)
                        ? group.Select(one => new InstalledVersion(one.Name, one.Version!, new(() => null))) // filtered before
                        : group.Select(ToVersion)
                ),
        ];
    }

    private static InstalledVersion ToVersion(InstalledDistribution distribution) =>
        new(
            distribution.Name,
            distribution.Version!, // filtered before
            new Lazy<CoreMetadata?>(() =>
            {
                var package = new InstalledPackage(distribution);
                return package.Metadata is { } own
                    ? CoreMetadata.Create(own.Name, own.Version, own.RequiresPython, package.Stated, package.Extras)
                    : null;
            })
        );

    private static ResolutionRequest CreateRequest(
        ResolveRequest request,
        MachineTarget target,
        ImmutableArray<InstalledVersion> installed,
        ImmutableArray<ChosenWheel> locked
    )
    {
        var specific = target.ToSpecific();
        var preferences = installed
            .Select(one => new Preference(one.Name, one.Version, Marker.True))
            .Concat(request.Preferred);
        var isLocked = locked.Select(wheel => wheel.Name).ToHashSet();
        var created = RequestBuilder.Create(
            request.Inputs,
            request.Resolve,
            specific,
            [.. preferences],
            [.. installed.Where(one => !isLocked.Contains(one.Name))]
        );
        var pins = locked.Select(wheel => new UserLimit(
            new Requirement(wheel.Name) { Specifiers = SpecifierSet.Parse($"=={wheel.Version}") },
            "from the lock file"
        ));
        return created with
        {
            // What lock files name is installed in any case: everything else has to fit it.
            Constraints = [.. created.Constraints, .. pins],
        };
    }

    /// <summary>A requirement that excludes the version of a lock file contradicts it.</summary>
    private static void RefuseOtherThanLocked(
        ResolveRequest request,
        MachineTarget target,
        ImmutableArray<ChosenWheel> locked
    )
    {
        if (locked.IsEmpty)
            return;
        var byName = locked.ToDictionary(wheel => wheel.Name);
        var active = request.Inputs.Roots.Where(root => root.Requirement.Marker.Evaluate(target.Markers));
        foreach (var root in active)
        {
            if (
                !byName.TryGetValue(root.Requirement.Name, out var wheel)
                || (root.Requirement.Specifiers?.Contains(wheel.Version) ?? true)
            )
            {
                continue;
            }

            throw new KraitException(
                new Diagnostic(
                    "not-as-locked",
                    $"`{root.Requirement}` is required, but the lock file has `{wheel.Name}=={wheel.Version}`"
                )
                {
                    Hints = ["Ask for the version of the lock file, or compile the lock file again"],
                }
            );
        }
    }

    /// <summary>The files that the chosen versions are installed from; the file that a lock file names comes in the place of one from an index.</summary>
    private static async Task<List<ChosenWheel>> ChooseAsync(
        ResolveRequest request,
        Resolution resolution,
        ResolvingStep step,
        ImmutableArray<ChosenWheel> locked,
        CancellationToken cancellationToken
    )
    {
        var isLocked = locked.Select(wheel => wheel.Name).ToHashSet();
        var chosen = new List<ChosenWheel>();
        foreach (
            var package in resolution.Packages.Where(package =>
                !isLocked.Contains(package.Name) && !package.Candidate.IsInstalled
            )
        )
        {
            chosen.Add(
                package.Candidate.Direct is { } reference
                    ? await step.Direct.ChooseAsync(reference, cancellationToken)
                    : FromIndex(request, package.Candidate, step)
            );
        }

        return chosen;
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Performance",
        "CA1859",
        Justification = "A wheel of an index is the other kind."
    )]
    private static ChosenWheel FromIndex(ResolveRequest request, Candidate candidate, ResolvingStep step)
    {
        var page = candidate.Page ?? throw new UnreachableException();
        var allowed = request.Resolve.ChecksHashes
            ? request.Inputs.Hashes.GetValueOrDefault(candidate.Name, ImmutableArray<FileHash>.Empty)
            : [];
        var location = step.Source.LocationOf(page.Page);
        if (candidate is { IsWheelInstallable: true, Wheel: { } wheel })
        {
            return PinnedSelector.ToWheel(candidate.Name, wheel, location, allowed) with
            {
                Promised = step.Source.PromisedBy(wheel, page.Page),
            };
        }

        var file = candidate.Sdist ?? throw new UnreachableException("a version without a file cannot be chosen");
        return step.ToWheel(candidate, file, allowed);
    }
}
