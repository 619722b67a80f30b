using System.Collections.Immutable;
using Krait.Index.Downloads;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Projects.Installing;
using Krait.Projects.Resolving;
using Krait.Projects.Work;
using Krait.Resolver.Candidates;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Compiling;

/// <summary>
/// The hashes of files that nobody states any for: wheels that are required by URL or path, the files of a folder (`--find-links`), and those of
/// an index that is old. They are read, or fetched, once.
/// </summary>
/// <param name="bench">What to work with.</param>
/// <param name="step">The resolution: its pages, and the wheels behind URLs and paths, which are there already.</param>
internal sealed class FileHashes(Workbench bench, ResolvingStep step)
{
    /// <summary>The hashes, by the URL or path of the file.</summary>
    /// <param name="resolution">What is pinned.</param>
    /// <param name="isEnough">Whether what a page says of a file is enough.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="Packaging.Text.KraitException">A file cannot be obtained.</exception>
    public async Task<ImmutableDictionary<string, ImmutableArray<FileHash>>> FindAsync(
        Resolution resolution,
        Func<IndexFile, bool> isEnough,
        CancellationToken cancellationToken
    )
    {
        var found = ImmutableDictionary.CreateBuilder<string, ImmutableArray<FileHash>>(StringComparer.Ordinal);
        foreach (var candidate in resolution.Packages.Select(package => package.Candidate))
        {
            if (candidate.Direct is { } reference)
            {
                found[reference.Url] = await HashesOfAsync(reference, cancellationToken);
            }

            foreach (var file in CompiledFiles.Of(candidate).Where(file => !isEnough(file)))
            {
                var request = DownloadRequest.For(file, step.Source.LocationOf(file.Page));
                using var read = await bench.Client.DownloadAsync(request, progress: null, cancellationToken);
                found[file.Url] = read.Hashes;
            }
        }

        return found.ToImmutable();
    }

    /// <summary>The hashes of a file that is required by URL or path; folders and repositories have none.</summary>
    private async Task<ImmutableArray<FileHash>> HashesOfAsync(
        DirectReference reference,
        CancellationToken cancellationToken
    )
    {
        switch (await step.Direct.ChooseAsync(reference, cancellationToken))
        {
            case FetchedWheel wheel:
                return wheel.Download.Hashes;
            case SourceWheel { Place: { Download: { } request } place }:
                var source = await place.FetchAsync(cancellationToken);
                return FileHash.TryParse(source.Stamp, out var digest, out _) ? [digest] : request.Hashes;
            default:
                return [];
        }
    }
}
