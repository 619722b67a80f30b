namespace Krait.Resolver.Solving;

/// <summary>A package of the solver, which knows neither its name nor its kind.</summary>
/// <param name="Value">Its number, counted from 0.</param>
internal readonly record struct PackageId(int Value)
{
    /// <summary>No package.</summary>
    public static PackageId None => new(-1);

    /// <summary>The request.</summary>
    public static PackageId Root => new(0);

    /// <summary>Whether this is a package at all.</summary>
    public bool IsNone => Value < 0;
}
