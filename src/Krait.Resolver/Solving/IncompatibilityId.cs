namespace Krait.Resolver.Solving;

/// <summary>Something the solver knows. What follows from another has a higher number.</summary>
/// <param name="Value">Its number, counted from 0.</param>
internal readonly record struct IncompatibilityId(int Value)
{
    /// <summary>No incompatibility: the cause of a decision.</summary>
    public static IncompatibilityId None => new(-1);

    /// <summary>Whether this is an incompatibility at all.</summary>
    public bool IsNone => Value < 0;
}
