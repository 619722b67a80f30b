using System.Collections.Immutable;
using System.Text.Json;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Locks;

namespace Krait.Projects.Editing;

/// <summary>
/// Files that change together: what they were is written down before the first one changes. Unless <see cref="Keep"/> is called they become what
/// they were, and if the process is killed, the next one sees to it.
/// </summary>
public sealed class EditJournal : IDisposable
{
    /// <summary>The name of the file that is there while files change.</summary>
    public const string FileName = ".krait-undo";

    private readonly string folder;
    private readonly ImmutableArray<(string Path, byte[]? Content)> files;
    private bool isKept;

    private EditJournal(string folder, ImmutableArray<(string Path, byte[]? Content)> files)
    {
        this.folder = folder;
        this.files = files;
    }

    /// <summary>Writes down what files are.</summary>
    /// <param name="folder">The directory that the files are in or below; the caller holds its lock.</param>
    /// <param name="paths">The files, which need not be there yet.</param>
    /// <exception cref="KraitException">A file cannot be read, or there is no room.</exception>
    public static EditJournal Begin(string folder, IEnumerable<string> paths)
    {
        var noted = ImmutableArray.CreateBuilder<(string, byte[]?)>();
        foreach (var path in paths.Distinct(StringComparer.Ordinal))
            noted.Add((path, Read(path)));
        var journal = new EditJournal(folder, noted.ToImmutable());
        AtomicFile.WriteHeld(System.IO.Path.Join(folder, FileName), journal.ToBytes());
        return journal;
    }

    /// <summary>The files stay as they are now.</summary>
    public void Keep()
    {
        isKept = true;
        Finish(folder, files);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isKept)
            return;
        isKept = true;
        Restore(files);
        Finish(folder, files);
    }

    /// <summary>Finishes what a killed process has begun: its files become what they were. One that is still at work is left alone.</summary>
    /// <param name="start">The directory to look in, and in those above it.</param>
    /// <exception cref="KraitException">A file cannot be written.</exception>
    public static void HealAbove(string start)
    {
        for (var next = start; next is not null; next = System.IO.Path.GetDirectoryName(next))
        {
            var path = System.IO.Path.Join(next, FileName);
            // What another user has put there is none of ours.
            if (FileStatus.Exists(path, followLinks: false) && FileOwner.OfProcess().FindStranger(path) is null)
            {
                Heal(next, path);
            }
        }
    }

    /// <summary>The same for one directory whose lock the caller holds; files that were never finished go, too.</summary>
    /// <exception cref="KraitException">A file cannot be written.</exception>
    public static void HealHeld(string folder)
    {
        AtomicFile.RemoveLeftovers(folder);
        var path = System.IO.Path.Join(folder, FileName);
        if (FileStatus.Exists(path, followLinks: false) && FileOwner.OfProcess().FindStranger(path) is null)
        {
            RestoreFrom(folder, path);
        }
    }

    private static void Heal(string folder, string path)
    {
        using var held = FolderLock.TryAcquire(folder);
        if (held is not null)
            RestoreFrom(folder, path);
    }

    private static void RestoreFrom(string folder, string path)
    {
        if (PlainFile.TryReadBytes(path, out var content) != FileError.None)
            return;
        var noted = Parse(folder, content);
        foreach (var parent in FoldersOf(noted))
            AtomicFile.RemoveLeftovers(parent);
        Restore(noted);
        Finish(folder, noted);
    }

    private static IEnumerable<string> FoldersOf(ImmutableArray<(string Path, byte[]? Content)> files) =>
        files.Select(file => System.IO.Path.GetDirectoryName(file.Path) ?? "/").Distinct(StringComparer.Ordinal);

    private static byte[]? Read(string path)
    {
        var error = PlainFile.TryReadBytes(path, out var content);
        return error switch
        {
            FileError.None => content,
            FileError.NotFound => null,
            _ => throw new FileSystemException("read", path, error),
        };
    }

    private static void Restore(ImmutableArray<(string Path, byte[]? Content)> files)
    {
        foreach (var (path, content) in files)
        {
            var now = Read(path);
            if (content is null && now is not null)
                RemoveFile(path);
            else if (content is not null && (now is null || !now.AsSpan().SequenceEqual(content)))
                AtomicFile.WriteTogether(path, content);
        }
    }

    /// <summary>
    /// Removes what was written down. The files survive a loss of power before that does, and both before anybody is told that it is done: a
    /// change that was reported is not undone.
    /// </summary>
    private static void Finish(string folder, ImmutableArray<(string Path, byte[]? Content)> files)
    {
        foreach (var other in FoldersOf(files).Where(other => !string.Equals(other, folder, StringComparison.Ordinal)))
        {
            if (FolderTree.IsFolder(other))
                AtomicFile.FlushFolder(other);
        }

        RemoveFile(System.IO.Path.Join(folder, FileName));
        AtomicFile.FlushFolder(folder);
    }

    private static void RemoveFile(string path)
    {
        using var parent = DirectoryHandle.Open(System.IO.Path.GetDirectoryName(path) ?? "/");
        var error = parent.TryRemove(System.IO.Path.GetFileName(path));
        if (error is not (FileError.None or FileError.NotFound))
            throw new FileSystemException("remove", path, error);
    }

    private byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var (path, content) in files)
            {
                writer.WriteStartObject();
                writer.WriteString("path", System.IO.Path.GetRelativePath(folder, path));
                if (content is null)
                    writer.WriteNull("content");
                else
                    writer.WriteBase64String("content", content);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return buffer.ToArray();
    }

    private static ImmutableArray<(string Path, byte[]? Content)> Parse(string folder, byte[] bytes)
    {
        var noted = ImmutableArray.CreateBuilder<(string, byte[]?)>();
        try
        {
            using var document = JsonDocument.Parse(bytes);
            foreach (var file in document.RootElement.EnumerateArray())
            {
                var path = System.IO.Path.GetFullPath(file.GetProperty("path").GetString() ?? "", folder);
                var content = file.GetProperty("content");
                noted.Add((path, content.ValueKind == JsonValueKind.Null ? null : content.GetBytesFromBase64()));
            }
        }
        catch (Exception e)
            when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            // It is written whole before anything changes: a torn one is from before.
            return [];
        }

        return noted.ToImmutable();
    }
}
