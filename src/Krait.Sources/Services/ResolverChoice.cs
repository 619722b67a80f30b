namespace Krait.Sources.Services;

/// <summary>Who finds out what is needed: this machine alone, or with the help of an index that offers it. The result is the same.</summary>
public enum ResolverChoice
{
    /// <summary>An index that offers it is asked, and not waited for longer than for its pages.</summary>
    Auto,

    /// <summary>Nobody is asked.</summary>
    Local,

    /// <summary>An index that offers it is asked, and waited for.</summary>
    Server,
}
