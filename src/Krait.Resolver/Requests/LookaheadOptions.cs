namespace Krait.Resolver.Requests;

/// <summary>
/// What is asked of the source before it is certain to be needed. These choices decide how long a resolution takes and how many
/// requests it makes, never its result.
/// </summary>
public sealed record LookaheadOptions
{
    /// <summary>Everything that pays off on most indexes.</summary>
    public static LookaheadOptions Default { get; } = new();

    /// <summary>Nothing: one answer is waited for before the next question is asked.</summary>
    public static LookaheadOptions None { get; } =
        new()
        {
            AsksEarly = false,
            MetadataDepth = 0,
            FollowsEarlierRuns = false,
            Predicts = false,
            GrowsBatches = false,
            FollowsArrivals = false,
        };

    /// <summary>Whether the page of a package is requested as soon as something requires it, not when its version is to be chosen.</summary>
    public bool AsksEarly { get; init; } = true;

    /// <summary>For how many versions metadata is requested as soon as the page is there, the most likely ones first; 0 for none.</summary>
    public int MetadataDepth { get; init; } = 1;

    /// <summary>Whether the first requests cover everything that an earlier resolution needed.</summary>
    public bool FollowsEarlierRuns { get; init; } = true;

    /// <summary>Whether the first requests cover what well-known packages are known to require.</summary>
    public bool Predicts { get; init; } = true;

    /// <summary>
    /// Whether what arrives is followed at once, while the resolution waits for something else: then it takes as long as the longest chain of
    /// requirements, not as long as all waits together.
    /// </summary>
    public bool FollowsArrivals { get; init; } = true;

    /// <summary>Whether the metadata of many versions is requested together while one after another is rejected.</summary>
    public bool GrowsBatches { get; init; } = true;
}
