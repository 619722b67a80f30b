using System.Collections.Immutable;

namespace Krait.Projects.Inspection;

/// <summary>Installed packages that require each other, which works and is mostly a mistake.</summary>
public static class RequirementCycles
{
    /// <summary>Each group of packages that require each other, by name.</summary>
    public static ImmutableArray<ImmutableArray<InstalledPackage>> Find(InstalledGraph graph)
    {
        var search = new Search();
        foreach (var package in graph.Packages)
            search.Visit(package);
        return [.. search.Groups.OrderBy(group => group[0].Name)];
    }

    /// <summary>Tarjan's search for strongly connected components, without recursion: chains may be long.</summary>
    private sealed class Search
    {
        private readonly Dictionary<InstalledPackage, (int Index, int Low)> seen = [];
        private readonly HashSet<InstalledPackage> open = [];
        private readonly Stack<InstalledPackage> component = new();

        public List<ImmutableArray<InstalledPackage>> Groups { get; } = [];

        public void Visit(InstalledPackage root)
        {
            if (seen.ContainsKey(root))
                return;
            var work = new Stack<(InstalledPackage Package, int Edge)>();
            Enter(root);
            work.Push((root, 0));
            while (work.TryPop(out var frame))
            {
                var (package, edge) = frame;
                if (edge == package.Requirements.Length)
                {
                    Leave(package, work.TryPeek(out var parent) ? parent.Package : null);
                    continue;
                }

                work.Push((package, edge + 1));
                if (package.Requirements[edge].Target is not { } target || target == package)
                    continue;
                if (!seen.TryGetValue(target, out var known))
                {
                    Enter(target);
                    work.Push((target, 0));
                }
                else if (open.Contains(target))
                {
                    seen[package] = seen[package] with { Low = Math.Min(seen[package].Low, known.Index) };
                }
            }
        }

        private void Enter(InstalledPackage package)
        {
            seen[package] = (seen.Count, seen.Count);
            open.Add(package);
            component.Push(package);
        }

        private void Leave(InstalledPackage package, InstalledPackage? parent)
        {
            var (index, low) = seen[package];
            if (parent is not null)
                seen[parent] = seen[parent] with { Low = Math.Min(seen[parent].Low, low) };
            if (index != low)
                return;
            var group = new List<InstalledPackage>();
            InstalledPackage member;
            do
            {
                member = component.Pop();
                open.Remove(member);
                group.Add(member);
            } while (member != package);
            if (group.Count > 1)
                Groups.Add([.. group.OrderBy(one => one.Name)]);
        }
    }
}
