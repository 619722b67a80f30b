namespace Krait.Build.Git;

/// <summary>What to do about a directory that is in the way of a clone (`--exists-action`).</summary>
public enum ExistingPathAction
{
    /// <summary>No action was chosen.</summary>
    None,

    /// <summary>Make it a clone of the other repository.</summary>
    Switch,

    /// <summary>Leave it as it is.</summary>
    Ignore,

    /// <summary>Remove it.</summary>
    Wipe,

    /// <summary>Give it another name.</summary>
    Backup,

    /// <summary>Give up.</summary>
    Abort,
}
