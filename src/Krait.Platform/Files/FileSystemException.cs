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
    public FileSystemException(string action, string path, FileError error, Exception? innerException = null)
        : base(Describe(action, path, error), innerException)
    {
        Path = path;
        Error = error;
    }

    /// <summary>The path that the call was made for.</summary>
    public string Path { get; }

    /// <summary>The system's answer.</summary>
    public FileError Error { get; }

    /// <summary>Wraps what the framework's file calls throw.</summary>
    public static FileSystemException From(string action, string path, Exception exception) =>
        new(action, path, ErrorOf(exception), exception);

    /// <summary>The error number behind an exception of the framework's file calls, or <see cref="FileError.InputOutput"/>.</summary>
    public static FileError ErrorOf(Exception exception) =>
        exception switch
        {
            FileSystemException known => known.Error,
            IOException { InnerException: FileSystemException cause } => cause.Error,
            FileNotFoundException or DirectoryNotFoundException => FileError.NotFound,
            UnauthorizedAccessException => FileError.AccessDenied,
            PathTooLongException => FileError.NameTooLong,
            // What the framework makes of a write past the limit on file sizes.
            ArgumentOutOfRangeException => FileError.FileTooLarge,
            // The framework keeps the system's own number in HResult.
            IOException { HResult: > 0 and < 256 } io => FileCalls.Current.MeaningOf(io.HResult),
            _ => FileError.InputOutput,
        };

    /// <summary>What the system's answer behind an exception of the framework's file calls means.</summary>
    public static string MeaningOf(Exception exception) => MeaningOf(ErrorOf(exception));

    private static Diagnostic Describe(string action, string path, FileError error)
    {
        var diagnostic = new Diagnostic(CodeOf(error), $"cannot {action} `{Printable(path)}`: {MeaningOf(error)}");
        // Its file is named in the message; a program finds it here.
        if (string.Equals(Printable(path), path, StringComparison.Ordinal))
            diagnostic = diagnostic.In(path);
        return HintFor(error) is { } hint ? diagnostic with { Hints = [hint] } : diagnostic;
    }

    private static string CodeOf(FileError error) =>
        error switch
        {
            FileError.NoSpace or FileError.QuotaExceeded => "disk-full",
            FileError.AccessDenied or FileError.NotPermitted => "permission-denied",
            FileError.ReadOnly => "read-only",
            FileError.NotFound => "file-not-found",
            FileError.TooManyOpenFilesInSystem or FileError.TooManyOpenFiles => "too-many-open-files",
            _ => "file-system",
        };

    private static string MeaningOf(FileError error) =>
        error switch
        {
            FileError.NotPermitted => "the operation is not permitted",
            FileError.NotFound => "no such file or directory",
            FileError.InputOutput => "the device reported an input/output error",
            FileError.OutOfMemory => "the system is out of memory",
            FileError.AccessDenied => "permission denied",
            FileError.Busy => "it is in use, as a mount point for example",
            FileError.AlreadyExists => "it exists already",
            FileError.CrossDevice => "source and target are on different file systems",
            FileError.NotADirectory => "part of the path is not a directory",
            FileError.IsADirectory => "it is a directory",
            FileError.TooManyOpenFilesInSystem => "the system has too many open files",
            FileError.TooManyOpenFiles => "this process has too many open files",
            FileError.ProgramRunning => "the program is running",
            FileError.FileTooLarge => "the file would be too large",
            FileError.NoSpace => "no space is left on the device",
            FileError.ReadOnly => "the file system is read-only",
            FileError.TooManyLinks => "the file has too many hard links",
            FileError.NameTooLong => "the name is too long",
            FileError.NotEmpty => "the directory is not empty",
            FileError.Loop => "it is a symbolic link, or runs through too many of them",
            FileError.NotSupported => "the file system does not support it",
            FileError.QuotaExceeded => "the disk quota is exceeded",
            FileError.InvalidArgument => "the system does not accept it",
            FileError.Locked => "it is locked by another process",
            FileError.BrokenPipe => "the reader of the pipe is gone",
            FileError.NotAProgram => "it is not a program for this system",
            _ => UnknownMeaning(error),
        };

    private static string UnknownMeaning(FileError error)
    {
        var number = (int)error - (int)FileError.FirstUnmapped;
        return string.Create(CultureInfo.InvariantCulture, $"the system answered error {number}");
    }

    private static Remedy? HintFor(FileError error) =>
        error switch
        {
            FileError.NoSpace or FileError.QuotaExceeded => Remedy.Of(
                $"Free some space there, for example with {Control.CachePrune}"
            ),
            FileError.TooManyOpenFiles => "Raise the limit with `ulimit -n`",
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
