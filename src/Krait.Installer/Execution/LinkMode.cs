namespace Krait.Installer.Execution;

/// <summary>How files get from the cache into an environment.</summary>
public enum LinkMode
{
    /// <summary>As second names of the cache's files where the file system can, else as copies.</summary>
    HardLink,

    /// <summary>As files of their own.</summary>
    Copy,

    /// <summary>As files of their own that share their blocks until one is changed, where the file system can, else as copies.</summary>
    Clone,

    /// <summary>As symbolic links into the cache, but for the descriptions: what is removed from the cache is then missing here.</summary>
    Symlink,
}
