using System.Security.Cryptography;
using System.Text;
using Krait.Installer.Archives;
using Krait.Installer.Records;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace Krait.Installer.Wheels;

/// <summary>
/// Unpacks a checked wheel into a folder: each file is inflated, compared with its CRC and its RECORD row, hashed and written in one
/// pass, and noted in a manifest. The folder then holds what is linked into environments, an INSTALLER and a RECORD among it.
/// </summary>
internal sealed class WheelUnpacker(
    ZipArchive archive,
    WheelContents contents,
    ZipExtractor extractor,
    DirectoryHandle root
)
{
    private const string InstallerText = "krait\n";
    private readonly ManifestWriter manifest = new();
    private readonly StringBuilder record = new();
    private readonly HashSet<string> made = new(StringComparer.Ordinal) { "" };
    private readonly List<Diagnostic> issues = [];
    private readonly uint mask = FileCreationMask.Value;

    /// <summary>Unpacks all files.</summary>
    /// <returns>The manifest and what was found wrong with RECORD.</returns>
    public (ManifestWriter Manifest, List<Diagnostic> Issues) Run(CancellationToken cancellationToken)
    {
        // The `.dist-info` comes last, so that a RECORD of everything before it can be written into it.
        var folders = contents
            .Files.GroupBy(f => (f.Scheme, Source: ParentOf(f.Entry.Path.Value), Target: ParentOf(f.Target)))
            .OrderBy(g => string.Equals(g.Key.Source, contents.DistInfo, StringComparison.Ordinal))
            .ThenBy(g => g.Key.Scheme)
            .ThenBy(g => g.Key.Target, StringComparer.Ordinal);
        var parents = new HashSet<(WheelScheme, string)>();
        foreach (var folder in folders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            AddParents(folder.Key.Scheme, folder.Key.Source, folder.Key.Target, parents);
            UnpackFolder(folder.Key.Scheme, folder.Key.Source, folder.Key.Target, folder, cancellationToken);
        }
        foreach (var path in contents.Record.Keys.Where(p => !IsOwn(p)))
            Note($"its RECORD lists `{SafeText.Escape(path)}`, which it does not have");
        return (manifest, issues);
    }

    private static string ParentOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    /// <summary>Rows that name RECORD itself or its signatures are right without a file.</summary>
    private bool IsOwn(string path) =>
        path.StartsWith(contents.DistInfo + "/RECORD", StringComparison.Ordinal)
        || string.Equals(path, $"{contents.DistInfo}/INSTALLER", StringComparison.Ordinal)
        || string.Equals(path, $"{contents.DistInfo}/REQUESTED", StringComparison.Ordinal)
        || string.Equals(path, $"{contents.DistInfo}/direct_url.json", StringComparison.Ordinal);

    /// <summary>Lists the folders above a target that hold no files themselves, so that they are made before it.</summary>
    private void AddParents(WheelScheme scheme, string source, string target, HashSet<(WheelScheme, string)> parents)
    {
        var parent = ParentOf(target);
        if (target.Length == 0 || !parents.Add((scheme, target)))
            return;
        if (parent.Length > 0 && !parents.Contains((scheme, parent)))
        {
            AddParents(scheme, ParentOf(source), parent, parents);
            manifest.AddFolder(ParentOf(source), scheme, parent);
        }
    }

    private void UnpackFolder(
        WheelScheme scheme,
        string source,
        string target,
        IEnumerable<WheelFile> files,
        CancellationToken cancellationToken
    )
    {
        MakeFolder(source);
        using var folder = source.Length == 0 ? null : Open(source);
        var place = folder ?? root;
        manifest.AddFolder(source, scheme, target);
        foreach (var file in files.OrderBy(f => f.Target, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Unpack(place, file);
        }
        if (string.Equals(source, contents.DistInfo, StringComparison.Ordinal))
            WriteOwn(place);
    }

    private DirectoryHandle Open(string path) =>
        root.TryOpenFolder(path, out var folder) is var error && folder is not null
            ? folder
            : throw new FileSystemException("open", Path.Join(root.Path, path), error);

    private void MakeFolder(string path)
    {
        if (!made.Add(path))
            return;
        MakeFolder(ParentOf(path));
        var error = root.TryCreateFolder(path);
        if (error is not (Errno.None or Errno.Exists))
            throw new FileSystemException("make the folder", Path.Join(root.Path, path), error);
    }

    private void Unpack(DirectoryHandle folder, WheelFile file)
    {
        var isExecutable = file.Entry.IsExecutable;
        var mode = isExecutable ? 0b111_111_111u : 0b110_110_110u;
        var name = Encoding.UTF8.GetBytes(file.Entry.Path.Name + '\0');
        Span<byte> digest = stackalloc byte[32];
        FileStatus status;
        var hasPlaceholder = false;
        if (file.Entry is { Size: <= ZipExtractor.WholeSize, CompressedSize: <= ZipExtractor.WholeSize })
        {
            var content = extractor.Read(archive, file.Entry).Span;
            hasPlaceholder = file.Scheme == WheelScheme.Scripts && content.StartsWith("#!python"u8);
            SHA256.HashData(content, digest);
            Check(folder.TryWriteNew(name, content, mode & ~mask, out status), folder, file);
        }
        else
        {
            status = UnpackLarge(folder, file, name, mode & ~mask, digest, ref hasPlaceholder);
        }
        Compare(file, digest, status.Size);
        var stored = new StoredFile(status.Size, status.Modified, status.Inode, isExecutable, hasPlaceholder);
        manifest.AddFile(file.Entry.Path.Name, stored, digest);
        if (file.Scheme == WheelScheme.Root)
            RecordText.Append(record, file.Entry.Path.Value, digest, status.Size);
    }

    private FileStatus UnpackLarge(
        DirectoryHandle folder,
        WheelFile file,
        byte[] name,
        uint mode,
        Span<byte> digest,
        ref bool hasPlaceholder
    )
    {
        Check(folder.TryCreateNew(name, mode, out var created), folder, file);
        using var output = created;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var isScript = file.Scheme == WheelScheme.Scripts;
        var startsSo = false;
        extractor.Extract(
            archive,
            file.Entry,
            piece =>
            {
                startsSo |= isScript && piece.Span.StartsWith("#!python"u8);
                isScript = false;
                hash.AppendData(piece.Span);
                Check(DirectoryFiles.TryAppend(Existing(output), piece.Span), folder, file);
            }
        );
        hasPlaceholder = startsSo;
        hash.GetHashAndReset(digest);
        Check(DirectoryFiles.TryStatus(Existing(output), out var status), folder, file);
        return status;
    }

    private static SafeFileHandle Existing(SafeFileHandle? file) => file ?? throw new InvalidOperationException();

    private static void Check(Errno error, DirectoryHandle folder, WheelFile file)
    {
        if (error != Errno.None)
            throw new FileSystemException("write", Path.Join(folder.Path, file.Entry.Path.Name), error);
    }

    /// <summary>Compares a file with what RECORD says of it.</summary>
    private void Compare(WheelFile file, ReadOnlySpan<byte> digest, long size)
    {
        var path = file.Entry.Path.Value;
        if (!contents.Record.Remove(path, out var row))
        {
            if (!IsOwn(path) && contents.Record.Count > 0)
                Note($"its RECORD does not list `{SafeText.Escape(path)}`");
            return;
        }
        if (IsOwn(path) && row.Hash.Length == 0)
            return;
        var isRight =
            (row.Hash.Length == 0 || RecordText.Agrees(row.Hash, digest) is not false)
            && (row.Size.Length == 0 || string.Equals(row.Size, $"{size}", StringComparison.Ordinal));
        if (!isRight)
            Note($"`{SafeText.Escape(path)}` is not what its RECORD says");
        else if (row.Hash.Length == 0)
            Note($"its RECORD states no hash for `{SafeText.Escape(path)}`");
    }

    private void Note(string message) => issues.Add(new Diagnostic("wheel-record", message).In(archive.FileName));

    /// <summary>Adds the files that every installation adds, for those environments in which they are the same.</summary>
    private void WriteOwn(DirectoryHandle folder)
    {
        Span<byte> digest = stackalloc byte[32];
        WriteOwn(folder, "INSTALLER", Encoding.UTF8.GetBytes(InstallerText), digest);
        RecordText.Append(record, $"{contents.DistInfo}/INSTALLER", digest, InstallerText.Length);
        RecordText.AppendBare(record, $"{contents.DistInfo}/RECORD");
        WriteOwn(folder, "RECORD", Encoding.UTF8.GetBytes(record.ToString()), digest);
    }

    private void WriteOwn(DirectoryHandle folder, string name, byte[] content, Span<byte> digest)
    {
        SHA256.HashData(content, digest);
        var error = folder.TryWriteNew(
            Encoding.UTF8.GetBytes(name + '\0'),
            content,
            0b110_110_110u & ~mask,
            out var status
        );
        if (error != Errno.None)
            throw new FileSystemException("write", Path.Join(folder.Path, name), error);
        manifest.AddFile(
            name,
            new StoredFile(status.Size, status.Modified, status.Inode, IsExecutable: false, HasPlaceholder: false),
            digest
        );
    }
}
