namespace Krait.Resolver.Packages;

/// <summary>The name of a project in one resolution.</summary>
/// <param name="Value">Its number, counted from 0.</param>
internal readonly record struct NameId(int Value)
{
    /// <summary>No name: the request, Python, and what belongs to the machine.</summary>
    public static NameId None => new(-1);

    /// <summary>Whether there is no name.</summary>
    public bool IsNone => Value < 0;
}
