using System.Globalization;
using Krait.Packaging.Text;

namespace Krait.Platform.Files;

/// <summary>A file or folder could not be used: says what was tried, on which path, and what the system's answer means.</summary>
public sealed class FileSystemException : KraitException
{
    /// <summary>Says what failed and what the answer means.</summary>
    /// <param name="action">What was tried, as a verb (`write`).</param>
    /// <param name="path">The path it was tried on.</param>
    /// <param name="error">The system's answer.</param>
    /// <param name="innerException">The framework's exception, when it made the call.</param>
    public FileSystemException(string action, string path, Errno error, Exception? innerException = null)
        : base(Describe(action, path, error), innerException)
    {
        Path = path;
        Error = error;
    }

    /// <summary>The path that the call was made for.</summary>
    public string Path { get; }

    /// <summary>The system's answer.</summary>
    public Errno Error { get; }

    /// <summary>Wraps what the framework's file calls throw.</summary>
    public static FileSystemException From(string action, string path, Exception exception) =>
        new(action, path, ErrnoOf(exception), exception);

    /// <summary>The error number behind an exception of the framework's file calls, or <see cref="Errno.InputOutput"/>.</summary>
    public static Errno ErrnoOf(Exception exception) =>
        exception switch
        {
            FileSystemException known => known.Error,
            FileNotFoundException or DirectoryNotFoundException => Errno.NotFound,
            UnauthorizedAccessException => Errno.PermissionDenied,
            PathTooLongException => Errno.NameTooLong,
            // The framework keeps the raw error number in HResult on Unix.
            IOException { HResult: > 0 and < 256 } io => (Errno)io.HResult,
            _ => Errno.InputOutput,
        };

    /// <summary>What the system's answer behind an exception of the framework's file calls means.</summary>
    public static string MeaningOf(Exception exception) => MeaningOf(ErrnoOf(exception));

    private static Diagnostic Describe(string action, string path, Errno error)
    {
        var diagnostic = new Diagnostic(CodeOf(error), $"cannot {action} `{Printable(path)}`: {MeaningOf(error)}");
        return HintFor(error) is { } hint ? diagnostic with { Hints = [hint] } : diagnostic;
    }

    private static string CodeOf(Errno error) =>
        error switch
        {
            Errno.NoSpace or Errno.QuotaExceeded => "disk-full",
            Errno.PermissionDenied or Errno.NotPermitted => "permission-denied",
            Errno.ReadOnly => "read-only",
            Errno.NotFound => "file-not-found",
            Errno.SystemFileLimit or Errno.ProcessFileLimit => "too-many-open-files",
            _ => "file-system",
        };

    private static string MeaningOf(Errno error) =>
        error switch
        {
            Errno.NotPermitted => "the operation is not permitted",
            Errno.NotFound => "no such file or folder",
            Errno.InputOutput => "the device reported an input/output error",
            Errno.OutOfMemory => "the system is out of memory",
            Errno.PermissionDenied => "permission denied",
            Errno.Busy => "it is in use, as a mount point for example",
            Errno.Exists => "it exists already",
            Errno.CrossDevice => "source and target are on different file systems",
            Errno.NotFolder => "a part of the path is not a folder",
            Errno.IsFolder => "it is a folder",
            Errno.SystemFileLimit => "the system has too many open files",
            Errno.ProcessFileLimit => "this process has too many open files",
            Errno.TextBusy => "the program is running",
            Errno.FileTooLarge => "the file would be too large",
            Errno.NoSpace => "no space is left on the device",
            Errno.ReadOnly => "the file system is read-only",
            Errno.TooManyLinks => "the file has too many hard links",
            Errno.NameTooLong => "the name is too long",
            Errno.NotEmpty => "the folder is not empty",
            Errno.LinkLoop => "it is a symbolic link, or runs through too many of them",
            Errno.NotSupported or Errno.NotImplemented => "the file system does not support it",
            Errno.QuotaExceeded => "the disk quota is exceeded",
            _ => string.Create(CultureInfo.InvariantCulture, $"the system answered error {(int)error}"),
        };

    private static string? HintFor(Errno error) =>
        error switch
        {
            Errno.NoSpace or Errno.QuotaExceeded => "Free some space there, for example with `krait cache prune`",
            Errno.ProcessFileLimit => "Raise the limit with `ulimit -n`",
            _ => null,
        };

    /// <summary>The path with control characters escaped, so that no message carries terminal commands.</summary>
    private static string Printable(string path)
    {
        if (!path.AsSpan().ContainsAnyInRange('\0', '\u001f') && !path.Contains('\u007f', StringComparison.Ordinal))
            return path;
        return string.Concat(
            path.Select(c =>
                char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : $"{c}"
            )
        );
    }
}
