using System.Text;
using Krait.Archives.Bundles;
using Krait.Packaging.Distributions;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Server.Pages;
using Krait.Server.Spaces;
using Krait.Server.Storage;

namespace Krait.Server.Bundles;

/// <summary>
/// Fills a namespace with the distributions of a bundle, of which every byte is compared with its digest on the way: an index for machines
/// that have no network.
/// </summary>
internal sealed class BundleImport(IBlobStore blobs, PrivateSpace space)
{
    /// <summary>Adds all distributions; those that are there already stay as they are.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="KraitException">The bundle cannot be used, or another file has the name of one of its files.</exception>
    public async Task<int> RunAsync(string path, CancellationToken cancellationToken)
    {
        using var bundle = Bundle.Open(path);
        var stated = FilesOf(bundle);
        var count = 0;
        foreach (var file in bundle.Manifest.Files.Where(file => file.Use is not BundleUse.Lock))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ProjectOf(file.Name) is not { } project || FileEntry.TryCreate(project, file.Name) is not { } entry)
                throw bundle.Refusal($"`{file.Name}` is not the name of a wheel or source distribution", cause: null);
            var (package, locked) = stated.GetValueOrDefault(file.Name);
            entry = entry with
            {
                RequiresPython = package?.RequiresPython?.ToString(),
                UploadTime = locked?.UploadTime?.Text,
            };
            using var content = blobs.Create();
            bundle.Read(file, bytes => content.Append(bytes.Span));
            await AddAsync(project, entry, content, cancellationToken);
            count++;
        }

        return count;
    }

    private async Task AddAsync(
        PackageName project,
        FileEntry entry,
        BlobWriter content,
        CancellationToken cancellationToken
    )
    {
        var id = await blobs.CommitAsync(content, isDurable: true, cancellationToken);
        var metadata = entry.Wheel is null ? null : await TryReadMetadataAsync(project, entry, id, cancellationToken);
        if (metadata is not null && CoreMetadata.TryParse(metadata, out var parsed, out _))
            entry = entry with { RequiresPython = parsed.RequiresPython?.ToString() };
        await space.AddAsync(project, entry, id, content.Length, metadata, cancellationToken);
    }

    /// <summary>A wheel whose metadata cannot be read is offered as it was packed; whoever installs it is told what is wrong.</summary>
    private async Task<byte[]?> TryReadMetadataAsync(
        PackageName project,
        FileEntry wheel,
        BlobId id,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await blobs.TryOpenAsync(id, cancellationToken) is { } blob
                ? MetadataReading.ReadWheel(blob, project, wheel)
                : null;
        }
        catch (KraitException e) when (e.Kind is FailureKind.NotFound)
        {
            return null;
        }
    }

    private static PackageName? ProjectOf(string fileName) =>
        WheelFileName.TryParse(fileName, out var wheel, out _) ? wheel.Name
        : SdistFileName.TryParse(fileName, out var sdist, out _) ? sdist.Name
        : null;

    /// <summary>What the lock file says of the files.</summary>
    private static Dictionary<string, (PylockPackage Package, PylockFile File)> FilesOf(Bundle bundle)
    {
        var text = Encoding.UTF8.GetString(bundle.ReadLock());
        if (!Pylock.TryParse(text, BundleFile.LockName, out var pylock, out var errors))
            throw bundle.Refusal("its lock file cannot be read", errors[0]);
        var files = new Dictionary<string, (PylockPackage, PylockFile)>(StringComparer.Ordinal);
        foreach (var package in pylock.Packages)
        {
            foreach (var file in (package.Wheels ?? []).Append(package.Sdist).Append(package.Archive))
            {
                if (file?.FileName is { } name)
                    files[name] = (package, file);
            }
        }

        return files;
    }
}
