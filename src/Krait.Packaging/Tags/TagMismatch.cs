namespace Krait.Packaging.Tags;

/// <summary>The part of a wheel's tags that keeps it from an interpreter: the first that fits in no combination.</summary>
public enum TagMismatch
{
    /// <summary>The wheel fits.</summary>
    None,

    /// <summary>It is for other Pythons.</summary>
    Python,

    /// <summary>It is for this Python, but for another binary interface (such as the free-threaded one).</summary>
    Abi,

    /// <summary>It is for this Python, but for other platforms.</summary>
    Platform,
}

/// <summary>Whether and how well a wheel fits an interpreter.</summary>
/// <param name="Rank">The place of its best tag among those that the interpreter accepts, 0 being the best; null where none fits.</param>
/// <param name="Mismatch">What keeps it from fitting.</param>
public readonly record struct TagCompatibility(int? Rank, TagMismatch Mismatch)
{
    /// <summary>Whether the wheel fits.</summary>
    public bool IsCompatible => Rank is not null;
}
