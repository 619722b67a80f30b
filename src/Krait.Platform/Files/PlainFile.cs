using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Krait.Platform.Files;

/// <summary>Files read whole, and changed in place where that is safe.</summary>
public static class PlainFile
{
    /// <summary>Reads a file as UTF-8, without its byte order mark; the answer is <see cref="Errno.None"/> on success.</summary>
    public static Errno TryRead(string path, out string text)
    {
        var error = TryReadBytes(path, out var bytes);
        var content = bytes.AsSpan();
        text = Encoding.UTF8.GetString(content.StartsWith(Encoding.UTF8.Preamble) ? content[3..] : content);
        return error;
    }

    /// <summary>Reads a file; the answer is <see cref="Errno.None"/> on success.</summary>
    public static Errno TryReadBytes(string path, out byte[] content)
    {
        content = [];
        try
        {
            content = File.ReadAllBytes(path);
            return Errno.None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Directory.Exists(path) ? Errno.IsFolder : FileSystemException.ErrnoOf(e);
        }
    }

    /// <summary>Reads a file of at most so many bytes; <see cref="Errno.FileTooLarge"/> for more, however long it says it is.</summary>
    public static Errno TryReadBytes(string path, int limit, out byte[] content)
    {
        content = [];
        try
        {
            using var stream = OpenRead(path);
            using var buffer = new MemoryStream();
            var part = new byte[64 * 1024];
            while (stream.Read(part) is var read and > 0)
            {
                if (buffer.Length + read > limit)
                    return Errno.FileTooLarge;
                buffer.Write(part, 0, read);
            }

            content = buffer.ToArray();
            return Errno.None;
        }
        catch (FileSystemException e)
        {
            return Directory.Exists(path) ? Errno.IsFolder : e.Error;
        }
        catch (IOException e)
        {
            return FileSystemException.ErrnoOf(e);
        }
    }

    /// <summary>Opens an existing file for reading.</summary>
    /// <exception cref="FileSystemException">It is missing or may not be read.</exception>
    public static Stream OpenRead(string path) => Open("read", path, FileMode.Open, FileAccess.Read);

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
    public static Stream CreateNew(string path) => Open("write", path, FileMode.CreateNew, FileAccess.Write);

    private static FileStream Open(string action, string path, FileMode mode, FileAccess access)
    {
        try
        {
            return new FileStream(path, mode, access, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileSystemException.From(action, path, e);
        }
    }

    /// <summary>
    /// Overwrites the first bytes of a file by one call, if they are still those that were read before; a file that has changed since
    /// stays as it is, which is no error.
    /// </summary>
    public static unsafe Errno TryOverwriteStart(string path, ReadOnlySpan<byte> before, ReadOnlySpan<byte> content)
    {
        const int Flags = NativeMethods.ReadWrite | NativeMethods.CloseOnExecute;
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native.Bytes)
        {
            var file = NativeMethods.OpenAt(NativeMethods.CurrentFolder, p, Flags | NativeMethods.NoFollow, 0);
            if (file < 0)
                return NativeMethods.LastError;
            // What is renamed to this path from now on is another file, and this one nobody's.
            var error = HasStart(file, before) ? WriteStart(file, content) : Errno.None;
            _ = NativeMethods.Close(file);
            return error;
        }
    }

    private static unsafe bool HasStart(int file, ReadOnlySpan<byte> expected)
    {
        var actual = new byte[expected.Length];
        fixed (byte* a = actual)
        {
            var read = NativeMethods.ReadAt(file, a, (nuint)actual.Length, 0);
            return read == actual.Length && expected.SequenceEqual(actual);
        }
    }

    private static unsafe Errno WriteStart(int file, ReadOnlySpan<byte> content)
    {
        fixed (byte* c = content)
        {
            var written = NativeMethods.WriteAt(file, c, (nuint)content.Length, 0);
            if (written < 0)
                return NativeMethods.LastError;
            return written == content.Length ? Errno.None : Errno.NoSpace;
        }
    }

    /// <summary>
    /// Adds a record to the end of a file by one call, so that those of several processes do not mix; the file is made when missing.
    /// </summary>
    public static unsafe Errno TryAppend(string path, ReadOnlySpan<byte> record)
    {
        const int Flags = NativeMethods.ReadWrite | NativeMethods.Create | NativeMethods.Append;
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native.Bytes)
        fixed (byte* r = record)
        {
            var file = NativeMethods.OpenAt(
                NativeMethods.CurrentFolder,
                p,
                Flags | NativeMethods.CloseOnExecute | NativeMethods.NoFollow,
                (uint)DirectoryHandle.DefaultFileMode
            );
            if (file < 0)
                return NativeMethods.LastError;
            var written = NativeMethods.Write(file, r, (nuint)record.Length);
            var error = written < 0 ? NativeMethods.LastError : Errno.None;
            _ = NativeMethods.Close(file);
            return written >= 0 && written != record.Length ? Errno.NoSpace : error;
        }
    }
}
