using System.Collections.Immutable;
using Krait.Index.Downloads;
using Krait.Packaging.Distributions;
using Krait.Packaging.Lockfiles;
using Krait.Projects.Compiling;
using Krait.Projects.Resolving;
using Krait.Projects.Work;
using Krait.Resolver.Candidates;
using Krait.Resolver.Reporting;
using Krait.Sources;

namespace Krait.Projects.Locking;

/// <summary>Reads what a lock says of files and places that no index says: digests, commits, archives.</summary>
/// <param name="bench">What to work with.</param>
/// <param name="step">The resolution: its pages, and what stands behind URLs and paths, which is there already.</param>
internal sealed class LockFactsReader(Workbench bench, ResolvingStep step)
{
    /// <summary>Reads the facts.</summary>
    /// <exception cref="Packaging.Text.KraitException">A file cannot be obtained.</exception>
    public async Task<LockFacts> ReadAsync(
        LockInputs inputs,
        ResolveOptions options,
        Resolution resolution,
        WorkspaceLock? earlier,
        ImmutableDictionary<string, string?> revisions,
        CancellationToken cancellationToken
    )
    {
        var facts = new LockFacts
        {
            Folder = inputs.Workspace.Folder,
            Options = options,
            Mirrors = Mirrors.Of(bench.Indexes),
            Stated = inputs.Requirements.Settings.Indexes,
            RequestedRevisions = revisions,
        };
        var known = Known(earlier);
        var hashes = ImmutableDictionary.CreateBuilder<string, ImmutableArray<FileHash>>(StringComparer.Ordinal);
        var direct = ImmutableDictionary.CreateBuilder<string, PylockPackage>(StringComparer.Ordinal);
        foreach (var candidate in resolution.Packages.Select(package => package.Candidate))
        {
            if (candidate.Direct is { } reference)
            {
                if (inputs.Workspace.Find(candidate.Name) is null)
                    direct[reference.Url] = await DescribeAsync(facts, candidate, reference, cancellationToken);
                continue;
            }

            foreach (var file in CompiledFiles.Of(candidate).Where(file => file.Hashes.IsEmpty))
            {
                if (!facts.IsUsable(candidate.Name, file))
                    continue;
                if (known.TryGetValue((candidate.Name.Value, file.FileName), out var before))
                {
                    hashes[file.Url] = before;
                    continue;
                }

                var request = DownloadRequest.For(file, step.Source.LocationOf(file.Page));
                using var read = await bench.Client.DownloadAsync(request, progress: null, cancellationToken);
                hashes[file.Url] = read.Hashes;
            }
        }

        return facts with
        {
            ReadHashes = hashes.ToImmutable(),
            Direct = direct.ToImmutable(),
            Stamps = direct
                .Values.Where(package => package.Directory is not null)
                .ToImmutableDictionary(
                    package => package.Name,
                    package => FolderFacts.StampOf(Path.GetFullPath(package.Directory!.Path, facts.Folder)), // filtered before
                    StringComparer.Ordinal
                ),
        };
    }

    /// <summary>What the earlier lock says of files whose index states no digests: they are not fetched again for it.</summary>
    private static Dictionary<(string, string?), ImmutableArray<FileHash>> Known(WorkspaceLock? earlier)
    {
        var known = new Dictionary<(string, string?), ImmutableArray<FileHash>>();
        foreach (var package in earlier?.Pylock.Packages ?? [])
        {
            foreach (var file in (package.Wheels ?? []).Append(package.Sdist).OfType<PylockFile>())
            {
                if (file.TryReadHashes(out var hashes, out _))
                    known[(package.Name, file.FileName)] = hashes;
            }
        }

        return known;
    }

    private async Task<PylockPackage> DescribeAsync(
        LockFacts facts,
        Candidate candidate,
        DirectReference reference,
        CancellationToken cancellationToken
    )
    {
        var wheel = await step.Direct.ChooseAsync(reference, cancellationToken);
        return await DirectFacts.DescribeAsync(facts, candidate, reference, wheel, cancellationToken);
    }
}
