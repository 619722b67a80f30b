using FsCheck.Fluent;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Tests.Versions;

/// <summary>Set algebra, against membership of sample versions.</summary>
public sealed class VersionRangesLawTests
{
    private static readonly FsCheck.Gen<(VersionRanges Left, VersionRanges Right, Version Sample)> Pairs =
        from left in Generators.Ranges
        from right in Generators.Ranges
        from sample in Generators.Version
        select (left, right, sample);

    [Fact]
    public void Intersection_union_and_complement_agree_with_membership() =>
        Generators.Check(
            Pairs,
            t =>
            {
                var (inLeft, inRight) = (t.Left.Contains(t.Sample), t.Right.Contains(t.Sample));
                return t.Left.Intersect(t.Right).Contains(t.Sample) == (inLeft && inRight)
                    && t.Left.Union(t.Right).Contains(t.Sample) == (inLeft || inRight)
                    && t.Left.Complement().Contains(t.Sample) == !inLeft;
            },
            4_000
        );

    [Fact]
    public void Sets_of_the_same_versions_are_equal() =>
        Generators.Check(
            Pairs,
            t =>
            {
                var left = t.Left.Union(t.Right).Complement();
                var right = t.Left.Complement().Intersect(t.Right.Complement());
                return left.Equals(right)
                    && left.GetHashCode() == right.GetHashCode()
                    && t.Left.Complement().Complement().Equals(t.Left);
            },
            4_000
        );

    [Fact]
    public void Subset_and_disjoint_agree_with_intersection() =>
        Generators.Check(
            Pairs,
            t =>
                t.Left.IsSubsetOf(t.Right) == t.Left.Intersect(t.Right).Equals(t.Left)
                && t.Left.IsDisjointFrom(t.Right) == t.Left.Intersect(t.Right).IsEmpty,
            4_000
        );

    [Fact]
    public void Simplifying_keeps_which_known_versions_belong() =>
        Generators.Check(
            from ranges in Generators.Ranges
            from known in Generators.Version.ListOf()
            select (ranges, known.Distinct().Order().ToArray()),
            t =>
            {
                var simple = t.ranges.Simplify(t.Item2);
                return t.Item2.All(version => simple.Contains(version) == t.ranges.Contains(version))
                    && (t.Item2.Length == 0 || simple.Segments.Count <= t.Item2.Length);
            }
        );

    [Fact]
    public void A_singleton_holds_its_version_alone() =>
        Generators.Check(
            Gen.Two(Generators.Version),
            pair =>
                VersionRanges.Singleton(pair.Item1).Contains(pair.Item2) == (pair.Item1 == pair.Item2)
                && VersionRanges.Singleton(pair.Item1).TryGetSingleton(out var only)
                && only == pair.Item1
        );
}
