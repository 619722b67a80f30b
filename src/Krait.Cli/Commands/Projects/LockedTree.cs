using System.Collections.Immutable;
using Krait.Cli.Rendering;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Locking;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>The tree of a lock, as text or JSON.</summary>
/// <param name="graph">Who requires whom.</param>
/// <param name="selection">The parts that are shown.</param>
/// <param name="workspace">The workspace.</param>
internal sealed class LockedTree(LockedGraph graph, ProjectSelection selection, Workspace workspace)
{
    private readonly HashSet<(LockedNode, string)> shown = [];
    private Dictionary<LockedNode, List<Branch>>? parents;
    private bool hasRepeated;

    /// <summary>The one environment that is shown; null for all.</summary>
    public MarkerEnvironment? Environment { get; init; }

    /// <summary>Packages that are left out.</summary>
    public required IReadOnlySet<PackageName> Pruned { get; init; }

    /// <summary>How many levels are shown.</summary>
    public int Depth { get; init; }

    /// <summary>Whether the tree shows who requires a package.</summary>
    public bool IsInverted { get; init; }

    /// <summary>Whether subtrees are shown each time.</summary>
    public bool RepeatsPackages { get; init; }

    /// <summary>Whether sizes are shown.</summary>
    public bool ShowsSizes { get; init; }

    /// <summary>Newer versions, by name.</summary>
    public required IReadOnlyDictionary<string, Version> Newer { get; init; }

    /// <summary>What the tree starts from.</summary>
    /// <param name="named">The packages that the user names; none for the projects.</param>
    /// <exception cref="KraitException">There is no such package (unusable input).</exception>
    public List<LockedNode> Roots(List<PackageName> named)
    {
        var all = Reachable();
        if (named.Count > 0)
            return [.. named.SelectMany(name => Named(all, name))];
        if (IsInverted)
        {
            var leaves = all.Where(node => Children(node).Count == 0 && !IsPruned(node) && !IsScript(node));
            return [.. leaves.OrderBy(node => node.Name, StringComparer.Ordinal)];
        }

        // A script is no package: what it needs is what there is to show.
        if (workspace.Script is not null)
            return [.. Children(graph.Of(workspace.Root)).Select(branch => branch.Node).Distinct()];
        var projects = selection.Projects.Select(graph.Of).ToList();
        if (workspace.IsVirtual && selection.Units.Any(unit => ReferenceEquals(unit.Project, workspace.Root)))
            projects.Insert(0, graph.Of(workspace.Root));
        var required = projects.SelectMany(project => Children(project)).Select(branch => branch.Node).ToHashSet();
        var first = projects.Where(project => !required.Contains(project)).ToList();
        return first.Count > 0 ? first : projects;
    }

    /// <summary>Writes the tree for people.</summary>
    public void Write(Terminal terminal, List<LockedNode> roots)
    {
        foreach (var root in roots.Where(root => !IsPruned(root)))
            Write(terminal, new Branch(root, ""), "", "", 0, []);
        if (hasRepeated)
            terminal.WriteResult("(*) Package tree already displayed");
    }

