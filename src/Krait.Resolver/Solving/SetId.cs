namespace Krait.Resolver.Solving;

/// <summary>An interned version set: equal sets have equal ids.</summary>
/// <param name="Value">Its number, counted from 0.</param>
internal readonly record struct SetId(int Value)
{
    /// <summary>The set without versions.</summary>
    public static SetId Empty => new(0);

    /// <summary>The set of all versions.</summary>
    public static SetId All => new(1);
}
