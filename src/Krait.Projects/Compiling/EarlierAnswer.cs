using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Projects.Compiling;

/// <summary>
/// The universal answer that an earlier output holds. A requirements file says which versions go where, not where its resolution forked, and a
/// fork may come from a version that was given up later: a repetition that prefers the pins would not come to it.
/// </summary>
internal static class EarlierAnswer
{
    private const int MostForks = 32;

    /// <summary>Whether lines pin the same versions under the same markers.</summary>
    /// <param name="pins">The earlier pins.</param>
    /// <param name="lines">The lines of now; those that are left out or name an address are no pins.</param>
    public static bool IsKept(ImmutableArray<Preference> pins, ImmutableArray<PinnedRequirement> lines)
    {
        var earlier = pins.Select(pin => (pin.Name.Value, (Version?)pin.Version, pin.Marker.ToText() ?? ""))
            .ToHashSet();
        var now = lines
            .Where(line => !line.IsOmitted && line.Text.EndsWith($"=={line.Version}", StringComparison.Ordinal))
            .Select(line => (line.Name, line.Version, line.Marker));
        return earlier.SetEquals(now);
    }

    /// <summary>
    /// The environments between which versions of a name differ: disjoint, and all of them together; empty where nothing differs, or
    /// so much that it cannot be told apart.
    /// </summary>
    /// <param name="pins">The earlier pins.</param>
    /// <param name="environments">What the resolution is for; disjoint, empty for everything.</param>
    /// <param name="pythons">The Pythons that it is for.</param>
    public static ImmutableArray<Marker> ForksOf(
        ImmutableArray<Preference> pins,
        ImmutableArray<Marker> environments,
        VersionRanges pythons
    )
    {
        var supported = Marker.FromPython(pythons);
        List<Marker> forks = environments.IsEmpty ? [Marker.True] : [.. environments];
        var count = forks.Count;
        foreach (var versions in VersionsByName(pins))
        {
            forks = [.. forks.SelectMany(fork => Split(fork, versions, supported))];
            if (forks.Count > MostForks)
                return [];
        }

        return forks.Count > count ? [.. forks] : [];
    }

    private static IEnumerable<IEnumerable<Marker>> VersionsByName(ImmutableArray<Preference> pins) =>
        pins.GroupBy(pin => pin.Name)
            .Where(group => group.Skip(1).Any())
            .OrderBy(group => group.Key)
            .Select(group => group.Select(pin => pin.Marker));

    private static IEnumerable<Marker> Split(Marker fork, IEnumerable<Marker> versions, Marker supported)
    {
        foreach (var version in versions)
        {
            var part = fork.And(version);
            if (part.IsDisjointFrom(supported))
                continue;
            yield return part;
            fork = fork.And(version.Not());
        }

        if (!fork.IsDisjointFrom(supported))
            yield return fork;
    }
}
