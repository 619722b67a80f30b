using Microsoft.Win32.SafeHandles;

namespace Krait.Platform.Files;

/// <summary>
/// Writes a file beside its place and renames it there: whoever looks sees the old content or the new, whole. Through a symbolic link
/// the file that it points to is replaced, and an existing file keeps its permissions. What is no file but a stream (a device, a pipe) is
/// written to, never replaced.
/// </summary>
public static class AtomicFile
{
    /// <summary>Names that begin so are never finished files; leftovers of a killed run may be removed.</summary>
    public const string TemporaryPrefix = ".krait-new-";

    /// <summary>What unfinished files of <see cref="WriteHeld"/> begin with.</summary>
    private const string HeldPrefix = TemporaryPrefix + "held-";

    /// <summary>
    /// Writes the whole content, durably, for a caller that holds the lock of its folder: what a killed process leaves of this, whoever holds the lock
    /// next can remove.
    /// </summary>
    /// <exception cref="FileSystemException">It could not be written; the old file is as it was.</exception>
    public static void WriteHeld(string path, ReadOnlySpan<byte> content) =>
        WriteForHolder(path, content, Durability.Full);

    /// <summary>
    /// The same for one of several files that change together: its content would survive a loss of power, its name only after
    /// <see cref="FlushFolder"/>.
    /// </summary>
    /// <exception cref="FileSystemException">It could not be written; the old file is as it was.</exception>
    public static void WriteTogether(string path, ReadOnlySpan<byte> content) =>
        WriteForHolder(path, content, Durability.Content);

    /// <summary>Waits until the names of the files in a folder would survive a loss of power.</summary>
    /// <exception cref="FileSystemException">The folder cannot be opened, or its file system failed.</exception>
    public static void FlushFolder(string folder)
    {
        using var opened = DirectoryHandle.Open(folder);
        if (opened.TryFlush() is not FileError.None and var error)
            throw new FileSystemException("write", folder, error);
    }

    private static void WriteForHolder(string path, ReadOnlySpan<byte> content, Durability durability)
    {
        if (FinalTarget(path, out var mode) is { } target)
            Write(target, mode, content, [], durability, HeldPrefix);
        else
            WriteThrough(path, content);
    }

    /// <summary>Removes what killed processes have left of <see cref="WriteHeld"/>; the caller holds the lock under which it is called.</summary>
    public static void RemoveLeftovers(string folder)
    {
        if (DirectoryHandle.TryOpen(folder, out var opened) != FileError.None || opened is null)
            return;
        using (opened)
        {
            foreach (var entry in opened.List())
            {
                if (entry.Name.StartsWith(HeldPrefix, StringComparison.Ordinal))
                    _ = opened.TryRemove(entry.Name);
            }
        }
    }

    /// <summary>Writes the whole content.</summary>
    /// <param name="path">Where the content goes.</param>
    /// <param name="content">All of it.</param>
    /// <param name="durable">Whether to wait until it would survive a loss of power; not needed for what a cache can fetch again.</param>
    /// <exception cref="FileSystemException">It could not be written; the old file is as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, bool durable)
    {
        if (FinalTarget(path, out var mode) is not { } target)
        {
            WriteThrough(path, content);
            return;
        }

        Write(target, mode, content, [], durable ? Durability.Full : Durability.None);
    }

    /// <summary>Writes two parts as one file that a cache can do without: it need not survive a loss of power.</summary>
    /// <exception cref="FileSystemException">It could not be written; the old file is as it was.</exception>
    public static void Write(string path, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) =>
        Write(path, mode: null, head, body, Durability.None);

    /// <summary>Writes what the callback writes to the stream.</summary>
    /// <exception cref="FileSystemException">It could not be written; the old file is as it was.</exception>
    public static async Task WriteAsync(
        string path,
        Func<Stream, CancellationToken, Task> writeAsync,
        bool durable,
        CancellationToken cancellationToken
    )
    {
        if (FinalTarget(path, out var mode) is not { } target)
        {
            using var content = new MemoryStream();
            await writeAsync(content, cancellationToken);
            WriteThrough(path, content.ToArray());
            return;
        }

        using var folder = OpenParent(target);
        var temporary = TemporaryName();
        using var file = CreateTemporary(folder, temporary, target, mode);
        var isPublished = false;
        try
        {
            await using (var stream = new BufferedStream(new FileOutput(file, target), 64 * 1024))
            {
                await writeAsync(stream, cancellationToken);
                await stream.FlushAsync(cancellationToken);
                Publish(folder, file, temporary, target, durable ? Durability.Full : Durability.None);
            }

            isPublished = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileSystemException.From("write", path, e);
        }
        finally
        {
            if (!isPublished)
                _ = folder.TryRemove(temporary);
        }
    }

