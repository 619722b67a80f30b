namespace Krait.Platform.Files.Posix;

/// <summary>The error numbers of Linux that Krait tells apart.</summary>
internal enum Errno
{
    None = 0,
    NotPermitted = 1,
    NotFound = 2,
    Interrupted = 4,
    InputOutput = 5,
    NotAProgram = 8,
    TryAgain = 11,
    OutOfMemory = 12,
    PermissionDenied = 13,
    Busy = 16,
    Exists = 17,
    CrossDevice = 18,
    NotFolder = 20,
    IsFolder = 21,
    InvalidArgument = 22,
    SystemFileLimit = 23,
    ProcessFileLimit = 24,
    TextBusy = 26,
    FileTooLarge = 27,
    NoSpace = 28,
    ReadOnly = 30,
    TooManyLinks = 31,
    BrokenPipe = 32,
    NameTooLong = 36,
    NotImplemented = 38,
    NotEmpty = 39,
    LinkLoop = 40,
    NotSupported = 95,
    QuotaExceeded = 122,
}

/// <summary>Error numbers in the words of <see cref="FileError"/>.</summary>
internal static class ErrnoMeaning
{
    /// <summary>What an error number means.</summary>
    public static FileError ToFileError(this Errno error) =>
        error switch
        {
            Errno.None => FileError.None,
            Errno.NotPermitted => FileError.NotPermitted,
            Errno.NotFound => FileError.NotFound,
            Errno.InputOutput => FileError.InputOutput,
            Errno.NotAProgram => FileError.NotAProgram,
            Errno.TryAgain => FileError.Locked,
            Errno.OutOfMemory => FileError.OutOfMemory,
            Errno.PermissionDenied => FileError.AccessDenied,
            Errno.Busy => FileError.Busy,
            Errno.Exists => FileError.AlreadyExists,
            Errno.CrossDevice => FileError.CrossDevice,
            Errno.NotFolder => FileError.NotADirectory,
            Errno.IsFolder => FileError.IsADirectory,
            Errno.InvalidArgument => FileError.InvalidArgument,
            Errno.SystemFileLimit => FileError.TooManyOpenFilesInSystem,
            Errno.ProcessFileLimit => FileError.TooManyOpenFiles,
            Errno.TextBusy => FileError.ProgramRunning,
            Errno.FileTooLarge => FileError.FileTooLarge,
            Errno.NoSpace => FileError.NoSpace,
            Errno.ReadOnly => FileError.ReadOnly,
            Errno.TooManyLinks => FileError.TooManyLinks,
            Errno.BrokenPipe => FileError.BrokenPipe,
            Errno.NameTooLong => FileError.NameTooLong,
            Errno.NotEmpty => FileError.NotEmpty,
            Errno.LinkLoop => FileError.Loop,
            Errno.NotSupported or Errno.NotImplemented => FileError.NotSupported,
            Errno.QuotaExceeded => FileError.QuotaExceeded,
            _ => FileError.FirstUnmapped + (int)error,
        };
}
