using System.Collections.Immutable;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Toml;
using Krait.Projects.Workspaces;

namespace Krait.Projects.Locking;

/// <summary>Who requires whom in the lock of a workspace: its projects and the packages of the lock.</summary>
public sealed class LockedGraph
{
    private readonly WorkspaceLock found;
    private readonly LockUnits units;
    private readonly ILookup<string, PylockPackage> byName;
    private readonly Dictionary<PylockPackage, LockedNode> nodes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Project, LockedNode> members = [];
    private readonly Dictionary<PylockPackage, Marker> markers = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reads the graph.</summary>
    /// <param name="found">The lock.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="units">What it offers.</param>
    public LockedGraph(WorkspaceLock found, Workspace workspace, LockUnits units)
    {
        this.found = found;
        this.units = units;
        byName = found.Pylock.Packages.ToLookup(package => package.Name, StringComparer.Ordinal);
        foreach (var project in workspace.Members.Prepend(workspace.Root).Distinct())
            members.Add(project, new LockedNode(project.Name?.Value ?? project.Label, Package: null, project));
        foreach (var package in found.Pylock.Packages)
        {
            var member =
                package.Directory is not null && PackageName.TryParse(package.Name, out var name, out _)
                    ? workspace.Find(name)
                    : null;
            nodes[package] = member is null ? new LockedNode(package.Name, package, Member: null) : members[member];
            markers[package] =
                package.Marker is { } text && Marker.TryParse(text, out var marker, out _)
                    ? marker.WithoutChoices()
                    : Marker.True;
        }
    }

    /// <summary>All packages and projects, by name and version.</summary>
    public IEnumerable<LockedNode> Nodes =>
        members
            .Values.Concat(nodes.Values)
            .Distinct()
            .OrderBy(node => node.Name, StringComparer.Ordinal)
            .ThenBy(node => node.Version);

    /// <summary>The node of a project.</summary>
    public LockedNode Of(Project project) => members[project];

    /// <summary>What a unit requires.</summary>
    public ImmutableArray<LockedEdge> EdgesOf(LockUnit unit) =>
        [
            .. found
                .Stated.GetValueOrDefault(unit.Key, [])
                .Select(text => Requirement.TryParse(text, out var requirement, out _) ? requirement : null)
                .OfType<Requirement>()
                // A project that names itself means its own extras.
                .Where(requirement => requirement.Name != unit.Project.Name)
                .SelectMany(requirement => Follow(requirement, Marker.True)),
        ];

    /// <summary>What a node requires, by itself or for one of its extras.</summary>
    public ImmutableArray<LockedEdge> EdgesOf(LockedNode node, ExtraName? extra)
    {
        if (node.Member is { } member)
        {
            var unit = extra is null ? units.Of(member) : units.OfExtra(member, extra);
            return unit is null ? [] : EdgesOf(unit);
        }

        if (node.Package is not { } package)
            return [];
        var stated = WorkspaceLock.RequirementsOf(package);
        if (stated.IsEmpty && extra is null)
            return [.. package.Dependencies.SelectMany(Refer)];
        return
        [
            .. stated
                .Where(one => one.Extra == extra)
                .SelectMany(one => Follow(one.Requirement, markers.GetValueOrDefault(package, Marker.True))),
        ];
    }

    /// <summary>Everything that units lead to, but for packages that are passed over.</summary>
    public IReadOnlySet<LockedNode> Reach(IEnumerable<LockUnit> starts, IReadOnlySet<PackageName> pruned)
    {
        var reached = new HashSet<LockedNode>();
        var seen = new HashSet<(LockedNode, ExtraName?)>();
        var pending = new Queue<LockedEdge>();
        foreach (var unit in starts)
        {
            if (unit.Kind == LockUnitKind.Project)
                reached.Add(Of(unit.Project));
            foreach (var edge in EdgesOf(unit))
                pending.Enqueue(edge);
        }

        while (pending.TryDequeue(out var edge))
        {
            if (pruned.Any(name => string.Equals(name.Value, edge.To.Name, StringComparison.Ordinal)))
                continue;
            reached.Add(edge.To);
            foreach (var extra in edge.Requirement.Extras.Select(one => (ExtraName?)one).Prepend(null))
            {
                if (!seen.Add((edge.To, extra)))
                    continue;
                foreach (var next in EdgesOf(edge.To, extra))
                    pending.Enqueue(next);
            }
        }

        return reached;
    }

    private IEnumerable<LockedEdge> Follow(Requirement requirement, Marker where)
    {
        var marker = where.And(requirement.Marker);
        var isFound = false;
        foreach (var package in byName[requirement.Name.Value])
        {
            var both = marker.And(markers[package]);
            if (both.IsFalse)
                continue;
            isFound = true;
            yield return new LockedEdge(nodes[package], requirement, both);
        }

        if (!isFound && members.Values.FirstOrDefault(node => node.Member?.Name == requirement.Name) is { } member)
            yield return new LockedEdge(member, requirement, marker);
    }

    /// <summary>The packages that a table of `dependencies` points at: all that a lock of another tool says.</summary>
    private IEnumerable<LockedEdge> Refer(TomlTable reference)
    {
        var version = reference.GetString("version");
        foreach (var package in byName[reference.GetString("name") ?? ""])
        {
            if (version is not null && !string.Equals(version, package.Version?.ToString(), StringComparison.Ordinal))
                continue;
            if (PackageName.TryParse(package.Name, out var name, out _))
                yield return new LockedEdge(nodes[package], new Requirement(name), markers[package]);
        }
    }
}

/// <summary>A package of a lock, or a project of the workspace.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Package">The package; null for a project.</param>
/// <param name="Member">The project; null for a package.</param>
public sealed record LockedNode(string Name, PylockPackage? Package, Project? Member)
{
    /// <summary>The version, where it is known.</summary>
    public Version? Version => Package?.Version ?? Member?.Version;

    /// <summary>The name with the version.</summary>
    public override string ToString() => Version is null ? Name : $"{Name} v{Version}";

    /// <inheritdoc/>
    public bool Equals(LockedNode? other) =>
        other is not null && ReferenceEquals(Package, other.Package) && ReferenceEquals(Member, other.Member);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Version);
}

/// <summary>A requirement in a lock, and a package that satisfies it.</summary>
/// <param name="To">The package.</param>
/// <param name="Requirement">The requirement.</param>
/// <param name="Marker">Where it holds.</param>
public sealed record LockedEdge(LockedNode To, Requirement Requirement, Marker Marker);
