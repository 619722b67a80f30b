using System.Collections.Immutable;
using Krait.Build.Sources;
using Krait.Index;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Building;
using Krait.Projects.Saving;
using Krait.Projects.Work;
using Krait.Sources;

namespace Krait.Projects.Operations;

/// <summary>`build`: source distributions and wheels of the user's own projects, always rebuilt.</summary>
/// <param name="bench">What to work with.</param>
/// <param name="announce">Told what is about to be built.</param>
public sealed class BuildDistributionsOperation(Workbench bench, Action<string> announce)
{
    private SourceBuilds Builds => bench.Builds ?? throw new KraitException(WheelsOnly.Refuse("a project"));

    /// <summary>Runs the operation.</summary>
    /// <exception cref="KraitException">A build failed, or its result could not be written; what was finished stays.</exception>
    public async Task<ImmutableArray<BuiltDistribution>> RunAsync(
        BuildDistributionsRequest request,
        CancellationToken cancellationToken
    )
    {
        var scratch = request.Folder is null ? FolderTree.CreateTemporary("krait-build-") : null;
        try
        {
            var folder = request.Folder ?? scratch!; // made where there is no other
            FolderTree.Create(folder);
            var built = ImmutableArray.CreateBuilder<BuiltDistribution>();
            foreach (var source in request.Sources)
            {
                await foreach (var path in BuildAsync(source, request.Parts, folder, cancellationToken))
                {
                    ImmutableArray<string> files = scratch is null
                        ? []
                        : FileList.OfDistribution(path, cancellationToken);
                    built.Add(new BuiltDistribution(path, files));
                }
            }

            return built.ToImmutable();
        }
        finally
        {
            if (scratch is not null)
                FolderTree.Remove(scratch);
        }
    }

    private async IAsyncEnumerable<string> BuildAsync(
        DistributionSource source,
        DistributionParts parts,
        string folder,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (source.IsArchive)
        {
            announce("Building wheel from source distribution...");
            yield return await BuildWheelAsync(
                OfArchive(source.Path, source.Name),
                source.Name,
                folder,
                cancellationToken
            );
            yield break;
        }

        var place = Builds.Places.OfFolder(source.Path, isEditable: false);
        string? sdist = null;
        if (parts != DistributionParts.Wheel)
        {
            announce("Building source distribution...");
            var project = (BuildSource.Folder)await place.FetchAsync(cancellationToken);
            sdist = await Builds.BuildSdistAsync(project, source.Name, folder, cancellationToken);
            yield return sdist;
        }

        if (parts == DistributionParts.Sdist)
            yield break;
        var isFromSdist = parts == DistributionParts.WheelFromSdist && sdist is not null;
        announce(isFromSdist ? "Building wheel from source distribution..." : "Building wheel...");
        var origin = isFromSdist ? OfArchive(sdist!, source.Name) : place; // built above
        yield return await BuildWheelAsync(origin, source.Name, folder, cancellationToken);
    }

    private SourcePlace OfArchive(string path, PackageName? name) =>
        Builds.Places.OfUrl(SafeUrl.FromPath(path), stated: [], allowed: [], subdirectory: null, name);

    private async Task<string> BuildWheelAsync(
        SourcePlace place,
        PackageName? name,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var built = await Builds.BuildFileAsync(place, name, isAnew: true, cancellationToken);
        return (await new DistributionFolder(folder).CopyAsync(built, cancellationToken)).Path;
    }
}

/// <summary>A distribution that was built.</summary>
/// <param name="Path">Where it is; where it was only listed, it is gone.</param>
/// <param name="Files">The files in it, where they are to be listed.</param>
public sealed record BuiltDistribution(string Path, ImmutableArray<string> Files);
