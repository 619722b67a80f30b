using Krait.Archives;
using Krait.Archives.Zip;

namespace Krait.Index.Metadata;

/// <summary>The METADATA of a wheel, found in its ZIP directory.</summary>
public static class MetadataEntry
{
    /// <summary>The largest METADATA that is read.</summary>
    public const int LargestSize = 16 * 1024 * 1024;

    /// <summary>Reads the METADATA of a wheel that is at hand.</summary>
    /// <exception cref="UnsafeArchiveException">The archive is damaged, or has no METADATA or several.</exception>
    public static byte[] FindIn(ByteSource source) => Only(ZipExcerpt.Find(source, IsWanted)).Read(source, LargestSize);

    /// <summary>Finds METADATA in the directory of a wheel.</summary>
    /// <exception cref="UnsafeArchiveException">The directory is damaged, or has no METADATA or several.</exception>
    public static ZipExcerpt Find(ZipTail tail, ReadOnlySpan<byte> directory) =>
        Only(ZipExcerpt.Find(tail, directory, IsWanted));

    private static ZipExcerpt Only(IReadOnlyList<ZipExcerpt> found) =>
        found.Count switch
        {
            1 => found[0],
            0 => throw UnsafeArchiveException.Because("no-metadata", "the archive has no `.dist-info/METADATA`"),
            _ => throw UnsafeArchiveException.Because(
                "two-metadata",
                "the archive has more than one `.dist-info/METADATA`"
            ),
        };

    private static bool IsWanted(ReadOnlySpan<byte> name) =>
        name.EndsWith(".dist-info/METADATA"u8) && name.IndexOf((byte)'/') == name.Length - "/METADATA".Length;
}
