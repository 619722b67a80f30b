using Krait.Packaging.Names;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Candidates;

/// <summary>Versions to take where they fit: the caller's, then those of the forks that were solved before.</summary>
internal sealed class PreferenceList
{
    private readonly Dictionary<PackageName, List<Preference>> byName = [];

    public PreferenceList(IEnumerable<Preference> preferences)
    {
        foreach (var preference in preferences)
            Add(preference);
    }

    public void Add(Preference preference)
    {
        if (!byName.TryGetValue(preference.Name, out var list))
            byName.Add(preference.Name, list = []);
        list.Add(preference);
    }

    /// <summary>
    /// The preferences of a name: those of environments that meet the fork's first, and of these the version that would be tried
    /// first.
    /// </summary>
    public IReadOnlyList<Preference> For(PackageName name, ForkEnvironment environment, bool isHighest)
    {
        if (!byName.TryGetValue(name, out var list))
            return [];
        if (list.Count == 1)
            return list;
        var byEnvironment = list.OrderByDescending(preference => environment.Includes(preference.Marker));
        return
        [
            .. isHighest
                ? byEnvironment.ThenByDescending(preference => preference.Version)
                : byEnvironment.ThenBy(preference => preference.Version),
        ];
    }
}
