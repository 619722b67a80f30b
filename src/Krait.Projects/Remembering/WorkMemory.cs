using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Krait.Environments.Installed;
using Krait.Platform.Files;

namespace Krait.Projects.Remembering;

/// <summary>
/// A file that a successful command leaves behind, so that the next one can tell within a few milliseconds that there is nothing to do: the
/// request, and the stamp of every file and directory that the result depended on. If anything differs, or the file is missing or damaged, the
/// next command does the full check.
/// </summary>
/// <param name="path">The file.</param>
public sealed class WorkMemory(string path)
{
    private const string Form = "krait-memory 3";
    private const int LargestFile = 4 * 1024 * 1024;
    private const int LongestStamp = 80;

    // With fewer files missing from it, asking for the directory first saves nothing.
    private const int FewestMissing = 3;

    /// <summary>Whether everything is as it was after the same request.</summary>
    /// <param name="request">The request as text.</param>
    /// <param name="note">What was noted then.</param>
    public bool Holds(string request, out string note)
    {
        note = "";
        if (
            PlainFile.TryReadBytes(path, LargestFile, out var content) != FileError.None
            || Read(content) is not { } memory
            || !string.Equals(memory.Digest, DigestOf(request), StringComparison.Ordinal)
        )
        {
            return false;
        }

        if (!Holds(content.AsSpan(memory.Start)))
            return false;
        note = memory.Note;
        return true;
    }

    private static bool Holds(Span<byte> lines)
    {
        Span<byte> stamp = stackalloc byte[LongestStamp];
        Span<byte> unchanged = [];
        while (lines.Length > 0)
        {
            var space = lines.IndexOf((byte)' ');
            var end = lines.IndexOf((byte)'\n');
            if (space < 0 || end < space)
                return false;
            var path = lines[(space + 1)..end];
            // The path is used where it stands, with the zero that the system wants behind it.
            lines[end] = 0;
            var isFolder = path is [.., (byte)'/'];
            // What was missing from a directory is missing while nothing is created in that.
            var isImplied = !isFolder && unchanged.Length > 0 && path.StartsWith(unchanged);
            if (!isImplied)
            {
                var isSame = lines[..space].SequenceEqual(TextOf(FileStamp.Take(lines[(space + 1)..(end + 1)]), stamp));
                unchanged = isFolder && isSame ? path : [];
                if (!isSame && !isFolder)
                    return false;
            }

            lines = lines[(end + 1)..];
        }

        return true;
    }

    /// <summary>Remembers; a file that changed since the work began may have been read before, and nothing is remembered then.</summary>
    /// <param name="request">The request as text.</param>
    /// <param name="note">A line for whoever asks later.</param>
    /// <param name="read">The files that were read; those that are missing have to stay so.</param>
    /// <param name="written">The files and directories that the work itself may have changed.</param>
    /// <param name="began">When the work began, in nanoseconds since 1970.</param>
    public void Write(string request, string note, IEnumerable<string> read, IEnumerable<string> written, long began)
    {
        using var text = new MemoryStream();
        text.Write(Encoding.UTF8.GetBytes($"{Form}\n{DigestOf(request)}\n{note}\n"));
        if (
            !TryAppend(text, read, stamp => !FileClock.MayHaveChangedAfter(stamp.Changed, began))
            || !TryAppend(text, written, _ => true)
        )
        {
            Forget();
            return;
        }

        try
        {
            AtomicFile.Write(path, text.ToArray(), durable: false);
        }
        catch (FileSystemException)
        {
            // Nothing is lost but time.
        }
    }

    /// <summary>Forgets what is known.</summary>
    public void Forget() => FolderTree.Remove(path);

    /// <summary>The directories of packages in a directory of packages: a module that is deleted from one changes it.</summary>
    public static IEnumerable<string> FoldersIn(string sitePackages) =>
        DirectoryHandle
            .ListAt(sitePackages)
            .Where(entry => entry.Kind == FileKind.Folder)
            .Select(entry => Path.Join(sitePackages, entry.Name))
            .Order(StringComparer.Ordinal)
            .Prepend(sitePackages);

    /// <summary>The header lines, and where the stamps begin; null if the file is incomplete or was not written by this version.</summary>
    private static (string Digest, string Note, int Start)? Read(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty || content[^1] != '\n')
            return null;
        Span<int> ends = stackalloc int[3];
        var start = 0;
        foreach (ref var end in ends)
        {
            var length = content[start..].IndexOf((byte)'\n');
            if (length < 0)
                return null;
            end = start + length;
            start = end + 1;
        }

        return Encoding.UTF8.GetString(content[..ends[0]]) is Form
            ? (
                Encoding.UTF8.GetString(content[(ends[0] + 1)..ends[1]]),
                Encoding.UTF8.GetString(content[(ends[1] + 1)..ends[2]]),
                start
            )
            : null;
    }

    /// <summary>
    /// Adds a line for each path. Those that are missing from one directory stand behind a line for the directory, which ends with a slash: if it
    /// has not changed, they need not be looked for.
    /// </summary>
    private static bool TryAppend(MemoryStream text, IEnumerable<string> paths, Predicate<FileStamp> isUsable)
    {
        var missing = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var one in paths.Distinct(StringComparer.Ordinal))
        {
            var stamp = FileStamp.Take(one);
            if (!isUsable(stamp) || one is [.., '/'] || one.AsSpan().ContainsAny('\n', '\0'))
                return false;
            // A link that leads nowhere is there: it may lead somewhere without a change of its directory.
            if (
                stamp == default
                && Path.GetDirectoryName(one) is { } folder
                && !FileStatus.Exists(one, followLinks: false)
            )
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(missing, folder, out _) ??= []).Add(one);
            }
            else
            {
                Append(text, stamp, one);
            }
        }

        foreach (var (folder, files) in missing)
        {
            var stamp = FileStamp.Take(folder);
            if (files.Count >= FewestMissing && stamp != default && isUsable(stamp))
                Append(text, stamp, folder.TrimEnd('/') + "/");
            foreach (var file in files)
                Append(text, stamp: default, file);
        }

        return true;
    }

    private static void Append(MemoryStream text, FileStamp stamp, string path)
    {
        Span<byte> buffer = stackalloc byte[LongestStamp];
        text.Write(TextOf(stamp, buffer));
        text.WriteByte((byte)' ');
        text.Write(Encoding.UTF8.GetBytes(path));
        text.WriteByte((byte)'\n');
    }

    private static string DigestOf(string request) => SmallSha256.HexOf(request);

    private static Span<byte> TextOf(FileStamp stamp, Span<byte> buffer) =>
        System.Text.Unicode.Utf8.TryWrite(
            buffer,
            CultureInfo.InvariantCulture,
            $"{stamp.Inode:x}:{stamp.Size:x}:{stamp.Modified:x}:{stamp.Changed:x}",
            out var length
        )
            ? buffer[..length]
            : throw new System.Diagnostics.UnreachableException();
}
