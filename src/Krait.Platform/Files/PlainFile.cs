using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Krait.Platform.Files;

/// <summary>Files read whole, and changed in place where that is safe.</summary>
public static class PlainFile
{
    /// <summary>No text that people write is that long; a device or a download in its place is.</summary>
    public const int LargestText = 64 * 1024 * 1024;

    /// <summary>
    /// Reads a file of at most <see cref="LargestText"/> bytes as UTF-8, without its byte order mark; the answer is
    /// <see cref="FileError.None"/> on success.
    /// </summary>
    public static FileError TryRead(string path, out string text)
    {
        var error = TryReadBytes(path, LargestText, out var bytes);
        var content = bytes.AsSpan();
        text = Encoding.UTF8.GetString(content.StartsWith(Encoding.UTF8.Preamble) ? content[3..] : content);
        return error;
    }

    /// <summary>Reads a file; the answer is <see cref="FileError.None"/> on success.</summary>
    public static FileError TryReadBytes(string path, out byte[] content)
    {
        content = [];
        if (IsMissing(path))
            return FileError.NotFound;
        try
        {
            content = File.ReadAllBytes(path);
            return FileError.None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Directory.Exists(path) ? FileError.IsADirectory : FileSystemException.ErrorOf(e);
        }
    }

    /// <summary>Reads a file of at most so many bytes; <see cref="FileError.FileTooLarge"/> for more, however long it says it is.</summary>
    public static FileError TryReadBytes(string path, int limit, out byte[] content)
    {
        content = [];
        if (IsMissing(path))
            return FileError.NotFound;
        try
        {
            using var stream = OpenRead(path);
            return TryReadAll(stream, Math.Min(limit, Array.MaxLength - 1), out content);
        }
        catch (FileSystemException e)
        {
            return Directory.Exists(path) ? FileError.IsADirectory : e.Error;
        }
        catch (IOException e)
        {
            return FileSystemException.ErrorOf(e);
        }
    }

    /// <summary>What a file says of its length is right for nearly all; those of the kernel say 0, and a pipe says nothing.</summary>
    private static FileError TryReadAll(Stream stream, int limit, out byte[] content)
    {
        content = [];
        var said = stream.CanSeek ? stream.Length : 0;
        if (said > limit)
            return FileError.FileTooLarge;
        var buffer = new byte[Math.Max(said, 255) + 1];
        var length = 0;
        while (stream.Read(buffer, length, buffer.Length - length) is var read and > 0)
        {
            length += read;
            if (length > limit)
                return FileError.FileTooLarge;
            if (length == buffer.Length)
                Array.Resize(ref buffer, (int)Math.Min(2L * length, Array.MaxLength));
        }

        content = buffer.AsSpan(0, length).ToArray();
        return FileError.None;
    }

    /// <summary>
    /// Whether a file is missing. Settings and pins are looked for in many places where they are not, and an exception for each of them would
    /// be a good part of a start.
    /// </summary>
    private static bool IsMissing(string path) =>
        FileStatus.TryRead(path, followLinks: true, out _) == FileError.NotFound;

    /// <summary>Opens an existing file for reading.</summary>
    /// <exception cref="FileSystemException">It is missing or may not be read.</exception>
    public static Stream OpenRead(string path)
    {
        try
        {
            return new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 0
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileSystemException.From("read", path, e);
        }
    }

    /// <summary>Opens an existing file for reading at any offset.</summary>
    /// <exception cref="FileSystemException">It is missing or may not be read.</exception>
    public static SafeFileHandle OpenHandle(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileSystemException.From("read", path, e);
        }
    }

    /// <summary>Creates a file for writing, where there must be none.</summary>
    /// <exception cref="FileSystemException">It cannot be made.</exception>
    public static Stream CreateNew(string path)
    {
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        var mode = (uint)DirectoryHandle.DefaultFileMode;
        var error = FileCalls.Current.TryCreateFile(from: null, native.Bytes, mode, out var file);
        return file is null ? throw new FileSystemException("write", path, error) : new FileOutput(file, path);
    }

    /// <summary>
    /// Overwrites the first bytes of a file by one call, if they are still those that were read before; a file that has changed since
    /// stays as it is, which is no error.
    /// </summary>
    public static FileError TryOverwriteStart(string path, ReadOnlySpan<byte> before, ReadOnlySpan<byte> content)
    {
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        return FileCalls.Current.TryOverwriteStart(native.Bytes, before, content);
    }

    /// <summary>
    /// Adds a record to the end of a file by one call, so that those of several processes do not mix; the file is made when missing.
    /// </summary>
    public static FileError TryAppend(string path, ReadOnlySpan<byte> record)
    {
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        return FileCalls.Current.TryAppend(native.Bytes, record);
    }
}
