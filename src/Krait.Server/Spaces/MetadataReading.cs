using Krait.Archives;
using Krait.Index.Metadata;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Server.Pages;
using Krait.Server.Storage;

namespace Krait.Server.Spaces;

/// <summary>Core metadata as it is handed out: that of the file beside which it lies, and of no other.</summary>
internal static class MetadataReading
{
    /// <summary>The METADATA of a stored wheel, by the installer's own reader; the blob is closed.</summary>
    /// <exception cref="KraitException">The archive is damaged, or its metadata is for another distribution: it has none to offer.</exception>
    public static byte[] ReadWheel(OpenBlob blob, PackageName project, FileEntry wheel)
    {
        using var source = ByteSource.Over(blob.Handle);
        try
        {
            var content = MetadataEntry.FindIn(source);
            return ProblemOf(content, project, wheel) is { } problem
                ? throw new KraitException(problem) { Kind = FailureKind.NotFound }
                : content;
        }
        catch (UnsafeArchiveException e)
        {
            var diagnostic = new Diagnostic("damaged-wheel", $"cannot read the metadata of `{wheel.FileName}`")
            {
                Notes = [e.Diagnostic.Message],
            };
            throw new KraitException(diagnostic, e) { Kind = FailureKind.NotFound };
        }
    }

    /// <summary>Why metadata is not that of a file; null where it is.</summary>
    public static Diagnostic? ProblemOf(byte[] content, PackageName project, FileEntry file)
    {
        if (!CoreMetadata.TryParse(content, out var metadata, out var error))
        {
            return new Diagnostic("invalid-metadata", $"cannot read the metadata of `{file.FileName}`")
            {
                Notes = [error.Message],
            };
        }

        return metadata.Name == project && metadata.Version == file.Version
            ? null
            : new Diagnostic(
                "metadata-mismatch",
                $"the metadata of `{file.FileName}` is for {metadata.Name} {metadata.Version}"
            );
    }
}
