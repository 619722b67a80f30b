using Krait.Packaging.Versions;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Packages;

/// <summary>Version ranges as the solver's version sets.</summary>
internal readonly record struct RangesSet(VersionRanges Ranges) : IVersionSet<RangesSet>
{
    public static RangesSet Empty => new(VersionRanges.Empty);

    public static RangesSet All => new(VersionRanges.All);

    public RangesSet Complement() => new(Ranges.Complement());

    public RangesSet Intersect(RangesSet other) => new(Ranges.Intersect(other.Ranges));

    public RangesSet Union(RangesSet other) => new(Ranges.Union(other.Ranges));

    public bool IsSubsetOf(RangesSet other) => Ranges.IsSubsetOf(other.Ranges);

    public bool IsDisjointFrom(RangesSet other) => Ranges.IsDisjointFrom(other.Ranges);
}
