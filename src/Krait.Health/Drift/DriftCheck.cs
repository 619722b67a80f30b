using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Projects.Inputs;
using Krait.Projects.Inspection;
using Krait.Resolver.Reporting;

namespace Krait.Health.Drift;

/// <summary>Compares what is installed with what a fresh installation of the same input would give.</summary>
/// <param name="graph">What is installed.</param>
/// <param name="markers">The environment's markers.</param>
public sealed class DriftCheck(InstalledGraph graph, MarkerEnvironment markers)
{
    /// <summary>Compares with a resolution of today.</summary>
    /// <param name="inputs">What the environment is made from.</param>
    /// <param name="fresh">What it stands for today.</param>
    public ImmutableArray<DriftEntry> Run(RequirementSet inputs, Resolution fresh)
    {
        var entries = new List<DriftEntry>();
        var chosen = fresh.Packages.ToDictionary(package => package.Name);
        foreach (var package in fresh.Packages)
        {
            var installed = graph.Find(package.Name);
            if (installed is not null && IsSame(installed, package))
                continue;
            var page = package.Candidate.Page?.Page;
            entries.Add(
                new DriftEntry(
                    installed is null ? DriftKind.Added : DriftKind.Changed,
                    package.Name.Value,
                    installed?.VersionText,
                    package.Version.ToString()
                )
                {
                    Released = ReleaseTime.Of(package.Candidate),
                    CurrentReleased =
                        page is not null && installed?.Distribution.Version is { } version
                            ? ReleaseTime.Of(page, version)
                            : null,
                    RequiredBy = RequirersOf(package, fresh),
                    IsAllowed = IsAllowed(inputs, package.Name, package.Version),
                }
            );
        }

        var closure = ClosureOf(inputs.Roots.Select(root => root.Requirement));
        foreach (var package in closure.Where(package => !chosen.ContainsKey(package.Name)))
            entries.Add(new DriftEntry(DriftKind.Removed, package.Name.Value, package.VersionText, Fresh: null));
        return [.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    /// <summary>Compares with a list of versions, such as a lock file.</summary>
    public ImmutableArray<DriftEntry> Run(IEnumerable<(PackageName Name, Version Version)> listed)
    {
        var entries = new List<DriftEntry>();
        foreach (var (name, version) in listed)
        {
            var installed = graph.Find(name);
            if (installed?.Distribution.Version == version)
                continue;
            entries.Add(
                new DriftEntry(
                    installed is null ? DriftKind.Added : DriftKind.Changed,
                    name.Value,
                    installed?.VersionText,
                    version.ToString()
                )
            );
        }

        return [.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
    }

    /// <summary>What came from a URL is the same wherever it has the same version.</summary>
    private static bool IsSame(InstalledPackage installed, ResolvedPackage package) =>
        installed.Distribution.Version == package.Version;

    private static ImmutableArray<string> RequirersOf(ResolvedPackage package, Resolution fresh)
    {
        var requirers = new List<string>();
        foreach (var root in fresh.Roots.Where(edge => fresh.Packages[edge.Package] == package))
            requirers.Add($"{root.Origin?.ToString() ?? "the command line"}: {Text(root.Requirement)}");
        foreach (var other in fresh.Packages)
        {
            foreach (var edge in other.Dependencies.Where(edge => fresh.Packages[edge.Package] == package))
                requirers.Add($"{other.Name} {other.Version}: {Text(edge.Requirement)}");
        }

        return [.. requirers.Distinct(StringComparer.Ordinal)];
    }

    private static string Text(Requirement requirement) =>
        UrlRedaction.Apply(requirement.WithMarker(Marker.True).ToString());

    /// <summary>Whether the requirements of now let the version in: then nobody has to change anything for it to come.</summary>
    private bool? IsAllowed(RequirementSet inputs, PackageName name, Version version)
    {
        var limits = inputs
            .Roots.Select(root => root.Requirement)
            .Concat(inputs.Constraints.Select(limit => limit.Requirement))
            .Concat(graph.Packages.SelectMany(package => package.Requirements).Select(edge => edge.Requirement))
            .Where(requirement => requirement.Name == name && requirement.Marker.Evaluate(markers))
            .Select(requirement => requirement.Specifiers)
            .ToList();
        return limits.Count == 0 ? null : limits.TrueForAll(specifiers => specifiers?.Contains(version) ?? true);
    }

    /// <summary>What is installed of what requirements need, with what that needs in turn.</summary>
    private HashSet<InstalledPackage> ClosureOf(IEnumerable<Requirement> requirements)
    {
        var reached = new HashSet<InstalledPackage>();
        var seen = new HashSet<(InstalledPackage Package, ExtraName? Extra)>();
        var pending = new Queue<(InstalledPackage Package, ExtraName? Extra)>();
        foreach (var requirement in requirements.Where(one => one.Marker.Evaluate(markers)))
            Enqueue(requirement);
        while (pending.TryDequeue(out var next))
        {
            reached.Add(next.Package);
            foreach (var stated in next.Package.Stated.Where(stated => IsActive(stated, next.Extra)))
                Enqueue(stated);
        }

        return reached;

        void Enqueue(Requirement requirement)
        {
            if (graph.Find(requirement.Name) is not { } package)
                return;
            foreach (var extra in requirement.Extras.Prepend(null))
            {
                if (seen.Add((package, extra)))
                    pending.Enqueue((package, extra));
            }
        }
    }

    private bool IsActive(Requirement requirement, ExtraName? extra) =>
        extra is null ? requirement.Marker.Evaluate(markers) : requirement.Marker.Evaluate(markers, [extra]);
}
