using System.Security.Cryptography;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace Krait.Archives.Extraction;

/// <summary>
/// A fresh folder that an archive is unpacked into. Every name is checked before it is used, every file is created new below an open
/// folder, and links are made last, so that nothing is ever written through one.
/// </summary>
/// <param name="root">The folder, which must be empty and nobody else's.</param>
/// <param name="room">How many bytes may be written.</param>
/// <param name="rules">Which names this system can keep, and keeps apart.</param>
internal sealed class ExtractionTree(DirectoryHandle root, long room, FileNameRules rules) : IDisposable
{
    /// <summary>Before 1980 a ZIP archive, and so a wheel, cannot state a time.</summary>
    private const long EarliestTime = 315_619_200;

    /// <summary>A larger file is not begun unless the disk has room for it.</summary>
    private const long LargeSize = 16L << 20;

    private const string TwinName = ".krait-twin";

    private readonly Dictionary<string, (string Path, TreeEntry Kind)> entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> folders = new(StringComparer.Ordinal);
    private readonly HashSet<string> folderPaths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> links = new(StringComparer.Ordinal);
    private readonly List<(string Name, DirectoryHandle Handle)> open = [];
    private long left = room;
    private SafeFileHandle? file;
    private string filePath = "";
    private string? twinOf;
    private long fileTime;

    private enum TreeEntry
    {
        File,
        Folder,
        Link,
    }

    /// <summary>What was odd, but harmless.</summary>
    public List<Diagnostic> Warnings { get; } = [];

    /// <summary>The names directly below the root.</summary>
    public HashSet<string> TopNames { get; } = new(StringComparer.Ordinal);

    /// <summary>Makes a folder.</summary>
    public void AddFolder(string path)
    {
        if (Check(ref path) is not { } key)
            return;
        if (entries.TryGetValue(key, out var known) && known.Kind != TreeEntry.Folder)
            throw BothKinds(path);
        entries.TryAdd(key, (path, TreeEntry.Folder));
        folders.Add(key);
        _ = OpenFolder(path);
    }

    /// <summary>Begins a file; its content follows.</summary>
    public void BeginFile(string path, long size, bool isExecutable, long time)
    {
        if (Check(ref path) is not { } key)
            throw BothKinds(path);
        if (folders.Contains(key))
            throw BothKinds(path);
        if (size > LargeSize && FreeSpace.Of(root.Path) is { } free && free < size)
            throw new FileSystemException("write", root.Path, FileError.NoSpace);
        twinOf = null;
        if (!entries.TryAdd(key, (path, TreeEntry.File)))
        {
            twinOf = entries[key].Kind == TreeEntry.File ? entries[key].Path : throw Twins(path);
            // Another spelling is another file here; the same one is only compared.
            var isSame = string.Equals(twinOf, path, StringComparison.Ordinal);
            Create(isSame ? TwinName : path, isExecutable);
        }
        else
        {
            Create(path, isExecutable);
        }

        (filePath, fileTime) = (path, time);
    }

