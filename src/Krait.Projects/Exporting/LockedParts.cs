using System.Collections.Immutable;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Projects.Locking;
using Krait.Projects.Workspaces;

namespace Krait.Projects.Exporting;

/// <summary>The packages of a lock that belong to the chosen parts of a workspace, each with the environments that it is for.</summary>
public sealed record LockedParts
{
    /// <summary>The lock.</summary>
    public required WorkspaceLock Lock { get; init; }

    /// <summary>The workspace.</summary>
    public required Workspace Workspace { get; init; }

    /// <summary>The chosen parts.</summary>
    public required ProjectSelection Selection { get; init; }

    /// <summary>Who requires whom.</summary>
    public required LockedGraph Graph { get; init; }

    /// <summary>The packages, in the order of the lock.</summary>
    public required ImmutableArray<LockedPart> Packages { get; init; }

    /// <summary>Chooses.</summary>
    /// <param name="found">The lock.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="units">What it offers.</param>
    /// <param name="selection">The chosen parts.</param>
    /// <param name="omissions">What is left out.</param>
    /// <param name="pruned">Packages that are left out with everything that nothing else requires.</param>
    public static LockedParts Choose(
        WorkspaceLock found,
        Workspace workspace,
        LockUnits units,
        ProjectSelection selection,
        LockOmissions omissions,
        IReadOnlySet<PackageName> pruned
    )
    {
        var graph = new LockedGraph(found, workspace, units);
        var reached = pruned.Count == 0 ? null : graph.Reach(selection.Units, pruned);
        var (extras, groups) = (selection.Extras, selection.Groups);
        var parts = ImmutableArray.CreateBuilder<LockedPart>();
        foreach (var package in found.Pylock.Packages)
        {
            if (!omissions.Keeps(package, workspace, selection.Projects))
                continue;
            var marker =
                package.Marker is { } text && Marker.TryParse(text, out var parsed, out _)
                    ? parsed.WithChoices(extras, groups)
                    : Marker.True;
            if (marker.IsFalse || (reached is not null && !IsReached(reached, package)))
                continue;
            var placed = omissions.Place(package);
            parts.Add(new LockedPart(placed, marker));
        }

        return new LockedParts
        {
            Lock = found,
            Workspace = workspace,
            Selection = selection,
            Graph = graph,
            Packages = parts.ToImmutable(),
        };
    }

    /// <summary>The names of what requires a package: other packages, and the projects themselves.</summary>
    public ILookup<string, string> Parents()
    {
        var edges = new List<(string To, string From)>();
        var names = Packages.Select(part => part.Package.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var node in Graph.Nodes.Where(node => node.Member is null && names.Contains(node.Name)))
        {
            var extras = node.Package is { } package
                ? WorkspaceLock.RequirementsOf(package).Select(one => one.Extra).Distinct()
                : [];
            foreach (var edge in extras.Append(null).Distinct().SelectMany(extra => Graph.EdgesOf(node, extra)))
                edges.Add((edge.To.Name, node.Name));
        }

        // A script is no package that could require another one.
        foreach (var unit in Workspace.Script is null ? Selection.Units : [])
        {
            foreach (var edge in Graph.EdgesOf(unit))
            {
                edges.Add(
                    (
                        edge.To.Name,
                        unit.Kind == LockUnitKind.Group ? $"{unit.Project.Label}:{unit.Name}" : unit.Project.Label
                    )
                );
            }
        }

        foreach (var member in Workspace.Members.Where(member => !Selection.Projects.Contains(member)))
        {
            if (!names.Contains(member.Name?.Value ?? ""))
                continue;
            foreach (var edge in Graph.EdgesOf(Graph.Of(member), extra: null))
                edges.Add((edge.To.Name, member.Label));
        }

        return edges
            .Where(edge => !string.Equals(edge.To, edge.From, StringComparison.Ordinal))
            .Distinct()
            .OrderBy(edge => edge.From, StringComparer.Ordinal)
            .ToLookup(edge => edge.To, edge => edge.From, StringComparer.Ordinal);
    }

    private static bool IsReached(IReadOnlySet<LockedNode> reached, PylockPackage package) =>
        reached.Any(node =>
            ReferenceEquals(node.Package, package)
            || (
                node.Member is not null
                && package.Directory is not null
                && string.Equals(node.Name, package.Name, StringComparison.Ordinal)
            )
        );
}

/// <summary>A package of a lock, and where it is for the chosen parts.</summary>
/// <param name="Package">The package.</param>
/// <param name="Marker">The environments.</param>
public sealed record LockedPart(PylockPackage Package, Marker Marker);
