using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Resolver.Candidates;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Packages;

/// <summary>The changes that are made in the requirements of single packages, by package.</summary>
internal sealed class ScopedChanges(ImmutableArray<ScopedChange> changes)
{
    private static readonly HashSet<PackageName> Nothing = [];
    private readonly ILookup<PackageName, ScopedChange> byPackage = changes.ToLookup(change => change.Package);

    /// <summary>The requirements as changed, and the names that nothing else may override.</summary>
    public (ImmutableArray<Requirement> Requirements, HashSet<PackageName> Settled) Apply(
        Candidate candidate,
        ImmutableArray<Requirement> requirements
    )
    {
        if (!byPackage.Contains(candidate.Name))
            return (requirements, Nothing);
        var inForce = byPackage[candidate.Name]
            .Where(change => change.Version is null || change.Version.Equals(candidate.Version))
            .ToList();
        var excluded = inForce.SelectMany(change => change.Excludes).ToHashSet();
        var overrides = inForce.SelectMany(change => change.Overrides).ToLookup(change => change.Name);
        var result = ImmutableArray.CreateBuilder<Requirement>();
        foreach (var requirement in requirements.Where(requirement => !excluded.Contains(requirement.Name)))
        {
            if (overrides.Contains(requirement.Name))
                result.AddRange(overrides[requirement.Name].Select(change => Replace(requirement, change)));
            else
                result.Add(requirement);
        }

        var required = requirements.Select(requirement => requirement.Name).ToHashSet();
        result.AddRange(overrides.Where(group => !required.Contains(group.Key)).SelectMany(group => group));
        return (result.ToImmutable(), overrides.Select(group => group.Key).ToHashSet());
    }

    /// <summary>The marker of what stands in for a requirement: its own if it has one; the requirement's extras ask for it all the same.</summary>
    public static Marker MarkerOf(Requirement requirement, Requirement replacement)
    {
        if (replacement.Marker.IsTrue)
            return requirement.Marker;
        return requirement.Marker.MentionsExtras() ? replacement.Marker.And(requirement.Marker) : replacement.Marker;
    }

    private static Requirement Replace(Requirement requirement, Requirement replacement) =>
        replacement.WithMarker(MarkerOf(requirement, replacement));
}
