namespace Krait.Archives.Zip;

/// <summary>One file or folder of a ZIP archive, as both of its headers say.</summary>
/// <param name="Path">Where it belongs, checked.</param>
/// <param name="IsDirectory">Whether its name ends in `/`.</param>
/// <param name="IsDeflated">Whether its bytes are compressed; otherwise they are stored.</param>
/// <param name="IsExecutable">Whether it is marked as a regular file that anyone may execute.</param>
/// <param name="Crc">The CRC-32 of its content.</param>
/// <param name="CompressedSize">How many bytes it takes in the archive.</param>
/// <param name="Size">How many bytes its content has.</param>
/// <param name="HeaderOffset">Where its local header starts.</param>
public sealed record ZipEntry(
    ArchivePath Path,
    bool IsDirectory,
    bool IsDeflated,
    bool IsExecutable,
    uint Crc,
    long CompressedSize,
    long Size,
    long HeaderOffset
)
{
    /// <summary>Where its bytes start; known once the local header has been read.</summary>
    internal long BytesOffset { get; set; }
}
