using System.Collections.Immutable;
using Krait.Index;
using Krait.Resolver.Candidates;

namespace Krait.Sources;

/// <summary>The indexes that may offer a package.</summary>
/// <param name="Locations">The indexes in the order in which they are asked.</param>
/// <param name="Strategy">Which of them may offer it.</param>
public sealed record PackageIndexes(ImmutableArray<IndexLocation> Locations, IndexStrategy Strategy)
{
    /// <summary>What the versions of an index need of the machine, by the index's <see cref="IndexLocation.SourceKey"/>.</summary>
    public ImmutableDictionary<string, SystemNeed> Needs { get; init; } = ImmutableDictionary<string, SystemNeed>.Empty;

    /// <summary>What the versions of an index need of the machine; null where nothing is known of that.</summary>
    public SystemNeed? NeedOf(IndexLocation location) =>
        Needs.IsEmpty ? null : Needs.GetValueOrDefault(location.SourceKey);
}
