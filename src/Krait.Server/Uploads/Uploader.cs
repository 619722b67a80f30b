using Krait.Packaging.Distributions;
using Krait.Packaging.Metadata;
using Krait.Packaging.Text;
using Krait.Server.Pages;
using Krait.Server.Spaces;
using Krait.Server.Storage;

namespace Krait.Server.Uploads;

/// <summary>Takes a distribution into a private namespace, once it has proved to be what it says.</summary>
internal sealed class Uploader(StoreFolder folder)
{
    /// <summary>Checks and stores a distribution.</summary>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="KraitException">It is refused, or its name is taken.</exception>
    public Task<bool> TakeAsync(PrivateSpace space, UploadRequest upload, CancellationToken cancellationToken)
    {
        if (FileEntry.TryCreate(upload.Project, upload.FileName) is not { } file)
        {
            throw DistributionCheck.Refused(
                Shown(upload.FileName),
                $"it is not a valid file name for `{upload.Project}`"
            );
        }

        if (file.Wheel is null && !upload.FileName.EndsWith(".tar.gz", StringComparison.Ordinal))
            throw DistributionCheck.Refused(file.FileName, "a source distribution must be a `.tar.gz` file");
        CheckDigest(upload);
        var metadata = Check(upload, file, cancellationToken);
        var requires = CoreMetadata.TryParse(metadata, out var parsed, out _)
            ? parsed.RequiresPython?.ToString()
            : null;
        // A wheel's metadata is offered beside it; that of a source distribution may change when it is built.
        return space.AddAsync(
            upload.Project,
            file with
            {
                RequiresPython = requires,
            },
            upload.Content,
            file.Wheel is null ? null : metadata,
            cancellationToken
        );
    }

    private byte[] Check(UploadRequest upload, FileEntry file, CancellationToken cancellationToken)
    {
        if (file.Wheel is { } wheel)
            return DistributionCheck.CheckWheel(upload.Content.Reader, wheel, cancellationToken);
        return SdistFileName.TryParse(file.FileName, upload.Project, out var sdist, out var error)
            ? DistributionCheck.CheckSdist(
                upload.Content.Reader,
                file.FileName,
                sdist,
                folder.Temporary,
                cancellationToken
            )
            : throw DistributionCheck.Refused(file.FileName, error.Message);
    }

    private static void CheckDigest(UploadRequest upload)
    {
        var stated = upload.Fields.GetValueOrDefault("sha256_digest", "");
        if (stated.Length > 0 && !string.Equals(stated, upload.Content.Digest.Hex, StringComparison.OrdinalIgnoreCase))
            throw DistributionCheck.Refused(upload.FileName, "its SHA-256 differs from the one in the upload form");
    }

    private static string Shown(string fileName) =>
        fileName.Length <= 200 && !fileName.Any(char.IsControl) ? fileName : "the file";
}
