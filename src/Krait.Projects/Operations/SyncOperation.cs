using System.Collections.Immutable;
using Krait.Environments.Installed;
using Krait.Installer.Plans;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Projects.Changing;
using Krait.Projects.Installing;
using Krait.Projects.Resolving;
using Krait.Projects.Work;
using Krait.Resolver.Requests;

namespace Krait.Projects.Operations;

/// <summary>
/// `sync`: makes an environment hold exactly a set of distributions. Pins that are installed cost nothing; pins whose wheel is in the
/// cache cost no request; a set that is not entirely pinned is resolved, without what it requires in turn.
/// </summary>
/// <param name="bench">What to work with.</param>
public sealed class SyncOperation(Workbench bench)
{
    /// <summary>Runs the operation.</summary>
    /// <exception cref="KraitException">The set contradicts itself, or a file could not be fetched or the environment not changed.</exception>
    public async Task<InstallOutcome> RunAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        request = request with
        {
            Inputs = await new UnnamedNames(bench).FindAsync(request.Inputs, request.Target.Markers, cancellationToken),
        };
        var roots = RootsOf(request);
        RefuseDuplicates(roots, request.Locked);
        RefuseConstrained(request, roots);
        var hashes = HashDemands.Of(request.Inputs, request.Resolve, roots);
        using var change = await EnvironmentChange.OpenAsync(bench, request, cancellationToken);
        if (IsInPlace(request, roots, change.Installed))
            return change.Unchanged();
        if (!roots.TrueForAll(root => PinnedWheels.IsPinned(root.Requirement)))
            return await ResolveAsync(request, roots, change, cancellationToken);
        // Where hashes are demanded, what is installed has to prove itself like everything else.
        ImmutableArray<WantedDistribution> kept = hashes is null ? [.. KeptOf(request, roots, change.Installed)] : [];
        var names = kept.Select(one => one.Name).ToHashSet();
        var pinned = await new PinnedWheels(bench, request, request.Target).ChooseAsync(
            [.. roots.Where(root => !names.Contains(root.Requirement.Name))],
            cancellationToken
        );
        ImmutableArray<ChosenWheel> wheels = [.. pinned, .. request.Locked];
        bench.Progress?.Report(new OperationEvent.Resolved(wheels.Length + kept.Length, TimeSpan.Zero));
        return await change.ApplyAsync(wheels, kept, removesOthers: true, resolution: null, cancellationToken);
    }

    /// <summary>
    /// The pins that are installed already, whether or not an index still has them. A pin is not met by what came from elsewhere than
    /// an index.
    /// </summary>
    private static IEnumerable<WantedDistribution> KeptOf(
        SyncRequest request,
        List<RootRequirement> roots,
        InstalledDistributions installed
    )
    {
        var broken = installed.Broken.Select(distribution => distribution.Name).ToHashSet();
        foreach (var requirement in roots.Select(root => root.Requirement).Where(one => one.Url is null))
        {
            if (request.IsRenewed(requirement.Name) || broken.Contains(requirement.Name))
                continue;
            var present = installed.AllOf(requirement.Name).ToList();
            if (
                present is [{ Version: { } version } only]
                && requirement.Specifiers?.Contains(version) == true
                && only.ReadDirectUrl().IsEmpty
            )
            {
                yield return new WantedDistribution(requirement.Name, version);
            }
        }
    }

    /// <summary>The lines that hold on this machine.</summary>
    private static List<RootRequirement> RootsOf(SyncRequest request)
    {
        var roots = request
            .Inputs.Roots.Where(root => root.Requirement.Marker.Evaluate(request.Target.Markers))
            .DistinctBy(root => (root.Requirement.Name, root.Requirement.ToString()))
            .ToList();
        return request.TakesLast
            ? [.. roots.AsEnumerable().Reverse().DistinctBy(root => root.Requirement.Name).Reverse()]
            : roots;
    }

    /// <summary>Resolves the lines of the set, and nothing that they require.</summary>
    private async Task<InstallOutcome> ResolveAsync(
        SyncRequest request,
        List<RootRequirement> roots,
        EnvironmentChange change,
        CancellationToken cancellationToken
    )
    {
        var alone = request with
        {
            Inputs = request.Inputs with { Roots = [.. roots] },
            Resolve = request.Resolve with { IgnoresDependencies = true },
        };
        var keepable = WheelResolver.Keepable(change.Installed, request.IsRenewed);
        var answer = await new WheelResolver(bench).RunAsync(
            alone,
            request.Target,
            keepable,
            request.Locked,
            cancellationToken
        );
        return answer switch
        {
            WheelAnswer.NoSolution failed => new InstallOutcome.NoSolution(failed.Explanation),
            WheelAnswer.Chosen chosen => await change.ApplyAsync(
                chosen.Wheels,
                chosen.Kept,
                removesOthers: true,
                chosen.Resolution,
                cancellationToken
            ),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Whether names and versions are right already: then no file but those of the environment is read.</summary>
    private static bool IsInPlace(SyncRequest request, List<RootRequirement> roots, InstalledDistributions installed)
    {
        if (
            request.ReinstallsAll
            || !request.Reinstalls.IsEmpty
            || !request.Locked.IsEmpty
            || !installed.Broken.IsEmpty
        )
        {
            return false;
        }

        if (!roots.TrueForAll(root => PinnedWheels.IsPinned(root.Requirement) && root.Requirement.Url is null))
            return false;
        // A pin is not met by what came from elsewhere than an index.
        if (installed.All.Any(distribution => distribution.ReadDirectUrl().Length > 0))
            return false;
        var keeps = request.Environment.IsCreatedByKrait
            ? []
            : installed.All.Where(d => IsSeed(d.Name)).Select(d => d.Name).ToHashSet();
        var wanted = roots.Select(root => (root.Requirement.Name, PinnedWheels.Pin(root.Requirement))).ToList();
        return keeps.Count == 0
            ? installed.Matches(wanted, allowOthers: false)
            : installed.Matches(wanted, allowOthers: true)
                && installed.All.All(d => keeps.Contains(d.Name) || wanted.Exists(w => w.Name == d.Name));
    }

    private static bool IsSeed(PackageName name) => name.Value is "pip" or "setuptools" or "wheel";

    private static void RefuseDuplicates(List<RootRequirement> roots, ImmutableArray<ChosenWheel> locked)
    {
        var entries = roots.Select(root => (root.Requirement.Name, Text: root.Requirement.ToString(), root.Origin));
        var all = entries.Concat(
            locked.Select(wheel => (wheel.Name, Text: wheel.Listed, Origin: (RequirementOrigin?)null))
        );
        var twice = all.GroupBy(entry => entry.Name).FirstOrDefault(group => group.Skip(1).Any());
        if (twice is null)
            return;
        throw new KraitException(
            new Diagnostic("duplicate-entries", $"`{twice.Key}` is in the set more than once")
            {
                Notes =
                [
                    .. twice.Select(entry =>
                        entry.Origin is null ? $"`{entry.Text}`" : $"`{entry.Text}` in {entry.Origin}"
                    ),
                ],
                Hints = ["A set holds one version of each package; leave one of the lines out"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
    }

    /// <summary>A pin that a constraint excludes is a contradiction in the input.</summary>
    private static void RefuseConstrained(SyncRequest request, List<RootRequirement> roots)
    {
        foreach (var root in roots.Where(root => root.Requirement is { Url: null, Specifiers.IsExactPin: true }))
        {
            var limit = request.Inputs.Constraints.FirstOrDefault(constraint =>
                constraint.Requirement.Name == root.Requirement.Name
                && constraint.Requirement.Marker.Evaluate(request.Target.Markers)
                && !(constraint.Requirement.Specifiers?.Contains(PinnedWheels.Pin(root.Requirement)) ?? true)
            );
            if (limit is null)
                continue;
            throw new KraitException(
                new Diagnostic("constrained-pin", $"`{root.Requirement}` is excluded by `{limit.Requirement}`")
                {
                    Notes = [$"the limit is in {limit.Origin}"],
                    Hints = ["Compile the requirements again with the same constraints"],
                }
            );
        }
    }
}
