using Krait.Packaging.Versions;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Packages;

/// <summary>The version sets of one resolution.</summary>
internal sealed class RangesStore
{
    private readonly Dictionary<SpecifierSet, int> specifiers = [];
    private readonly Dictionary<int, SpecifierSet> written = [];
    private readonly List<bool?> pins = [];

    /// <summary>The solver's view of the sets.</summary>
    public VersionSetStore<RangesSet> Sets { get; } = new();

    public VersionRanges this[int set] => Sets[set].Ranges;

    public int Intern(VersionRanges ranges) => Sets.Intern(new RangesSet(ranges));

    public int Intern(SpecifierSet? set)
    {
        if (set is null || set.Clauses.IsEmpty)
            return VersionSetStore.All;
        if (!specifiers.TryGetValue(set, out var number))
        {
            specifiers.Add(set, number = Intern(set.ToRanges()));
            written.TryAdd(number, set);
        }

        return number;
    }

    public int Single(Version version) => Intern(VersionRanges.Singleton(version));

    /// <summary>The ranges as a requirement wrote them, or else by their bounds.</summary>
    public string TextOf(VersionRanges ranges) =>
        written.TryGetValue(Intern(ranges), out var specifierSet) ? specifierSet.ToString() : ranges.ToString();

    /// <summary>The version of a set of one.</summary>
    public Version VersionOf(int set) =>
        this[set].TryGetSingleton(out var version)
            ? version
            : throw new InvalidOperationException($"{this[set]} is not one version");

    /// <summary>Whether a set is one version, with or without its local labels.</summary>
    public bool IsPin(int set)
    {
        while (pins.Count <= set)
            pins.Add(null);
        return pins[set] ??= this[set].TryGetSingleton(out _);
    }
}
