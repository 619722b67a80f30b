using Krait.Packaging.Versions;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Packages;

/// <summary>The version sets of one resolution.</summary>
internal sealed class RangesStore
{
    private readonly Dictionary<SpecifierSet, SetId> specifiers = [];
    private readonly Dictionary<SetId, SpecifierSet> written = [];
    private readonly List<bool?> pins = [];

    /// <summary>The solver's view of the sets.</summary>
    public VersionSetStore<RangesSet> Sets { get; } = new();

    public VersionRanges this[SetId set] => Sets[set].Ranges;

    public SetId Intern(VersionRanges ranges) => Sets.Intern(new RangesSet(ranges));

    public SetId Intern(SpecifierSet? set)
    {
        if (set is null || set.Clauses.IsEmpty)
            return SetId.All;
        if (!specifiers.TryGetValue(set, out var id))
        {
            specifiers.Add(set, id = Intern(set.ToRanges()));
            written.TryAdd(id, set);
        }

        return id;
    }

    public SetId Single(Version version) => Intern(VersionRanges.Singleton(version));

    /// <summary>The ranges as a requirement wrote them, or else by their bounds.</summary>
    public string TextOf(VersionRanges ranges) =>
        written.TryGetValue(Intern(ranges), out var specifierSet) ? specifierSet.ToString() : ranges.ToString();

    /// <summary>The version of a set of one.</summary>
    public Version VersionOf(SetId set) =>
        this[set].TryGetSingleton(out var version)
            ? version
            : throw new InvalidOperationException($"{this[set]} is not one version");

    /// <summary>Whether a set is one version, with or without its local labels.</summary>
    public bool IsPin(SetId set)
    {
        while (pins.Count <= set.Value)
            pins.Add(null);
        return pins[set.Value] ??= this[set].TryGetSingleton(out _);
    }
}
