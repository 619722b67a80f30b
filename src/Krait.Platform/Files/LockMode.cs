namespace Krait.Platform.Files;

/// <summary>How a lock on a file is held.</summary>
public enum LockMode
{
    /// <summary>Together with other shared holders.</summary>
    Shared,

    /// <summary>Alone.</summary>
    Exclusive,
}
