using System.Collections.Immutable;
using Krait.Archives;
using Krait.Archives.Bundles;
using Krait.Build.Sources;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Resolving;
using Krait.Projects.Saving;
using Krait.Projects.Work;
using Krait.Resolver.Requests;
using Krait.Sources;

namespace Krait.Projects.Bundles;

/// <summary>
/// Gathers what a bundle holds in a folder: the files of lock files, and for source distributions what their builds need, and what that
/// needs in turn.
/// </summary>
/// <param name="bench">What to work with.</param>
/// <param name="folder">Where the files are gathered.</param>
/// <param name="resolve">How versions of what builds need are chosen.</param>
internal sealed class PackingStep(Workbench bench, DistributionFolder folder, ResolveOptions resolve)
{
    /// <summary>What each source distribution needs to be built, which is the same on every machine.</summary>
    private readonly Dictionary<string, ImmutableArray<Requirement>> needs = new(StringComparer.Ordinal);

    /// <summary>What was gathered.</summary>
    public PackedFiles Files { get; } = new();

    /// <summary>Gathers what is installed on a machine.</summary>
    /// <exception cref="KraitException">A file cannot be fetched or built, or what a build needs cannot be found.</exception>
    public async Task AddAsync(PackTarget target, CancellationToken cancellationToken)
    {
        var pending = new Queue<SourceWheel>();
        await SaveAsync(target.Locked, BundleUse.Install, pending, cancellationToken);
        // The same source distribution is built on each machine, which may take other versions for it.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (pending.TryDequeue(out var sdist))
        {
            if (!seen.Add(sdist.Listed))
                continue;
            var requires = await ReadBuildRequirementsAsync(sdist, cancellationToken);
            if (requires.IsEmpty)
                continue;
            var chosen = await ResolveAsync(sdist, requires, target, cancellationToken);
            await SaveAsync(chosen, BundleUse.Build, pending, cancellationToken);
        }
    }

    private async Task SaveAsync(
        IReadOnlyList<ChosenWheel> wheels,
        BundleUse use,
        Queue<SourceWheel> sdists,
        CancellationToken cancellationToken
    )
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = bench.Downloads,
            CancellationToken = cancellationToken,
        };
        var saved = new SavedFile[wheels.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, wheels.Count),
            options,
            async (i, token) => saved[i] = await SaveAsync(wheels[i], token)
        );
        for (var i = 0; i < saved.Length; i++)
        {
            Files.Add(new PackedFile(wheels[i].Name, wheels[i].Version, saved[i].Path, use));
            if (wheels[i] is SourceWheel { Place.Download: not null } sdist)
                sdists.Enqueue(sdist);
        }
    }

    /// <summary>A file is packed as it is; a directory or a revision as the wheel that is built of it.</summary>
    private async Task<SavedFile> SaveAsync(ChosenWheel wheel, CancellationToken cancellationToken)
    {
        var download = wheel switch
        {
            FetchedWheel fetched => fetched.Download,
            SourceWheel source => source.Place.Download,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (download is not null)
            return await folder.FetchAsync(bench.Client, wheel.Name, download, progress: null, cancellationToken);
        var builds = bench.Builds ?? throw new KraitException(WheelsOnly.Refuse($"`{wheel.Listed}`"));
        var built = await builds.BuildFileAsync(
            ((SourceWheel)wheel).Place,
            wheel.Name,
            isAnew: false,
            cancellationToken
        );
        return await folder.CopyAsync(built, cancellationToken);
    }

    /// <summary>What `[build-system]` of a source distribution requires.</summary>
    private async Task<ImmutableArray<Requirement>> ReadBuildRequirementsAsync(
        SourceWheel sdist,
        CancellationToken cancellationToken
    )
    {
        if (needs.TryGetValue(sdist.Listed, out var known))
            return known;
        var source = await sdist.Place.FetchAsync(cancellationToken);
        using var workspace = SourceWorkspace.Open(source, bench.Cache, ArchiveLimits.Default, cancellationToken);
        var name = $"pyproject.toml of {source.Display}";
        if (!BuildBackend.TryRead(workspace.ProjectFolder, name, out var backend, out var errors))
            throw new KraitException(errors[0]) { Kind = FailureKind.UnusableInput };
        return needs[sdist.Listed] = backend.Requires;
    }

    private async Task<IReadOnlyList<ChosenWheel>> ResolveAsync(
        SourceWheel sdist,
        ImmutableArray<Requirement> requires,
        PackTarget target,
        CancellationToken cancellationToken
    )
    {
        var inputs = new RequirementSet
        {
            Roots = [.. requires.Select(requirement => new RootRequirement(requirement))],
            Constraints = bench.Builds?.Policy.Constraints ?? [],
        };
        // What is resolved on the way is no news: the user asked for a bundle.
        var answer = await new WheelResolver(bench with { Progress = null }).RunAsync(
            new PlainResolveRequest(inputs) { Resolve = resolve },
            target.Machine,
            installed: [],
            locked: [],
            cancellationToken
        );
        if (answer is WheelAnswer.Chosen chosen)
            return chosen.Wheels;
        throw new KraitException(
            new Diagnostic(
                "no-build-requirements",
                $"cannot pack what building `{sdist.Listed}` requires for {target.Words}"
            )
            {
                Cause = ((WheelAnswer.NoSolution)answer).Explanation.Diagnostic,
            }
        );
    }
}
