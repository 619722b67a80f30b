using System.Collections.Immutable;
using System.Diagnostics;
using Krait.Environments.Installed;
using Krait.Index;
using Krait.Index.SimpleApi;
using Krait.Installer.Execution;
using Krait.Installer.Plans;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
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
/// `sync`: makes an environment hold exactly a set of pinned distributions. Pins that are installed cost nothing; pins whose wheel is in
/// the cache cost no request.
/// </summary>
/// <param name="bench">What to work with.</param>
public sealed class SyncOperation(Workbench bench)
{
    /// <summary>Runs the operation.</summary>
    /// <exception cref="KraitException">The set is not one, or something could not be had or done.</exception>
    public async Task<InstallOutcome> RunAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        var roots = request
            .Inputs.Roots.Where(root => root.Requirement.Marker.Evaluate(request.Target.Markers))
            .DistinctBy(root => (root.Requirement.Name, root.Requirement.ToString()))
            .ToList();
        if (request.TakesLast)
            roots = [.. roots.AsEnumerable().Reverse().DistinctBy(root => root.Requirement.Name).Reverse()];
        RefuseDuplicates(roots, request.Locked);
        RefuseConstrained(request, roots);
        _ = HashDemands.Of(request.Inputs, request.Resolve, roots);
        using var session = request.IsDryRun
            ? null
            : await EnvironmentSession.OpenAsync(
                request.Environment,
                bench.LockLimit,
                bench.Waiting,
                cancellationToken
            );
        var installed = InstalledDistributions.Read(request.Environment);
        if (IsInPlace(request, roots, installed))
        {
            return new InstallOutcome.Done(InstallPlan.Create(installed, [], new PlanOptions()), Report: null)
            {
                Problems = Problems(request),
            };
        }

        return roots.TrueForAll(root => IsPinned(root.Requirement))
            ? await ChangeAsync(
                request,
                session,
                installed,
                await ChooseAsync(request, roots, cancellationToken),
                cancellationToken
            )
            : await ResolveAsync(request, cancellationToken);
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

