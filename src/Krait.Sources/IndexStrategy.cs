namespace Krait.Sources;

/// <summary>Which indexes may offer a package that several of them know.</summary>
public enum IndexStrategy
{
    /// <summary>The first that knows the name, so that nobody can slip a package of that name in from another.</summary>
    FirstIndex,

    /// <summary>The first that has a fitting version.</summary>
    UnsafeFirstMatch,

    /// <summary>All of them: the best version wins.</summary>
    UnsafeBestMatch,
}
