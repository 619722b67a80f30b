using System.Buffers;
using System.Collections.Immutable;
using Krait.Packaging.Text;

namespace Krait.Archives.Zip;

/// <summary>
/// A ZIP archive (APPNOTE 6.3) whose two directories have been compared field by field and whose entries are known to fill the
/// file without gap or overlap, so that every reader that accepts it sees the same files. Contents are checked while they are
/// read, by a <see cref="ZipExtractor"/>.
/// </summary>
public sealed class ZipArchive : IDisposable
{
    private ZipArchive(
        ByteSource source,
        string fileName,
        ImmutableArray<ZipEntry> entries,
        ImmutableArray<Diagnostic> warnings
    )
    {
        Source = source;
        FileName = fileName;
        Entries = entries;
        Warnings = warnings;
    }

    /// <summary>What messages call the archive.</summary>
    public string FileName { get; }

    /// <summary>Its files and folders in the order of the central directory, each path once.</summary>
    public ImmutableArray<ZipEntry> Entries { get; }

    /// <summary>What is odd about it but harmless.</summary>
    public ImmutableArray<Diagnostic> Warnings { get; }

    /// <summary>The archive's bytes.</summary>
    internal ByteSource Source { get; }

    /// <summary>Opens an archive; the source is closed with it, or at once when it is refused.</summary>
    /// <exception cref="UnsafeArchiveException">It is damaged, ambiguous or hostile.</exception>
    public static ZipArchive Open(ByteSource source, string fileName, ArchiveLimits? limits = null) =>
        Open(source, fileName, limits ?? ArchiveLimits.Default, FileNameRules.Current);

    internal static ZipArchive Open(ByteSource source, string fileName, ArchiveLimits limits, FileNameRules rules)
    {
        try
        {
            return Read(source, fileName, limits, rules);
        }
        catch (UnsafeArchiveException e)
        {
            source.Dispose();
            throw e.In(fileName);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Source.Dispose();

    private static ZipArchive Read(ByteSource source, string fileName, ArchiveLimits limits, FileNameRules rules)
    {
        var tail = ZipTail.Find(source);
        var warnings = ImmutableArray.CreateBuilder<Diagnostic>();
        if (tail.HasComment)
            warnings.Add(new Diagnostic("zip-comment", "the archive carries a comment").In(fileName));
        if (tail.Padding > 0)
            warnings.Add(new Diagnostic("zip-padding", "the archive is followed by padding").In(fileName));
        var headers = ZipDirectory.Read(source, tail, limits);
        ZipLocalHeaders.Check(source, headers, tail.DirectoryOffset);
        CheckSizes(headers, source.Length, limits);
        var entries = ZipNames.Check(headers, rules, twins => CheckTwins(source, twins, warnings, fileName));
        return new ZipArchive(source, fileName, entries, warnings.ToImmutable());
    }

    private static void CheckSizes(List<ZipDirectory.Header> headers, long archiveSize, ArchiveLimits limits)
    {
        Int128 total = 0;
        foreach (var header in headers)
            total += header.Entry.Size;
        if (total > limits.TotalSize || (total > limits.RatioFloor && total > (Int128)archiveSize * limits.Ratio))
        {
            var largest = headers.MaxBy(header => header.Entry.Size)?.Entry.Path.Value ?? "";
            throw UnsafeArchiveException.Because(
                "archive-bomb",
                $"its {archiveSize} bytes would become {total}, most of them in `{SafeText.Escape(largest)}`"
            );
        }
    }

    /// <summary>Two entries whose names mean one file somewhere: equal bytes are a warning, anything else is refused.</summary>
    private static void CheckTwins(
        ByteSource source,
        (ZipEntry First, ZipEntry Second) twins,
        ImmutableArray<Diagnostic>.Builder warnings,
        string fileName
    )
    {
        var (first, second) = twins;
        var name = SafeText.Escape(second.Path.Value);
        var areEqual =
            first.IsDirectory == second.IsDirectory
            && first.Crc == second.Crc
            && first.Size == second.Size
            && HaveEqualContent(source, first, second);
        if (!areEqual)
        {
            throw UnsafeArchiveException.Because(
                "archive-twins",
                $"the archive has two different files named `{name}`"
            );
        }

        warnings.Add(new Diagnostic("archive-twins", $"the archive has `{name}` twice, with equal bytes").In(fileName));
    }

    private static bool HaveEqualContent(ByteSource source, ZipEntry first, ZipEntry second)
    {
        if (first.IsDirectory)
            return true;
        using var archive = new ZipArchive(new BorrowedSource(source), string.Empty, [], []);
        using var extractor = new ZipExtractor();
        var one = new ArrayBufferWriter<byte>();
        var other = new ArrayBufferWriter<byte>();
        extractor.Extract(archive, first, bytes => one.Write(bytes.Span));
        extractor.Extract(archive, second, bytes => other.Write(bytes.Span));
        return one.WrittenSpan.SequenceEqual(other.WrittenSpan);
    }
}
