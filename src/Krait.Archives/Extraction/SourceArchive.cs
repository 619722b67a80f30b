using System.Collections.Immutable;
using Krait.Archives.Gzip;
using Krait.Archives.Tar;
using Krait.Archives.Zip;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Archives.Extraction;

/// <summary>
/// Unpacks the archives that sources come in, whoever made them: source distributions, and any `.tar.gz`, `.tar` or `.zip` behind a URL.
/// One set of rules holds for all of them: regular files and folders below the target; symbolic links that stay inside and lead to
/// something; hard links to earlier files, which become copies; nothing else.
/// </summary>
public static class SourceArchive
{
    /// <summary>Unpacks an archive.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fileName">Its name where it came from, whose ending says what it is; used in messages.</param>
    /// <param name="target">An empty folder of the caller's. After a failure it may hold a part of the archive, to be removed.</param>
    /// <param name="limits">How much there may be.</param>
    /// <param name="cancellationToken">Ends the unpacking.</param>
    /// <exception cref="UnsafeArchiveException">The archive is damaged, ambiguous or unsafe.</exception>
    /// <exception cref="FileSystemException">It cannot be read, or the target not written.</exception>
    public static UnpackedSource Extract(
        string path,
        string fileName,
        string target,
        ArchiveLimits limits,
        CancellationToken cancellationToken
    )
    {
        using var source = ByteSource.OpenFile(path);
        return Extract(source, fileName, target, limits, cancellationToken);
    }

    /// <summary>Unpacks an archive that is open already.</summary>
    public static UnpackedSource Extract(
        ByteSource source,
        string fileName,
        string target,
        ArchiveLimits limits,
        CancellationToken cancellationToken
    ) => Extract(source, fileName, target, limits, FileNameRules.Current, cancellationToken);

    internal static UnpackedSource Extract(
        ByteSource source,
        string fileName,
        string target,
        ArchiveLimits limits,
        FileNameRules rules,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var kind = ArchiveKinds.Find(source, fileName);
            var room = Math.Min(limits.TotalSize, Math.Max(limits.RatioFloor, source.Length * limits.Ratio));
            using var root = DirectoryHandle.Open(target);
            using var tree = new ExtractionTree(root, room, rules);
            if (kind == ArchiveKind.Zip)
                ExtractZip(source, fileName, tree, limits, cancellationToken);
            else
                ExtractTar(source, kind, tree, limits, room, cancellationToken);
            tree.Finish();
            return new UnpackedSource(
                target,
                [.. tree.TopNames.Order(StringComparer.Ordinal)],
                [.. tree.Warnings.Select(warning => warning.In(fileName))]
            );
        }
        catch (UnsafeArchiveException e)
        {
            throw e.In(fileName);
        }
    }

    private static void ExtractTar(
        ByteSource source,
        ArchiveKind kind,
        ExtractionTree tree,
        ArchiveLimits limits,
        long room,
        CancellationToken cancellationToken
    )
    {
        var parser = new TarParser(new TarSink(tree), limits);
        if (kind == ArchiveKind.TarGz)
        {
            // Headers and padding come on top of the content: a block for each member, and for small files most of another.
            var limit = room + (limits.Entries * 2L * TarHeader.BlockSize);
            GzipReader.Decompress(source, Take, limit);
        }
        else
        {
            var buffer = new byte[128 * 1024];
            for (long offset = 0; source.Read(offset, buffer) is var count and > 0; offset += count)
                Take(buffer.AsMemory(0, count));
        }

        parser.Finish();

        void Take(ReadOnlyMemory<byte> bytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            parser.Feed(bytes.Span);
        }
    }

    private static void ExtractZip(
        ByteSource source,
        string fileName,
        ExtractionTree tree,
        ArchiveLimits limits,
        CancellationToken cancellationToken
    )
    {
        using var archive = ZipArchive.Open(new BorrowedSource(source), fileName, limits);
        if (archive.Entries.IsEmpty)
            throw UnsafeArchiveException.Because("archive-empty", "the archive is empty");
        using var extractor = new ZipExtractor();
        foreach (var entry in archive.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.IsDirectory)
            {
                tree.AddFolder(entry.Path.Value);
                continue;
            }

            tree.BeginFile(entry.Path.Value, entry.Size, entry.IsExecutable, time: 0);
            if (entry.Size > 0)
                extractor.Extract(archive, entry, content => tree.Write(content.Span));
            tree.EndFile();
        }

        tree.Warnings.AddRange(archive.Warnings);
    }

    private sealed class TarSink(ExtractionTree tree) : ITarSink
    {
        private bool isFile;

        public void Begin(TarMember member)
        {
            isFile = member.Kind == TarKind.File;
            switch (member.Kind)
            {
                case TarKind.File:
                    tree.BeginFile(member.Name, member.Size, member.IsExecutable, member.Modified);
                    break;
                case TarKind.Folder:
                    tree.AddFolder(member.Name);
                    break;
                case TarKind.HardLink:
                    tree.AddCopy(member.Name, member.LinkTarget, member.IsExecutable, member.Modified);
                    break;
                default:
                    tree.AddLink(member.Name, member.LinkTarget);
                    break;
            }
        }

        public void Write(ReadOnlySpan<byte> content) => tree.Write(content);

        public void End()
        {
            if (isFile)
                tree.EndFile();
        }
    }
}

/// <summary>An archive that was unpacked.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="TopNames">The names directly below the folder.</param>
/// <param name="Warnings">What was odd, but harmless.</param>
public sealed record UnpackedSource(
    string Folder,
    ImmutableArray<string> TopNames,
    ImmutableArray<Diagnostic> Warnings
);
