using Krait.Packaging.Lockfiles;
using Krait.Projects.Workspaces;

namespace Krait.Projects.Locking;

/// <summary>What is wanted of the lock of a workspace.</summary>
/// <param name="Workspace">The workspace.</param>
/// <param name="Options">How it is locked.</param>
public sealed record LockRequest(Workspace Workspace, LockOptions Options)
{
    /// <summary>What may be done to the lock.</summary>
    public LockUse Use { get; init; }

    /// <summary>What messages call the lock file.</summary>
    public string Shown { get; init; } = "pylock.toml";

    /// <summary>What another tool locked: its versions and commits are kept where they fit, if there is no lock yet.</summary>
    public Pylock? Imported { get; init; }
}

/// <summary>What may be done to a lock.</summary>
public enum LockUse
{
    /// <summary>It is made again where it is not up to date.</summary>
    Update,

    /// <summary>It has to be up to date (`--locked`, `--check`).</summary>
    Check,

    /// <summary>It is taken as it is, up to date or not (`--frozen`).</summary>
    Frozen,
}
