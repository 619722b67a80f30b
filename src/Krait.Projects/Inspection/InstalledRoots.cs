using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;

namespace Krait.Projects.Inspection;

/// <summary>
/// Where an environment starts: what a user asked for by name, and what none of that needs. A set that was installed as a whole (`sync`) says
/// nowhere what was asked for, and then it is what nothing else in it requires.
/// </summary>
public sealed class InstalledRoots
{
    private readonly InstalledGraph graph;
    private readonly MarkerEnvironment markers;
    private readonly HashSet<InstalledPackage> unreached;
    private readonly HashSet<(InstalledPackage Package, ExtraName? Extra)> seen = [];
    private readonly Dictionary<InstalledPackage, List<InstalledPackage>> requirers = [];

    private InstalledRoots(InstalledGraph graph, MarkerEnvironment markers)
    {
        this.graph = graph;
        this.markers = markers;
        unreached = [.. graph.Packages];
        foreach (var package in graph.Packages)
        {
            foreach (var requirement in package.Stated)
            {
                if (!requirement.Marker.WithoutExtras().Evaluate(markers))
                    continue;
                if (graph.Find(requirement.Name) is not { } target || target == package)
                    continue;
                if (!requirers.TryGetValue(target, out var list))
                    requirers.Add(target, list = []);
                list.Add(package);
            }
        }
    }

    /// <summary>The packages that everything else is required by.</summary>
    /// <param name="graph">What is installed.</param>
    /// <param name="markers">The environment that markers are evaluated in.</param>
    public static ImmutableArray<InstalledPackage> Find(InstalledGraph graph, MarkerEnvironment markers)
    {
        var search = new InstalledRoots(graph, markers);
        var roots = graph.Packages.Where(package => package.Distribution.IsRequested).ToList();
        roots.ForEach(search.Reach);
        while (search.Next() is { } root)
        {
            roots.Add(root);
            search.Reach(root);
        }

        return [.. roots];
    }

    /// <summary>
    /// The next package to start from: one that nothing else needs, not even for an extra; else one that only extras need, which nobody seems
    /// to have asked for; else one of those that need each other.
    /// </summary>
    private InstalledPackage? Next()
    {
        var left = graph.Packages.Where(unreached.Contains).ToList();
        return left.Find(package => !requirers.GetValueOrDefault(package, []).Exists(unreached.Contains))
            ?? left.Find(package => !package.RequiredBy.Any(other => other != package && unreached.Contains(other)))
            ?? left.FirstOrDefault();
    }

    private void Reach(InstalledPackage root)
    {
        var pending = new Stack<(InstalledPackage Package, ExtraName? Extra)>([(root, null)]);
        while (pending.TryPop(out var next))
        {
            if (!seen.Add(next))
                continue;
            unreached.Remove(next.Package);
            foreach (var requirement in next.Package.Stated.Where(stated => IsActive(stated, next.Extra)))
            {
                if (graph.Find(requirement.Name) is not { } target)
                    continue;
                pending.Push((target, null));
                foreach (var extra in requirement.Extras)
                    pending.Push((target, extra));
            }
        }
    }

    private bool IsActive(Requirement requirement, ExtraName? extra)
    {
        var isPlain = requirement.Marker.Evaluate(markers);
        return extra is null ? isPlain : !isPlain && requirement.Marker.Evaluate(markers, [extra]);
    }
}