    /// <summary>
    /// Whether a path leads to what has no content to keep and no place to rename to: a device, a pipe, a socket, or a file that this process
    /// has open already (`/dev/stdout`, `/dev/fd/3`).
    /// </summary>
    public static bool IsStream(string path) =>
        FileCalls.Current.IsOpenFile(path)
        || (
            FileStatus.TryRead(path, followLinks: true, out var status) == FileError.None
            && status.Kind == FileKind.Other
        );

    /// <summary>Whether a path is one of the system's names for standard output.</summary>
    public static bool IsStandardOutput(string path) => FileCalls.Current.IsStandardOutput(path);

    /// <summary>Hands the content to a stream; a file behind it grows at its end.</summary>
    private static void WriteThrough(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            using var stream = new FileStream(
                path,
                FileMode.Open,
                FileAccess.Write,
                FileShare.ReadWrite,
                bufferSize: 0
            );
            if (stream.CanSeek)
                stream.Seek(0, SeekOrigin.End);
            stream.Write(content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            throw FileSystemException.From("write", path, e);
        }
    }

    /// <summary>A name for a file that is being written, unguessable so that nobody can be waiting behind it.</summary>
    /// <remarks>A fresh GUID is as random as a key, and does not load the cryptography library into runs that need none.</remarks>
    public static string TemporaryName() => TemporaryName(TemporaryPrefix);

    private static string TemporaryName(string prefix) => prefix + Guid.NewGuid().ToString("n");

    /// <summary>The file that is replaced, behind links; null where the path leads to a stream. A plain path is looked at once.</summary>
    private static string? FinalTarget(string path, out UnixFileMode? mode)
    {
        mode = null;
        if (FileCalls.Current.IsOpenFile(path))
            return null;
        var error = FileStatus.TryRead(path, followLinks: false, out var status);
        if (error == FileError.None && status.Kind == FileKind.SymbolicLink)
        {
            if (IsStream(path))
                return null;
            path = FollowLinks(path);
            error = FileStatus.TryRead(path, followLinks: false, out status);
        }

        if (error == FileError.None && status.Kind == FileKind.Other)
            return null;
        if (error == FileError.None && status.Kind == FileKind.File)
            mode = (UnixFileMode)status.Permissions;
        return Path.GetFullPath(path);
    }

    private static string FollowLinks(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName ?? link;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The framework has no number for links that lead to each other.
            var error = FileSystemException.ErrorOf(e);
            throw new FileSystemException("write", link, error is FileError.InputOutput ? FileError.Loop : error, e);
        }
    }

    private static DirectoryHandle OpenParent(string target) =>
        DirectoryHandle.Open(Path.GetDirectoryName(target) ?? "/");

    private static void Write(
        string target,
        UnixFileMode? mode,
        ReadOnlySpan<byte> head,
        ReadOnlySpan<byte> body,
        Durability durability,
        string prefix = TemporaryPrefix
    )
    {
        using var folder = OpenParent(target);
        var temporary = TemporaryName(prefix);
        using var file = CreateTemporary(folder, temporary, target, mode);
        try
        {
            var error = FileCalls.Current.TryWrite(file, head);
            if (error == FileError.None)
                error = FileCalls.Current.TryWrite(file, body);
            if (error != FileError.None)
                throw new FileSystemException("write", target, error);
            Publish(folder, file, temporary, target, durability);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FileSystemException)
        {
            _ = folder.TryRemove(temporary);
            throw e as FileSystemException ?? FileSystemException.From("write", target, e);
        }
    }

    private static SafeFileHandle CreateTemporary(
        DirectoryHandle folder,
        string temporary,
        string target,
        UnixFileMode? mode
    )
    {
        var error = folder.TryCreateFile(temporary, out var file);
        if (file is null)
            throw new FileSystemException("write", target, error);
        if (mode is { } kept)
            _ = FileCalls.Current.TrySetMode(file, (uint)kept);
        return file;
    }

    private static void Publish(
        DirectoryHandle folder,
        SafeFileHandle file,
        string temporary,
        string target,
        Durability durability
    )
    {
        if (durability != Durability.None)
            RandomAccess.FlushToDisk(file);
        var error = folder.TryRename(temporary, folder, Path.GetFileName(target), replace: true);
        if (error == FileError.None && durability == Durability.Full)
            error = folder.TryFlush();
        if (error == FileError.None)
            return;
        _ = folder.TryRemove(temporary);
        throw new FileSystemException("write", target, error);
    }

    /// <summary>What would survive a loss of power when a file is written.</summary>
    private enum Durability
    {
        /// <summary>The old file or the new one, whole or empty.</summary>
        None,

        /// <summary>The old file or the new one, whole.</summary>
        Content,

        /// <summary>The new file.</summary>
        Full,
    }
}
