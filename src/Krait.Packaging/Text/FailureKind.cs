namespace Krait.Packaging.Text;

/// <summary>What kind of failure a <see cref="KraitException"/> is; each front end maps it to its own terms (exit codes, HTTP statuses).</summary>
public enum FailureKind
{
    /// <summary>The operation was tried and failed, or its answer is no.</summary>
    Failed,

    /// <summary>The server does not have what was requested, although it may be listed.</summary>
    NotFound,

    /// <summary>The request, its input or its configuration cannot be used; nothing was started.</summary>
    UnusableInput,

    /// <summary>A virtual environment is required, and there is none.</summary>
    NoVirtualEnvironment,

    /// <summary>No interpreter of this machine is the one that was requested.</summary>
    NoInterpreter,

    /// <summary>Something took longer than it may.</summary>
    TimedOut,

    /// <summary>The input is larger than what is accepted.</summary>
    TooLarge,

    /// <summary>The name is taken by something else.</summary>
    Taken,

    /// <summary>It cannot be done now, and may be later or elsewhere.</summary>
    Unavailable,

    /// <summary>What Krait itself has stored is damaged.</summary>
    Damaged,
}
