using System.Collections.Immutable;
using Krait.Resolver.Requests;

namespace Krait.Projects.Locking;

/// <summary>
/// Joins sets of which every two members exclude each other anyway: projects state sixty extras of which only one may be chosen as 1770 pairs,
/// and a resolution that divides by each pair in turn never ends.
/// </summary>
internal static class ConflictCliques
{
    /// <summary>Sets that forbid the same, as few and as large as they can be found in one pass.</summary>
    public static ImmutableArray<ConflictSet> Merge(ImmutableArray<ConflictSet> sets)
    {
        var rivals = new Dictionary<ConflictItem, HashSet<ConflictItem>>();
        foreach (var set in sets)
        {
            foreach (var item in set.Items)
            {
                if (!rivals.TryGetValue(item, out var known))
                    rivals[item] = known = [];
                known.UnionWith(set.Items.Where(other => other != item));
            }
        }

        var covered = new HashSet<(ConflictItem, ConflictItem)>();
        var merged = new List<ConflictSet>();
        foreach (var set in sets.OrderByDescending(set => set.Items.Length))
        {
            var items = set.Items.Distinct().ToList();
            if (Pairs(items).All(covered.Contains))
                continue;
            var candidates = rivals[items[0]]
                .Where(other => !items.Contains(other))
                .OrderBy(Order, StringComparer.Ordinal);
            foreach (var candidate in candidates)
            {
                if (items.TrueForAll(item => rivals[item].Contains(candidate)))
                    items.Add(candidate);
            }

            covered.UnionWith(Pairs(items));
            merged.Add(new ConflictSet([.. items.OrderBy(Order, StringComparer.Ordinal)]));
        }

        return [.. merged.OrderBy(set => string.Join('|', set.Items.Select(Order)), StringComparer.Ordinal)];
    }

    /// <summary>The text that items are sorted by.</summary>
    public static string Order(ConflictItem item) => $"{item.Package}:{(item.IsGroup ? "group" : "extra")}:{item.Name}";

    private static IEnumerable<(ConflictItem, ConflictItem)> Pairs(List<ConflictItem> items) =>
        items.SelectMany(one => items.Where(other => other != one).Select(other => (one, other)));
}
