using Krait.Build.Wheels;
using Krait.Index;
using Krait.Index.Downloads;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Projects.Saving;

/// <summary>A folder that distributions are written into: each whole or not at all, and one that is there already with the same content stays.</summary>
/// <param name="path">Its absolute path.</param>
internal sealed class DistributionFolder(string path)
{
    /// <summary>Makes the folder where there is none.</summary>
    /// <exception cref="FileSystemException">It cannot be made.</exception>
    public void Create() => FolderTree.Create(path);

    /// <summary>Where a file goes.</summary>
    public string PathOf(string fileName) => Path.Join(path, fileName);

    /// <summary>Fetches a file, unless its digest proves that the one that is there is the same.</summary>
    /// <exception cref="KraitException">It cannot be obtained, or is not the file that was expected.</exception>
    public async Task<SavedFile> FetchAsync(
        IndexClient client,
        PackageName name,
        DownloadRequest request,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        var target = PathOf(request.FileName);
        if (request.Expected.HasSecure && DigestOf(target) is { } there && request.Expected.AreProvedBy([there]))
            return new SavedFile(name, target, SavedState.Kept);
        using var file = await client.DownloadAsync(request, progress, cancellationToken);
        if (file.Sha256.Equals(DigestOf(target)))
            return new SavedFile(name, target, SavedState.Kept);
        await AtomicFile.WriteAsync(target, file.CopyToAsync, durable: false, cancellationToken);
        return new SavedFile(name, target, SavedState.Saved);
    }

    /// <summary>Copies a wheel that was built.</summary>
    /// <exception cref="FileSystemException">It cannot be read or written.</exception>
    public async Task<SavedFile> CopyAsync(BuiltWheel wheel, CancellationToken cancellationToken)
    {
        var target = PathOf(wheel.File.ToString());
        var saved = new SavedFile(wheel.Metadata.Name, target, SavedState.Saved) { IsBuilt = wheel.IsNew };
        if (wheel.Sha256.Equals(DigestOf(target)))
            return saved with { State = SavedState.Kept };
        await using var from = PlainFile.OpenRead(wheel.Path);
        await AtomicFile.WriteAsync(
            target,
            (stream, token) => from.CopyToAsync(stream, token),
            durable: false,
            cancellationToken
        );
        return saved;
    }

    private static FileHash? DigestOf(string path) =>
        FileStatus.TryRead(path, followLinks: true, out var status) == FileError.None && status.Kind == FileKind.File
            ? FileDigest.Of(path).Digest
            : null;
}