    /// <summary>Writes the graph for programs: packages by an identifier, each with those that it requires.</summary>
    public void WriteJson(Terminal terminal, List<LockedNode> roots) =>
        terminal.WriteResult(
            JsonText.Of(
                writer =>
                {
                    var seen = new HashSet<LockedNode>();
                    var pending = new Queue<LockedNode>(roots.Where(root => !IsPruned(root)));
                    writer.WriteStartObject();
                    writer.WriteStartArray("roots");
                    foreach (var root in pending)
                        writer.WriteStringValue(Identifier(root));
                    writer.WriteEndArray();
                    writer.WriteStartArray("packages");
                    while (pending.TryDequeue(out var node))
                    {
                        if (!seen.Add(node))
                            continue;
                        writer.WriteStartObject();
                        writer.WriteString("id", Identifier(node));
                        writer.WriteString("name", node.Name);
                        writer.WriteString("version", node.Version?.ToString());
                        if (Newer.TryGetValue(node.Name, out var newer))
                            writer.WriteString("latest", newer.ToString());
                        writer.WriteStartArray(IsInverted ? "required_by" : "requires");
                        foreach (var branch in Branches(node))
                        {
                            pending.Enqueue(branch.Node);
                            writer.WriteStartObject();
                            writer.WriteString("id", Identifier(branch.Node));
                            if (branch.Label.Length > 0)
                                writer.WriteString("for", branch.Label);
                            writer.WriteEndObject();
                        }

                        writer.WriteEndArray();
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                    writer.WriteEndObject();
                },
                isIndented: true
            )
        );

    private static string Identifier(LockedNode node) =>
        node.Version is null ? node.Name : $"{node.Name}=={node.Version}";

    private void Write(
        Terminal terminal,
        Branch branch,
        string indent,
        string line,
        int level,
        ImmutableHashSet<LockedNode> path
    )
    {
        var children = level < Depth ? Branches(branch.Node) : [];
        var isRepeated = path.Contains(branch.Node) || (!shown.Add((branch.Node, branch.Extras)) && !RepeatsPackages);
        var isCut = isRepeated && children.Count > 0;
        hasRepeated |= isCut;
        var label = branch.Label.Length > 0 ? $" ({branch.Label})" : "";
        var extras = branch.Extras.Length > 0 ? $"[{branch.Extras}]" : "";
        var name = branch.Node.Version is { } version
            ? $"{branch.Node.Name}{extras} v{version}"
            : $"{branch.Node.Name}{extras}";
        terminal.WriteResult(
            $"{indent}{line}{name}{label}{Latest(branch.Node)}{Size(branch.Node)}{(isCut ? " (*)" : "")}"
        );
        if (isCut)
            return;
        var next =
            indent
            + (
                line.Length == 0 ? ""
                : line[0] == '└' ? "    "
                : "│   "
            );
        for (var i = 0; i < children.Count; i++)
        {
            var mark = i == children.Count - 1 ? "└── " : "├── ";
            Write(terminal, children[i], next, mark, level + 1, path.Add(branch.Node));
        }
    }

    private List<Branch> Branches(LockedNode node) =>
        [.. (IsInverted ? Parents(node) : Children(node)).Where(branch => !IsPruned(branch.Node))];

    private List<Branch> Parents(LockedNode node)
    {
        if (parents is null)
        {
            parents = [];
            foreach (var from in Reachable().Where(node => !IsScript(node)))
            {
                foreach (var branch in Children(from))
                {
                    if (!parents.TryGetValue(branch.Node, out var list))
                        parents[branch.Node] = list = [];
                    list.Add(new Branch(from, branch.Label));
                }
            }
        }

        return parents.GetValueOrDefault(node, []);
    }

    /// <summary>What a node requires where it is shown: for a project also by its extras and groups, which are named.</summary>
    private List<Branch> Children(LockedNode node)
    {
        var branches = new List<Branch>();
        if (node.Member is { } member)
        {
            branches.AddRange(Follow(graph.EdgesOf(node, extra: null), ""));
            foreach (var unit in selection.Units.Where(unit => ReferenceEquals(unit.Project, member)))
            {
                if (unit.Kind == LockUnitKind.Project)
                    continue;
                var kind = unit.Kind == LockUnitKind.Extra ? "extra" : "group";
                branches.AddRange(Follow(graph.EdgesOf(unit), $"{kind}: {unit.Name}"));
            }

            return branches;
        }

        var asked = node.Package is { } package
            ? WorkspaceLock
                .RequirementsOf(package)
                .Select(one => one.Extra)
                .Distinct()
                .OrderBy(extra => extra?.Value, StringComparer.Ordinal)
            : Enumerable.Empty<ExtraName?>();
        foreach (var extra in asked.Prepend(null).Distinct())
            branches.AddRange(Follow(graph.EdgesOf(node, extra), extra is null ? "" : $"extra: {extra}"));
        return branches;
    }

    private IEnumerable<Branch> Follow(ImmutableArray<LockedEdge> edges, string label) =>
        edges
            .Where(edge => Environment is null || edge.Marker.Evaluate(Environment))
            .OrderBy(edge => edge.To.Name, StringComparer.Ordinal)
            .ThenBy(edge => edge.To.Version)
            .DistinctBy(edge => edge.To)
            .Select(edge => new Branch(edge.To, label) { Extras = string.Join(',', edge.Requirement.Extras.Order()) });

    private HashSet<LockedNode> Reachable()
    {
        var reached = new HashSet<LockedNode>();
        var pending = new Queue<LockedNode>(selection.Units.Select(unit => graph.Of(unit.Project)).Distinct());
        while (pending.TryDequeue(out var node))
        {
            if (IsPruned(node) || !reached.Add(node))
                continue;
            foreach (var branch in Children(node))
                pending.Enqueue(branch.Node);
        }

        return reached;
    }

    private static List<LockedNode> Named(HashSet<LockedNode> all, PackageName name)
    {
        var found = all.Where(node => string.Equals(node.Name, name.Value, StringComparison.Ordinal))
            .OrderBy(node => node.Version)
            .ToList();
        return found.Count > 0
            ? found
            : throw new KraitException(
                new Diagnostic("unknown-package", $"there is no package `{name}` in the tree")
                {
                    Hints = ["Look at other platforms with `--universal`, and at other groups with `--all-groups`"],
                }
            )
            {
                Kind = FailureKind.UnusableInput,
            };
    }

    private bool IsScript(LockedNode node) => workspace.Script is not null && node.Member is not null;

    private bool IsPruned(LockedNode node) =>
        Pruned.Any(name => string.Equals(name.Value, node.Name, StringComparison.Ordinal));

    private string Latest(LockedNode node) =>
        node.Version is { } version && Newer.TryGetValue(node.Name, out var newer) && newer > version
            ? $" (latest: v{newer})"
            : "";

    /// <summary>The size of the wheel for the environment that is shown, or of the first.</summary>
    private string Size(LockedNode node) =>
        ShowsSizes
        && (node.Package?.Wheels ?? []).Select(wheel => wheel.Size).FirstOrDefault(size => size is not null)
            is { } bytes
            ? $" ({CacheCommands.Readable(bytes)})"
            : "";

    /// <summary>A child in the tree.</summary>
    /// <param name="Node">The package or project.</param>
    /// <param name="Label">What it is required for, where that is not the parent itself.</param>
    private sealed record Branch(LockedNode Node, string Label)
    {
        /// <summary>The extras that are asked for.</summary>
        public string Extras { get; init; } = "";
    }
}
