using System.Collections.Immutable;
using Krait.Index;
using Krait.Packaging.Names;

namespace Krait.Sources;

/// <summary>Where packages come from.</summary>
public sealed record IndexSettings
{
    /// <summary>The indexes in the order in which they are asked: further ones before the default.</summary>
    public ImmutableArray<IndexLocation> Indexes { get; init; } = [];

    /// <summary>Folders and pages with distributions, which every index shares.</summary>
    public ImmutableArray<IndexLocation> FindLinks { get; init; } = [];

    /// <summary>Which of the indexes may offer a package.</summary>
    public IndexStrategy Strategy { get; init; }

    /// <summary>Packages that come from indexes of their own, wherever they are installed.</summary>
    public ImmutableDictionary<PackageName, PackageIndexes> Pinned { get; init; } =
        ImmutableDictionary<PackageName, PackageIndexes>.Empty;

    /// <summary>The indexes that <see cref="Krait.Resolver.Requests.IndexPin"/>s name.</summary>
    public ImmutableDictionary<string, IndexLocation> Named { get; init; } =
        ImmutableDictionary<string, IndexLocation>.Empty;

    /// <summary>Every place, for connecting early.</summary>
    public IEnumerable<IndexLocation> All => FindLinks.Concat(Indexes);

    /// <summary>The indexes that may offer a package.</summary>
    /// <param name="name">The package.</param>
    /// <param name="index">The one of <see cref="Named"/> that it must come from; null where the settings say which.</param>
    public PackageIndexes Of(PackageName name, string? index = null)
    {
        if (index is not null)
            return new PackageIndexes([Named[index]], Strategy);
        return Pinned.TryGetValue(name, out var own) ? own : new PackageIndexes(Indexes, Strategy);
    }

    /// <summary>Every place that is asked about one of these packages, for connecting early.</summary>
    public IEnumerable<IndexLocation> PlacesOf(IEnumerable<PackageName> names) =>
        All.Concat(names.Where(Pinned.ContainsKey).SelectMany(name => Pinned[name].Locations));
}
