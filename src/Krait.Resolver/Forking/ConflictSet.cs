using System.Collections.Immutable;
using Krait.Packaging.Names;

namespace Krait.Resolver.Forking;

/// <summary>An extra or dependency group of a package that may exclude others.</summary>
/// <param name="Package">The package.</param>
/// <param name="Name">The extra or group.</param>
/// <param name="IsGroup">Whether it is a group.</param>
public sealed record ConflictItem(PackageName Package, ExtraName Name, bool IsGroup);

/// <summary>Extras and groups of which at most one is ever installed.</summary>
public sealed class ConflictSet(ImmutableArray<ConflictItem> items)
{
    /// <summary>The items.</summary>
    public ImmutableArray<ConflictItem> Items { get; } = items;
}
