namespace Krait.Platform.Locks;

/// <summary>How a <see cref="FileLock"/> is held.</summary>
public enum LockMode
{
    /// <summary>Together with other shared holders.</summary>
    Shared,

    /// <summary>Alone.</summary>
    Exclusive,
}
