using Krait.Archives.Gzip;
using Krait.Archives.Tar;

namespace Krait.Archives.Extraction;

/// <summary>
/// Tells what kind of archive a file is. Its name decides where it has a known ending; its first bytes must agree, and nothing in it may
/// let another program take it for another kind.
/// </summary>
internal static class ArchiveKinds
{
    private const int EndRecordSize = 22;
    private const int LongestComment = ushort.MaxValue;

    private static readonly (string Ending, string Method)[] Unsupported =
    [
        (".tar.bz2", "bzip2"),
        (".tbz", "bzip2"),
        (".tbz2", "bzip2"),
        (".tar.xz", "xz"),
        (".txz", "xz"),
        (".tar.lzma", "lzma"),
        (".tlz", "lzma"),
        (".tar.lz", "lzip"),
        (".tar.zst", "zstd"),
        (".tar.z", "compress"),
        (".7z", "7-Zip"),
        (".rar", "RAR"),
    ];

    /// <summary>Decides how a file is to be read.</summary>
    /// <exception cref="UnsafeArchiveException">It is no archive that can be read, or could be two kinds at once.</exception>
    public static ArchiveKind Find(ByteSource source, string fileName)
    {
        var name = fileName.ToLowerInvariant();
        foreach (var (ending, method) in Unsupported)
        {
            if (name.EndsWith(ending, StringComparison.Ordinal))
            {
                throw UnsafeArchiveException.Because(
                    "archive-kind",
                    $"it is compressed with {method}; only `.tar.gz` and `.zip` archives can be read"
                );
            }
        }

        var start = new byte[TarHeader.BlockSize];
        var count = source.Read(0, start);
        var found = ByContent(start.AsSpan(0, count));
        var named = ByName(name);
        if (found is null || (named is not null && named != found))
        {
            throw UnsafeArchiveException.Because(
                "archive-kind",
                named is null ? "it is not an archive" : $"it is not a {Describe(named.Value)} archive"
            );
        }

        CheckSingle(source, start.AsSpan(0, count), found.Value);
        return found.Value;
    }

    private static ArchiveKind? ByName(string name) =>
        name switch
        {
            _ when name.EndsWith(".tar.gz", StringComparison.Ordinal) => ArchiveKind.TarGz,
            _ when name.EndsWith(".tgz", StringComparison.Ordinal) => ArchiveKind.TarGz,
            _ when name.EndsWith(".tar", StringComparison.Ordinal) => ArchiveKind.Tar,
            _ when name.EndsWith(".zip", StringComparison.Ordinal) => ArchiveKind.Zip,
            _ => null,
        };

    private static ArchiveKind? ByContent(ReadOnlySpan<byte> start)
    {
        if (GzipReader.HasMagic(start))
            return ArchiveKind.TarGz;
        if (start.StartsWith("PK\x03\x04"u8) || start.StartsWith("PK\x05\x06"u8))
            return ArchiveKind.Zip;
        return IsTar(start) ? ArchiveKind.Tar : null;
    }

    private static bool IsTar(ReadOnlySpan<byte> start) =>
        start.Length == TarHeader.BlockSize
        && (TarHeader.HasRightChecksum(start) || !start.ContainsAnyExcept((byte)0) || HasTarMagic(start));

    private static bool HasTarMagic(ReadOnlySpan<byte> start) => start[257..].StartsWith("ustar"u8);

    private static string Describe(ArchiveKind kind) =>
        kind switch
        {
            ArchiveKind.TarGz => "gzip-compressed tar",
            ArchiveKind.Tar => "tar",
            _ => "ZIP",
        };

    /// <summary>Refuses a file that is a tar archive to one reader and a ZIP archive to another.</summary>
    private static void CheckSingle(ByteSource source, ReadOnlySpan<byte> start, ArchiveKind kind)
    {
        var isBoth = kind == ArchiveKind.Zip ? IsTar(start) : EndsAsZip(source);
        if (isBoth)
        {
            throw UnsafeArchiveException.Because(
                "archive-polyglot",
                "it is a tar archive and a ZIP archive at the same time"
            );
        }
    }

    /// <summary>Whether a ZIP reader, which looks for an end record in the last bytes, would find one with a directory.</summary>
    private static bool EndsAsZip(ByteSource source)
    {
        var tail = new byte[(int)Math.Min(source.Length, EndRecordSize + LongestComment)];
        var count = source.Read(source.Length - tail.Length, tail);
        var rest = tail.AsSpan(0, count);
        var found = rest.LastIndexOf("PK\x05\x06"u8);
        for (; found >= 0; found = rest[..found].LastIndexOf("PK\x05\x06"u8))
        {
            if (rest.Length - found >= EndRecordSize && HasDirectory(source, rest[found..]))
                return true;
        }

        return false;
    }

    private static bool HasDirectory(ByteSource source, ReadOnlySpan<byte> end)
    {
        var size = BitConverter.ToUInt32(end[12..]);
        var position = source.Length - end.Length - size;
        Span<byte> signature = stackalloc byte[4];
        return size > 0
            && position >= 0
            && source.Read(position, signature) == 4
            && signature.SequenceEqual("PK\x01\x02"u8);
    }
}
