using System.Collections.Immutable;
using Krait.Environments.Installed;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;

namespace Krait.Projects.Inspection;

/// <summary>What is installed in an environment, and who requires whom under the environment's markers.</summary>
public sealed class InstalledGraph
{
    private readonly Dictionary<PackageName, InstalledPackage> byName = [];

    private InstalledGraph(InstalledDistributions installed)
    {
        foreach (var distribution in installed.All)
            byName.TryAdd(distribution.Name, new InstalledPackage(distribution));
        Packages = [.. byName.Values.OrderBy(p => p.Name)];
    }

    /// <summary>The packages, by name.</summary>
    public ImmutableArray<InstalledPackage> Packages { get; }

    /// <summary>Reads the graph.</summary>
    /// <param name="installed">What is installed.</param>
    /// <param name="markers">The environment that markers are evaluated in.</param>
    public static InstalledGraph Read(InstalledDistributions installed, MarkerEnvironment markers)
    {
        var graph = new InstalledGraph(installed);
        var requirers = new Dictionary<InstalledPackage, List<InstalledPackage>>();
        foreach (var package in graph.Packages)
        {
            package.Requirements =
            [
                .. package
                    .Stated.Where(requirement => requirement.Marker.Evaluate(markers))
                    .Select(requirement => new InstalledRequirement(requirement, graph.Find(requirement.Name))),
            ];
            foreach (var target in package.Requirements.Select(r => r.Target).OfType<InstalledPackage>().Distinct())
            {
                if (!requirers.TryGetValue(target, out var list))
                    requirers[target] = list = [];
                list.Add(package);
            }
        }

        foreach (var (package, list) in requirers)
            package.RequiredBy = [.. list];
        return graph;
    }

    /// <summary>The package of a name; null when it is not installed.</summary>
    public InstalledPackage? Find(PackageName name) => byName.GetValueOrDefault(name);
}
