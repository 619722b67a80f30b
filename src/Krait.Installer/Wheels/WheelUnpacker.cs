using System.Security.Cryptography;
using System.Text;
using Krait.Archives;
using Krait.Archives.Zip;
using Krait.Environments.Installed;
using Krait.Installer.Records;
using Krait.Packaging.Metadata;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Processes;

namespace Krait.Installer.Wheels;

/// <summary>
/// Unpacks a checked wheel into a folder: makes its folders, has its files written, compares them with their RECORD rows and notes
/// them in a manifest. The folder then holds what is linked into environments, an INSTALLER and a RECORD among it.
/// </summary>
internal sealed class WheelUnpacker
{
    private const string InstallerText = "krait\n";
    private readonly ZipArchive archive;
    private readonly WheelContents contents;
    private readonly DirectoryHandle root;
    private readonly List<WheelFile> files;
    private readonly ManifestWriter manifest = new();
    private readonly RecordRows record = new();
    private readonly HashSet<string> made = new(StringComparer.Ordinal) { "" };
    private readonly HashSet<(WheelScheme, string)> listed = [];
    private readonly RecordIssues issues = new();

    /// <summary>Makes the wheel's folders.</summary>
    /// <exception cref="FileSystemException">A folder cannot be made.</exception>
    public WheelUnpacker(ZipArchive archive, WheelContents contents, DirectoryHandle root)
    {
        OpenSslLibrary.Require();
        this.archive = archive;
        this.contents = contents;
        this.root = root;
        // The `.dist-info` comes last, so that a RECORD of everything before it can be written into it.
        files =
        [
            .. contents
                .Files.OrderBy(f => IsDistInfo(f.Folder))
                .ThenBy(f => f.Scheme)
                .ThenBy(f => ParentOf(f.Target), StringComparer.Ordinal)
                .ThenBy(f => f.Folder, StringComparer.Ordinal)
                .ThenBy(f => f.Target, StringComparer.Ordinal),
        ];
        foreach (var file in files)
            MakeFolder(file.Folder);
        Queue = new UnpackQueue(archive, root, files);
    }

    /// <summary>The files, to be written before the wheel is finished.</summary>
    public UnpackQueue Queue { get; }

    /// <summary>Lists what was written and adds what every installation adds.</summary>
    /// <returns>The manifest and what was found wrong with RECORD.</returns>
    public (ManifestWriter Manifest, List<Diagnostic> Issues) Finish()
    {
        for (var i = 0; i < files.Count; i++)
        {
            var file = files[i];
            if (i == 0 || !IsBeside(file, files[i - 1]))
            {
                var target = ParentOf(file.Target);
                AddParents(file.Scheme, file.Folder, target);
                manifest.AddFolder(file.Folder, file.Scheme, target);
            }

            var stored = Queue.StoredAt(i);
            var digest = Queue.DigestAt(i);
            Compare(file, digest, stored.Size);
            manifest.AddFile(file.Entry.Path.Name, stored, digest);
            if (file.Scheme == WheelScheme.Root)
                record.Add(file.Entry.Path.Value, digest, stored.Size);
        }

        WriteOwn();
        foreach (var path in contents.Record.Keys.Where(p => !IsOwn(p)))
            Note($"its RECORD lists `{SafeText.Escape(path)}`, which it does not have");
        return (manifest, [.. issues.ToDiagnostics().Select(issue => issue.In(archive.FileName))]);
    }

    private bool IsDistInfo(string folder) => string.Equals(folder, contents.DistInfo, StringComparison.Ordinal);

    private static bool IsBeside(WheelFile one, WheelFile other) =>
        one.Scheme == other.Scheme
        && string.Equals(one.Folder, other.Folder, StringComparison.Ordinal)
        && string.Equals(ParentOf(one.Target), ParentOf(other.Target), StringComparison.Ordinal);

    private static string ParentOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    /// <summary>Rows that name RECORD itself or its signatures are right without a file.</summary>
    private bool IsOwn(string path) =>
        path.StartsWith(contents.DistInfo + "/RECORD", StringComparison.Ordinal)
        || string.Equals(path, $"{contents.DistInfo}/INSTALLER", StringComparison.Ordinal)
        || string.Equals(path, $"{contents.DistInfo}/REQUESTED", StringComparison.Ordinal)
        || string.Equals(path, $"{contents.DistInfo}/direct_url.json", StringComparison.Ordinal)
        || string.Equals(path, $"{contents.DistInfo}/{InstalledDistribution.StampName}", StringComparison.Ordinal);

    /// <summary>Lists the folders above a target that hold no files themselves, so that they are made before it.</summary>
    private void AddParents(WheelScheme scheme, string source, string target)
    {
        var parent = ParentOf(target);
        if (target.Length == 0 || !listed.Add((scheme, target)))
            return;
        if (parent.Length > 0 && !listed.Contains((scheme, parent)))
        {
            AddParents(scheme, ParentOf(source), parent);
            manifest.AddFolder(ParentOf(source), scheme, parent);
        }
    }

    private void MakeFolder(string path)
    {
        if (!made.Add(path))
            return;
        MakeFolder(ParentOf(path));
        var error = root.TryCreateFolder(path);
        if (error is not (FileError.None or FileError.AlreadyExists))
            throw new FileSystemException("create the directory", Path.Join(root.Path, path), error);
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

        if (IsOwn(path) && row.Hash is null)
            return;
        var isRight =
            (row.Hash is null || RecordText.Agrees(row.Hash, digest) is not false)
            && (row.Size is null || row.Size == size);
        if (!isRight)
            Note($"`{SafeText.Escape(path)}` is not what its RECORD says");
        else if (row.Hash is null)
            Note($"its RECORD states no hash for `{SafeText.Escape(path)}`");
    }

    private void Note(string message) => issues.Add(message);

    /// <summary>Adds the files that every installation adds, for those environments in which they are the same.</summary>
    private void WriteOwn()
    {
        var error = root.TryOpenFolder(contents.DistInfo, out var opened);
        using var folder =
            opened ?? throw new FileSystemException("open", Path.Join(root.Path, contents.DistInfo), error);
        Span<byte> digest = stackalloc byte[32];
        WriteOwn(folder, "INSTALLER", Encoding.UTF8.GetBytes(InstallerText), digest);
        record.Add($"{contents.DistInfo}/INSTALLER", digest, InstallerText.Length);
        record.AddBare($"{contents.DistInfo}/RECORD");
        WriteOwn(folder, "RECORD", record.Text, digest);
    }

    private void WriteOwn(DirectoryHandle folder, string name, ReadOnlySpan<byte> content, Span<byte> digest)
    {
        SHA256.HashData(content, digest);
        var mode = 0b110_110_110u & ~FileCreationMask.Value;
        var error = folder.TryWriteNew(Encoding.UTF8.GetBytes(name + '\0'), content, mode, out var status);
        if (error != FileError.None)
            throw new FileSystemException("write", Path.Join(folder.Path, name), error);
        manifest.AddFile(
            name,
            new StoredFile(status.Size, status.Modified, status.Inode, IsExecutable: false, HasPlaceholder: false),
            digest
        );
    }
}
