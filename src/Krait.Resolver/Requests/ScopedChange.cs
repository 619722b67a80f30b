using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;

namespace Krait.Resolver.Requests;

/// <summary>What the user changes in the requirements of one package; it goes before what is changed everywhere.</summary>
/// <param name="Package">The package whose requirements change.</param>
/// <param name="Version">The one version that they change in; null for all.</param>
public sealed record ScopedChange(PackageName Package, Version? Version)
{
    /// <summary>Requirements that replace those on their names, and are added where there are none.</summary>
    public ImmutableArray<Requirement> Overrides { get; init; } = [];

    /// <summary>Names that the package is said not to require.</summary>
    public ImmutableArray<PackageName> Excludes { get; init; } = [];
}
