using Krait.Packaging.Text;

namespace Krait.Cli;

/// <summary>What the process answers (`docs/exit-codes.md`).</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The operation failed, or the answer is no.</summary>
    public const int Failed = 1;

    /// <summary>The command, its input or its configuration cannot be used.</summary>
    public const int Unusable = 2;

    /// <summary>A virtual environment is required, and there is none.</summary>
    public const int NoVirtualEnvironment = 3;

    /// <summary>`krait drift` could not find out what a fresh installation would give.</summary>
    public const int CouldNotCheck = 3;

    /// <summary>A bug in krait itself.</summary>
    public const int Bug = 70;

    /// <summary>The reader of standard output went away.</summary>
    public const int ReaderGone = 120;

    /// <summary>Interrupted by the user.</summary>
    public const int Interrupted = 130;

    /// <summary>The exit code of a failure.</summary>
    public static int Of(FailureKind kind) =>
        kind switch
        {
            FailureKind.UnusableInput or FailureKind.NoInterpreter or FailureKind.TooLarge => Unusable,
            FailureKind.NoVirtualEnvironment => NoVirtualEnvironment,
            _ => Failed,
        };
}
