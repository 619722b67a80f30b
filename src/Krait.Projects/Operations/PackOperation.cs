using System.Collections.Immutable;
using System.Text;
using Krait.Archives.Bundles;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Bundles;
using Krait.Projects.Resolving;
using Krait.Projects.Saving;
using Krait.Projects.Work;

namespace Krait.Projects.Operations;

/// <summary>`bundle pack`: one file with all that a lock file installs on some machines.</summary>
/// <param name="bench">What to work with.</param>
public sealed class PackOperation(Workbench bench)
{
    /// <summary>Runs the operation. The bundle is written whole, or not at all.</summary>
    /// <exception cref="KraitException">A file could not be fetched or built, or the bundle not be written.</exception>
    public async Task<BundleManifest> RunAsync(PackRequest request, CancellationToken cancellationToken)
    {
        // Next to the bundle, where there must be room for all this in any case.
        var place = Path.Join(Path.GetDirectoryName(request.Output), AtomicFile.TemporaryName());
        try
        {
            var folder = new DistributionFolder(place);
            folder.Create();
            var step = new PackingStep(bench, folder, request.Resolve);
            foreach (var target in request.Targets)
                await step.AddAsync(target, cancellationToken);
            var packed = BundleLock.Rewrite(request.Lock, step.Files);
            return await BundleWriter.WriteAsync(
                request.Output,
                [.. request.Targets.Select(target => target.Words).Distinct(StringComparer.Ordinal)],
                request.CreatedBy,
                Encoding.UTF8.GetBytes(packed.Write()),
                step.Files.All.Select(file => (file.Path, file.Use)),
                cancellationToken
            );
        }
        finally
        {
            if (FolderTree.IsFolder(place))
                FolderTree.Remove(place);
        }
    }
}

/// <summary>What is to be packed.</summary>
/// <param name="Lock">The lock file.</param>
/// <param name="Targets">The machines, and what the lock file installs on each.</param>
/// <param name="Output">The absolute path of the bundle.</param>
public sealed record PackRequest(Pylock Lock, ImmutableArray<PackTarget> Targets, string Output)
{
    /// <summary>The program that packs.</summary>
    public string CreatedBy { get; init; } = "krait";

    /// <summary>How versions of what builds need are chosen.</summary>
    public ResolveOptions Resolve { get; init; } = new();
}
