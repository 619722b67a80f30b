namespace Krait.Resolver.Solving;

/// <summary>A set of versions with the algebra that the solver needs; equal sets must be equal values.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal interface IVersionSet<TSelf> : IEquatable<TSelf>
    where TSelf : IVersionSet<TSelf>
{
    /// <summary>The set without versions.</summary>
    public static abstract TSelf Empty { get; }

    /// <summary>The set of all versions.</summary>
    public static abstract TSelf All { get; }

    /// <summary>The versions that are not in this set.</summary>
    public TSelf Complement();

    /// <summary>The versions in both sets.</summary>
    public TSelf Intersect(TSelf other);

    /// <summary>The versions in either set.</summary>
    public TSelf Union(TSelf other);

    /// <summary>Whether every version of this set is in the other.</summary>
    public bool IsSubsetOf(TSelf other);

    /// <summary>Whether no version is in both sets.</summary>
    public bool IsDisjointFrom(TSelf other);
}
