using Krait.Packaging.Tags;

namespace Krait.Packaging.Distributions;

/// <summary>How wheels, by their file names, fit what an interpreter accepts.</summary>
public static class WheelMatching
{
    /// <summary>The rank of a wheel's best tag, 0 being the best; null where none is accepted.</summary>
    public static int? RankOf(this TagSet tags, WheelFileName wheel) => tags.Match(wheel.TagSets).Rank;

    /// <summary>Whether and how well a wheel fits, and what keeps it from fitting.</summary>
    public static TagCompatibility Check(this TagSet tags, WheelFileName wheel) => tags.Match(wheel.TagSets);
}
