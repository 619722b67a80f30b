using System.Text;

namespace Krait.Platform.Files;

/// <summary>Small files read whole.</summary>
public static class TextFile
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
}
