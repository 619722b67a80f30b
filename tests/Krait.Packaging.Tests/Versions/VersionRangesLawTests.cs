using FsCheck.Xunit;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Tests.Versions;

/// <summary>Set algebra, against membership of sample versions.</summary>
[Properties(Arbitrary = [typeof(Arbitraries)], MaxTest = 4_000)]
public sealed class VersionRangesLawTests
{
    [Property]
    public bool Intersection_union_and_complement_agree_with_membership(
        VersionRanges left,
        VersionRanges right,
        Version sample
    )
    {
        var (inLeft, inRight) = (left.Contains(sample), right.Contains(sample));
        return left.Intersect(right).Contains(sample) == (inLeft && inRight)
            && left.Union(right).Contains(sample) == (inLeft || inRight)
            && left.Complement().Contains(sample) == !inLeft;
    }

    [Property]
    public bool Sets_of_the_same_versions_are_equal(VersionRanges left, VersionRanges right)
    {
        var outside = left.Union(right).Complement();
        var inNeither = left.Complement().Intersect(right.Complement());
        return outside.Equals(inNeither)
            && outside.GetHashCode() == inNeither.GetHashCode()
            && left.Complement().Complement().Equals(left);
    }

    [Property]
    public bool Subset_and_disjoint_agree_with_intersection(VersionRanges left, VersionRanges right) =>
        left.IsSubsetOf(right) == left.Intersect(right).Equals(left)
        && left.IsDisjointFrom(right) == left.Intersect(right).IsEmpty;

    [Property(MaxTest = 2_000)]
    public bool Simplifying_keeps_which_known_versions_belong(VersionRanges ranges, Version[] versions)
    {
        var known = versions.Distinct().Order().ToArray();
        var simple = ranges.Simplify(known);
        return known.All(version => simple.Contains(version) == ranges.Contains(version))
            && (known.Length == 0 || simple.Segments.Count <= known.Length);
    }

    [Property(MaxTest = 2_000)]
    public bool A_singleton_holds_its_version_alone(Version version, Version other) =>
        VersionRanges.Singleton(version).Contains(other) == (version == other)
        && VersionRanges.Singleton(version).TryGetSingleton(out var only)
        && only == version;
}