    /// <summary>Adds a piece of the file's content.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        left -= content.Length;
        if (left < 0)
            throw UnsafeArchiveException.Because("archive-bomb", "the files of the archive are far larger than it is");
        var error = DirectoryFiles.TryAppend(file!, content); // a file was begun
        if (error != FileError.None)
            throw new FileSystemException("write", Path.Join(root.Path, filePath), error);
    }

    /// <summary>Ends the file.</summary>
    public void EndFile()
    {
        DirectoryFiles.SetModified(file!, Math.Max(fileTime, EarliestTime)); // a file was begun
        file!.Dispose();
        file = null;
        if (twinOf is not null)
            CompareTwin();
        twinOf = null;
    }

    /// <summary>Adds another name for an earlier file: a copy of it.</summary>
    public void AddCopy(string path, string of, bool isExecutable, long time)
    {
        if (Check(ref of) is not { } key || !entries.TryGetValue(key, out var source) || !IsFile(source, of))
        {
            throw UnsafeArchiveException.Because(
                "archive-link",
                $"`{SafeText.Escape(path)}` is a link to `{SafeText.Escape(of)}`, which is not an earlier file of the archive"
            );
        }

        using var original = OpenFile(source.Path);
        var size = RandomAccess.GetLength(original);
        BeginFile(path, size, isExecutable, time);
        var buffer = new byte[64 * 1024];
        for (long offset = 0; offset < size; )
        {
            var count = RandomAccess.Read(original, buffer, offset);
            if (count == 0)
                break;
            Write(buffer.AsSpan(0, count));
            offset += count;
        }

        EndFile();
    }

    /// <summary>Notes a symbolic link, which is made at the end.</summary>
    public void AddLink(string path, string target)
    {
        if (Check(ref path) is not { } key || folders.Contains(key))
            throw BothKinds(path);
        if (entries.TryAdd(key, (path, TreeEntry.Link)))
            links.Add(path, target);
        else if (!links.TryGetValue(path, out var known) || !string.Equals(known, target, StringComparison.Ordinal))
            throw Twins(path);
    }

    /// <summary>Makes the links, all of which are checked before.</summary>
    public void Finish()
    {
        CheckForms();
        var paths = entries.Values.Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        var following = new TreeLinks(links, path => paths.Contains(path) || folderPaths.Contains(path));
        foreach (var (path, target) in links)
        {
            if (following.FindFault(path) is not { } fault)
                continue;
            throw UnsafeArchiveException.Because(
                "archive-link",
                $"the link `{SafeText.Escape(path)}` to `{SafeText.Escape(target)}` {fault}"
            );
        }

        foreach (var (path, target) in links)
        {
            var (folder, name) = Split(path);
            var error = OpenFolder(folder).TryCreateSymbolicLink(target, name);
            if (error != FileError.None)
                throw new FileSystemException("write", Path.Join(root.Path, path), error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file?.Dispose();
        foreach (var (_, handle) in open)
            handle.Dispose();
        open.Clear();
    }

    private static bool IsFile((string Path, TreeEntry Kind) entry, string path) =>
        entry.Kind == TreeEntry.File && string.Equals(entry.Path, path, StringComparison.Ordinal);

    /// <summary>Checks a name by itself and against those before it; answers its key, or null for the root itself.</summary>
    private string? Check(ref string path)
    {
        while (path.StartsWith("./", StringComparison.Ordinal))
            path = path[2..];
        if (path is "." or "")
            return null;
        if (!ArchivePath.TryParse(path, rules, out _, out var error))
            throw new UnsafeArchiveException(error);
        TopNames.Add(path.Split('/', 2)[0]);
        var key = KeyOf(path);
        for (var slash = key.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = key.IndexOf('/', slash + 1))
        {
            var parent = key[..slash];
            if (entries.TryGetValue(parent, out var entry) && entry.Kind != TreeEntry.Folder)
                throw BothKinds(entry.Path);
            folders.Add(parent);
            folderPaths.Add(path[..slash]);
        }

        return key;
    }

    private string KeyOf(string path) => rules.FoldsNames ? path.ToLowerInvariant() : path;

    private void Create(string path, bool isExecutable)
    {
        var (folder, name) = Split(path);
        var mode = isExecutable ? DirectoryHandle.DefaultFolderMode : DirectoryHandle.DefaultFileMode;
        var error = OpenFolder(folder).TryCreateFile(name, out file, mode);
        if (error != FileError.None)
            throw new FileSystemException("write", Path.Join(root.Path, path), error);
    }

    private SafeFileHandle OpenFile(string path)
    {
        var (folder, name) = Split(path);
        var error = OpenFolder(folder).TryOpenFile(name, out var opened);
        return opened ?? throw new FileSystemException("read", Path.Join(root.Path, path), error);
    }

    /// <summary>Opens a folder, making what is missing of it; those on the way stay open for the next file.</summary>
    private DirectoryHandle OpenFolder(string path)
    {
        var parts = path.Length == 0 ? [] : path.Split('/');
        var shared = 0;
        while (
            shared < open.Count
            && shared < parts.Length
            && string.Equals(open[shared].Name, parts[shared], StringComparison.Ordinal)
        )
        {
            shared++;
        }

        for (var index = open.Count - 1; index >= shared; index--)
        {
            open[index].Handle.Dispose();
            open.RemoveAt(index);
        }

        foreach (var part in parts.AsSpan(shared))
        {
            var parent = open.Count == 0 ? root : open[^1].Handle;
            var error = parent.TryCreateFolder(part);
            DirectoryHandle? folder = null;
            if (error is FileError.None or FileError.AlreadyExists)
                error = parent.TryOpenFolder(part, out folder);
            if (folder is null)
                throw new FileSystemException("create the directory", Path.Join(parent.Path, part), error);
            open.Add((part, folder));
        }

        return open.Count == 0 ? root : open[^1].Handle;
    }

    private static (string Folder, string Name) Split(string path)
    {
        var slash = path.LastIndexOf('/');
        return (path[..Math.Max(0, slash)], path[(slash + 1)..]);
    }

    /// <summary>Two files of one name: equal bytes are only odd, anything else is refused.</summary>
    private void CompareTwin()
    {
        var isSame = string.Equals(twinOf, filePath, StringComparison.Ordinal);
        var areEqual = DigestOf(twinOf!).SequenceEqual(DigestOf(isSame ? TwinName : filePath)); // set by the caller
        if (isSame)
            _ = root.TryRemove(TwinName);
        if (!areEqual)
            throw Twins(filePath);
        Warnings.Add(
            new Diagnostic(
                "archive-twins",
                $"the archive has `{SafeText.Escape(filePath)}` twice, with the same content"
            )
        );
    }

    private byte[] DigestOf(string path)
    {
        using var handle = OpenFile(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        long offset = 0;
        while (RandomAccess.Read(handle, buffer, offset) is var count and > 0)
        {
            hash.AppendData(buffer, 0, count);
            offset += count;
        }

        return hash.GetHashAndReset();
    }

    /// <summary>Refuses two spellings that become one where composed and decomposed letters are not kept apart.</summary>
    private void CheckForms()
    {
        if (!rules.FoldsNames)
            return;
        Dictionary<string, string>? decomposed = null;
        foreach (var (path, _) in entries.Values)
        {
            if (!System.Text.Ascii.IsValid(path) && NameForms.HasMarks(path, out var key))
                (decomposed ??= new(StringComparer.Ordinal)).TryAdd(key, path);
        }

        if (decomposed is null)
            return;
        foreach (var (path, _) in entries.Values)
        {
            var isComposed = !System.Text.Ascii.IsValid(path) & !NameForms.HasMarks(path, out var key);
            if (isComposed && decomposed.ContainsKey(key))
                throw Twins(path);
        }
    }

    private static UnsafeArchiveException BothKinds(string path) =>
        UnsafeArchiveException.Because(
            "archive-file-and-folder",
            $"`{SafeText.Escape(path)}` is both a directory and something else"
        );

    private static UnsafeArchiveException Twins(string path) =>
        UnsafeArchiveException.Because(
            "archive-twins",
            $"the archive has two different entries named `{SafeText.Escape(path)}`"
        );
}