        if (!roots.TrueForAll(root => IsPinned(root.Requirement) && root.Requirement.Url is null))
            return false;
        // A pin is not met by what came from elsewhere than an index.
        if (installed.All.Any(distribution => distribution.ReadDirectUrl().Length > 0))
            return false;
        var keeps = request.Environment.IsCreatedByKrait
            ? []
            : installed.All.Where(d => IsSeed(d.Name)).Select(d => d.Name).ToHashSet();
        var wanted = roots.Select(root => (root.Requirement.Name, Pin(root.Requirement))).ToList();
        return keeps.Count == 0
            ? installed.Matches(wanted, allowOthers: false)
            : installed.Matches(wanted, allowOthers: true)
                && installed.All.All(d => keeps.Contains(d.Name) || wanted.Exists(w => w.Name == d.Name));
    }

    private static bool IsSeed(PackageName name) => name.Value is "pip" or "setuptools" or "wheel";

    private static bool IsPinned(Requirement requirement) =>
        requirement.Url is not null || requirement.Specifiers is { IsExactPin: true };

    private static Version Pin(Requirement requirement) =>
        requirement
            .Specifiers?.Clauses.First(clause =>
                clause.Operator is SpecifierOperator.Equal or SpecifierOperator.Arbitrary
            )
            .Version ?? throw new UnreachableException();

    private static void RefuseDuplicates(List<RootRequirement> roots, ImmutableArray<ChosenWheel> locked)
    {
        var entries = roots.Select(root => (root.Requirement.Name, Text: root.Requirement.ToString(), root.Origin));
        var all = entries.Concat(
            locked.Select(wheel => (wheel.Name, Text: wheel.Key.File.ToString(), Origin: (string?)null))
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

    /// <summary>The wheel of every pin: from what the cache knows where that names one that is unpacked, else from the index.</summary>
    private async Task<ImmutableArray<ChosenWheel>> ChooseAsync(
        SyncRequest request,
        List<RootRequirement> roots,
        CancellationToken cancellationToken
    )
    {
        var direct = bench.CreateDirect(request.Resolve.ChecksHashes ? request.Inputs.Hashes : null);
        var files = RequestBuilder.FilesOf(request.Inputs, request.Resolve);
        var selector = new PinnedSelector(request.Target.Tags, request.Resolve.Cutoff);
        if (roots.Find(root => root.Requirement.Url is null && !files.AllowsWheels(root.Requirement.Name)) is { } sdist)
            throw PinFailures.NoBinary(sdist.Requirement);
        var choices = roots.Select(root =>
            root.Requirement switch
            {
                { Url: { } url } requirement => direct.ChooseAsync(
                    new DirectReference(requirement.Name, url),
                    cancellationToken
                ),
                var requirement => ChooseAsync(
                    requirement,
                    selector,
                    AllowedHashes(request, requirement.Name),
                    cancellationToken
                ),
            }
        );
        return [.. await Task.WhenAll(choices), .. request.Locked];
    }

    private static ImmutableArray<FileHash> AllowedHashes(SyncRequest request, PackageName name) =>
        request.Resolve.ChecksHashes
            ? request.Inputs.Hashes.GetValueOrDefault(name, ImmutableArray<FileHash>.Empty)
            : [];

    private Task<ChosenWheel> ChooseAsync(
        Requirement requirement,
        PinnedSelector selector,
        ImmutableArray<FileHash> allowed,
        CancellationToken cancellationToken
    )
    {
        var indexes = bench.Indexes.Of(requirement.Name);
        List<IndexLocation> locations = [.. bench.Indexes.FindLinks, .. indexes.Locations];
        foreach (var location in locations)
        {
            if (bench.Offline is not { } offline || !offline.TryGetFreshPage(location, requirement.Name, out var page))
                break;
            if (page is not PageResponse.Found found)
                continue;
            if (selector.Choose(found.Page, Pin(requirement), allowed) is not { } file)
                break;
            var wheel = PinnedSelector.ToWheel(requirement.Name, file, location, allowed);
            using var stored = bench.Store.TryFind(wheel.Key, wheel.Download.Expected);
            if (stored is not null && !file.IsYanked)
                return Task.FromResult(wheel);
            break;
        }

        return AskAsync(requirement, selector, allowed, indexes, cancellationToken);
    }

    private async Task<ChosenWheel> AskAsync(
        Requirement requirement,
        PinnedSelector selector,
        ImmutableArray<FileHash> allowed,
        PackageIndexes indexes,
        CancellationToken cancellationToken
    )
    {
        var version = Pin(requirement);
        List<IndexLocation> locations = [.. bench.Indexes.FindLinks, .. indexes.Locations];
        var isInTurn = indexes.Strategy == IndexStrategy.FirstIndex;
        // Each is asked when it is its turn; where no index hides others, all at once.
        var answers = locations.Select(place => bench.Client.GetPageAsync(place, requirement.Name, cancellationToken));
        if (!isInTurn)
            answers = await StartAllAsync(answers);
        PageResponse? last = null;
        foreach (var (location, asked) in locations.Zip(answers))
        {
            var answer = await asked;
            last = answer;
            if (answer is PageResponse.Unusable unusable)
                bench.Warn(unusable.Warning);
            if (answer is not PageResponse.Found found)
                continue;
            if (selector.Choose(found.Page, version, allowed) is { } file)
            {
                WarnIfYanked(file);
                return PinnedSelector.ToWheel(requirement.Name, file, location, allowed);
            }

            if (isInTurn && location.Kind != IndexKind.FindLinks)
                throw PinFailures.NoWheel(requirement, version, found.Page, location);
        }

        throw PinFailures.NotFound(requirement, last, locations);
    }

    /// <summary>Waits for all; a failure is for who needs that answer.</summary>
    private static async Task<List<Task<PageResponse>>> StartAllAsync(IEnumerable<Task<PageResponse>> answers)
    {
        var started = answers.ToList();
        await ((Task)Task.WhenAll(started)).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
        );
        return started;
    }

    private void WarnIfYanked(IndexFile file)
    {
        if (!file.IsYanked)
            return;
        var reason = file.YankedReason is { Length: > 0 } text ? $": {text}" : "";
        bench.Warn(new Diagnostic("yanked", $"`{file.FileName}` was withdrawn by its author{reason}"));
    }

    /// <summary>A set that is not wholly pinned goes through the resolver, without what it requires in turn.</summary>
    private Task<InstallOutcome> ResolveAsync(SyncRequest request, CancellationToken cancellationToken) =>
        new InstallOperation(bench).RunAsync(
            new InstallRequest(request.Environment, request.Inputs, request.Target)
            {
                Resolve = request.Resolve with { IgnoresDependencies = true },
                Install = request.Install,
                IsExact = true,
                ReinstallsAll = request.ReinstallsAll,
                Reinstalls = request.Reinstalls,
                Locked = request.Locked,
                ChecksEnvironment = request.ChecksEnvironment,
                IsDryRun = request.IsDryRun,
            },
            cancellationToken
        );

    private async Task<InstallOutcome> ChangeAsync(
        SyncRequest request,
        EnvironmentSession? session,
        InstalledDistributions installed,
        ImmutableArray<ChosenWheel> wheels,
        CancellationToken cancellationToken
    )
    {
        var options = new PlanOptions
        {
            RemovesOthers = true,
            KeepsSeeds = !request.Environment.IsCreatedByKrait,
            ReinstallsAll = request.ReinstallsAll,
            Reinstalls = request.Reinstalls,
        };
        bench.Progress?.Report(new OperationEvent.Resolved(wheels.Length, TimeSpan.Zero));
        var plan = InstallPlan.Create(installed, wheels.Select(InstallOperation.Wanted), options);
        var report = session is null
            ? null
            : await new PlanExecution(bench).RunAsync(session, plan, wheels, request.Install, cancellationToken);
        return new InstallOutcome.Done(plan, report)
        {
            Wheels = wheels,
            Problems = report is null ? [] : Problems(request),
        };
    }

    private static ImmutableArray<EnvironmentProblem> Problems(SyncRequest request) =>
        request.ChecksEnvironment ? InstallOperation.FindProblems(request.Environment, request.Target.Markers) : [];

    /// <summary>A pin that a constraint excludes is a contradiction in the input.</summary>
    private static void RefuseConstrained(SyncRequest request, List<RootRequirement> roots)
    {
        foreach (var root in roots.Where(root => root.Requirement is { Url: null, Specifiers.IsExactPin: true }))
        {
            var limit = request.Inputs.Constraints.FirstOrDefault(constraint =>
                constraint.Requirement.Name == root.Requirement.Name
                && constraint.Requirement.Marker.Evaluate(request.Target.Markers)
                && !(constraint.Requirement.Specifiers?.Contains(Pin(root.Requirement)) ?? true)
            );
            if (limit is null)
                continue;
            throw new KraitException(
                new Diagnostic("constrained-pin", $"`{root.Requirement}` is excluded by `{limit.Requirement}`")
                {
                    Notes = [$"the limit is in {limit.Source}"],
                    Hints = ["Compile the requirements again with the same constraints"],
                }
            );
        }
    }
}
