namespace Krait.Platform.Files;

/// <summary>
/// What a system answers when a file or folder cannot be used, in words that every system has. An answer that none of them fits is carried
/// as <see cref="FirstUnmapped"/> plus the system's own number.
/// </summary>
public enum FileError
{
    None,
    NotFound,
    AlreadyExists,

    /// <summary>The permissions of the file or of a folder above it forbid it.</summary>
    AccessDenied,

    /// <summary>The operation itself is forbidden, whatever the permissions.</summary>
    NotPermitted,
    NotADirectory,
    IsADirectory,
    NotEmpty,
    CrossDevice,
    NoSpace,
    QuotaExceeded,
    FileTooLarge,
    TooManyLinks,
    ReadOnly,

    /// <summary>A symbolic link where none is followed, or too many of them.</summary>
    Loop,
    NameTooLong,
    TooManyOpenFiles,
    TooManyOpenFilesInSystem,
    NotSupported,
    InvalidArgument,
    InputOutput,
    OutOfMemory,

    /// <summary>In use, as a mount point for example.</summary>
    Busy,

    /// <summary>A program that is running cannot be written to.</summary>
    ProgramRunning,

    /// <summary>Someone else holds the lock.</summary>
    Locked,

    /// <summary>Whoever read from the pipe is gone.</summary>
    BrokenPipe,

    /// <summary>The file is not a program that this system can run.</summary>
    NotAProgram,

    FirstUnmapped = 100_000,
}
