using System.Collections.Immutable;

namespace Krait.Resolver.Requests;

/// <summary>Extras and groups of which at most one is ever installed.</summary>
public sealed class ConflictSet(ImmutableArray<ConflictItem> items)
{
    /// <summary>The items.</summary>
    public ImmutableArray<ConflictItem> Items { get; } = items;
}
