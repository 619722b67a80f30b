using System.Collections.Immutable;
using Krait.Build.Sources;
using Krait.Index.Downloads;
using Krait.Packaging.Text;
using Krait.Projects.Building;
using Krait.Projects.Installing;
using Krait.Projects.Resolving;
using Krait.Projects.Saving;
using Krait.Projects.Work;
using Krait.Resolver.Reporting;
using Krait.Sources;

namespace Krait.Projects.Operations;

/// <summary>`download` and `wheel`: writes the files of a resolution into a folder, whatever is installed.</summary>
/// <param name="bench">What to work with.</param>
public sealed class SaveOperation(Workbench bench)
{
    /// <summary>Runs the operation.</summary>
    /// <exception cref="KraitException">A file could not be fetched, built or written; those that were finished stay.</exception>
    public async Task<SaveOutcome> RunAsync(SaveRequest request, CancellationToken cancellationToken)
    {
        var answer = await new FreshWheels(bench).ChooseAsync(request, cancellationToken);
        if (answer is WheelAnswer.NoSolution failed)
            return new SaveOutcome.NoSolution(failed.Explanation);
        var chosen = ((WheelAnswer.Chosen)answer).Wheels;
        return new SaveOutcome.Saved(await SaveAllAsync(request, chosen, cancellationToken));
    }

    private async Task<ImmutableArray<SavedFile>> SaveAllAsync(
        SaveRequest request,
        ImmutableArray<ChosenWheel> chosen,
        CancellationToken cancellationToken
    )
    {
        var folder = new DistributionFolder(request.Folder);
        folder.Create();
        bench.Progress?.Report(
            new OperationEvent.Preparing(
                chosen.Length,
                chosen.OfType<FetchedWheel>().Sum(wheel => wheel.Download.Size ?? 0)
            )
        );
        var saved = new SavedFile[chosen.Length];
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = bench.Downloads,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, chosen.Length),
            options,
            async (index, token) => saved[index] = await SaveAsync(folder, chosen[index], request.BuildsWheels, token)
        );
        return [.. saved];
    }

    private Task<SavedFile> SaveAsync(
        DistributionFolder folder,
        ChosenWheel wheel,
        bool buildsWheels,
        CancellationToken cancellationToken
    ) =>
        wheel switch
        {
            FetchedWheel fetched => FetchAsync(folder, fetched, fetched.Download, cancellationToken),
            SourceWheel source when buildsWheels => BuildAsync(folder, source, cancellationToken),
            SourceWheel { Place.Download: { } download } => FetchAsync(folder, wheel, download, cancellationToken),
            SourceWheel source => PackAsync(folder, source, cancellationToken),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private Task<SavedFile> FetchAsync(
        DistributionFolder folder,
        ChosenWheel wheel,
        DownloadRequest request,
        CancellationToken cancellationToken
    ) => folder.FetchAsync(bench.Client, wheel.Name, request, progress: null, cancellationToken);

    private async Task<SavedFile> BuildAsync(
        DistributionFolder folder,
        SourceWheel wheel,
        CancellationToken cancellationToken
    )
    {
        var built = await Builds(wheel).BuildFileAsync(wheel.Place, wheel.Name, isAnew: false, cancellationToken);
        return await folder.CopyAsync(built, cancellationToken);
    }

    /// <summary>A commit is saved as an archive of its files; a folder of the user's is there already.</summary>
    private static async Task<SavedFile> PackAsync(
        DistributionFolder folder,
        SourceWheel wheel,
        CancellationToken cancellationToken
    )
    {
        switch (await wheel.Place.FetchAsync(cancellationToken))
        {
            case BuildSource.Folder project:
                return new SavedFile(wheel.Name, project.Path, SavedState.Left);
            case BuildSource.Checkout checkout:
                var target = folder.PathOf($"{wheel.Name}-{wheel.Version}.zip");
                await CheckoutArchive.WriteAsync(checkout.Path, wheel.Name.Value, target, cancellationToken);
                return new SavedFile(wheel.Name, target, SavedState.Saved);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private SourceBuilds Builds(SourceWheel wheel) =>
        bench.Builds ?? throw new KraitException(WheelsOnly.Refuse($"`{wheel.Listed}`"));
}

/// <summary>What was saved.</summary>
public abstract record SaveOutcome
{
    private SaveOutcome() { }

    /// <summary>These files.</summary>
    /// <param name="Files">One for each package.</param>
    public sealed record Saved(ImmutableArray<SavedFile> Files) : SaveOutcome;

    /// <summary>No versions satisfy the requirements.</summary>
    /// <param name="Explanation">Why.</param>
    public sealed record NoSolution(Explanation Explanation) : SaveOutcome;
}
