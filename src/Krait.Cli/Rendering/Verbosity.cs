namespace Krait.Cli.Rendering;

/// <summary>How much is said on standard error.</summary>
internal enum Verbosity
{
    /// <summary>Nothing, not even errors: the exit code tells.</summary>
    Silent,

    /// <summary>Warnings and errors.</summary>
    Quiet,

    /// <summary>What was done, too.</summary>
    Normal,

    /// <summary>What was asked, found and decided, too.</summary>
    Verbose,

    /// <summary>Every decision on the way, too (`-vv`).</summary>
    Trace,
}
