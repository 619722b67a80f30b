using Krait.Archives;
using Krait.Packaging.Distributions;
using Krait.Packaging.Metadata;
using Krait.Packaging.Text;
using Krait.Server.Storage;
using WheelMetadata = Krait.Index.Metadata.WheelMetadata;

namespace Krait.Server.Spaces;

/// <summary>Reads core metadata out of a stored wheel, by the installer's own reader.</summary>
internal static class WheelReading
{
    /// <summary>The METADATA of a wheel; the blob is closed.</summary>
    /// <exception cref="KraitException">The archive is damaged, or its metadata is not that of the wheel that its name says.</exception>
    public static byte[] ReadMetadata(OpenBlob blob, WheelFileName wheel)
    {
        using var source = ByteSource.Over(blob.Handle);
        var content = WheelMetadata.FindIn(source);
        if (!CoreMetadata.TryParse(content, out var metadata, out var error))
            throw new KraitException(error);
        return metadata.Name == wheel.Name && metadata.Version == wheel.Version
            ? content
            : throw new KraitException(
                new Diagnostic(
                    "metadata-mismatch",
                    $"the metadata in `{wheel}` is for {metadata.Name} {metadata.Version}"
                )
            );
    }
}
