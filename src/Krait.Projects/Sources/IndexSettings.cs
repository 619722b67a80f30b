using System.Collections.Immutable;
using Krait.Index;
using Krait.Packaging.Names;

namespace Krait.Projects.Sources;

/// <summary>Where packages come from.</summary>
public sealed record IndexSettings
{
    /// <summary>The indexes in the order in which they are asked: further ones before the default.</summary>
    public ImmutableArray<IndexLocation> Indexes { get; init; } = [];

    /// <summary>Folders and pages with distributions, which every index shares.</summary>
    public ImmutableArray<IndexLocation> FindLinks { get; init; } = [];

    /// <summary>Which of the indexes may offer a package.</summary>
    public IndexStrategy Strategy { get; init; }

    /// <summary>Packages that come from one index only, wherever they are installed.</summary>
    public ImmutableDictionary<PackageName, IndexLocation> Pinned { get; init; } =
        ImmutableDictionary<PackageName, IndexLocation>.Empty;

    /// <summary>The indexes that <see cref="Krait.Resolver.Python.IndexPin"/>s name.</summary>
    public ImmutableDictionary<string, IndexLocation> Named { get; init; } =
        ImmutableDictionary<string, IndexLocation>.Empty;

    /// <summary>Every place, for connecting early.</summary>
    public IEnumerable<IndexLocation> All => FindLinks.Concat(Indexes);
}
