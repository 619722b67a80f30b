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
}
