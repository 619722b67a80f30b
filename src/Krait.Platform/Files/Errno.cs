namespace Krait.Platform.Files;

/// <summary>The error numbers of Linux that Krait tells apart; any other number is carried as it is.</summary>
public enum Errno
{
    None = 0,
    NotPermitted = 1,
    NotFound = 2,
    Interrupted = 4,
    InputOutput = 5,
    BadDescriptor = 9,
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
    NameTooLong = 36,
    NotImplemented = 38,
    NotEmpty = 39,
    LinkLoop = 40,
    NotSupported = 95,
    QuotaExceeded = 122,
}
