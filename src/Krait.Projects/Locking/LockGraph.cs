using System.Runtime.InteropServices;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Projects.Workspaces;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Projects.Locking;

/// <summary>
/// Who reaches what in a locked workspace: from each unit that can be chosen, along its requirements, to members and versions. The condition of a
/// version in the lock is that some unit that reaches it is chosen, in an environment where it does.
/// </summary>
internal sealed class LockGraph
{
    private readonly LockInputs inputs;
    private readonly Resolution resolution;
    private readonly Dictionary<int, Project> members = [];
    private readonly ILookup<LockUnit, ResolvedDependency> rootEdges;
    private readonly ILookup<LockUnit, MemberEdge> memberEdges;
    private readonly VersionRanges pythons;
    private readonly Dictionary<Node, Marker> conditions = [];
    private readonly Dictionary<Marker, Marker> chosen = [];
    private readonly Dictionary<ConflictItem, Choice> choices = [];

    /// <summary>Follows all requirements.</summary>
    /// <param name="inputs">What was asked for.</param>
    /// <param name="resolution">The versions.</param>
    public LockGraph(LockInputs inputs, Resolution resolution)
    {
        this.inputs = inputs;
        this.resolution = resolution;
        pythons = inputs.RequiresPython.ToRanges();
        for (var i = 0; i < resolution.Packages.Length; i++)
        {
            var package = resolution.Packages[i];
            if (package.Candidate.Direct is not null && inputs.Workspace.Find(package.Name) is { } member)
                members.Add(i, member);
        }

        rootEdges = resolution
            .Roots.Where(edge => edge.Origin is not null && inputs.UnitsByOrigin.ContainsKey(edge.Origin))
            .ToLookup(edge => inputs.UnitsByOrigin[edge.Origin!]); // filtered before
        memberEdges = inputs.MemberEdges.ToLookup(edge => edge.From);
        var reached = new Dictionary<Node, List<(Marker Unit, Marker Where)>>();
        foreach (var unit in inputs.Units.All)
        {
            foreach (var (node, where) in new Wave(this).Run(unit))
            {
                ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(reached, node, out _);
                (known ??= []).Add((unit.Condition, where));
            }
        }

        foreach (var (node, units) in reached)
            conditions.Add(node, Join(units));
    }

    /// <summary>Whether a version of the resolution is a member of the workspace.</summary>
    public bool IsMember(int package) => members.ContainsKey(package);

    /// <summary>The condition of a version, in the words of lock files; false where nothing reaches it.</summary>
    public Marker ConditionOf(int package) => Finish(new Node(Unit: null, package, Extra: null));

    /// <summary>The condition of a member, in the words of lock files.</summary>
    public Marker ConditionOf(LockUnit unit) => Finish(new Node(unit, -1, Extra: null));

    /// <summary>The requirements of a version as they lead to other packages.</summary>
    public IEnumerable<ResolvedDependency> EdgesOf(int package) => resolution.Packages[package].Dependencies;

    private Marker Finish(Node node) =>
        conditions.TryGetValue(node, out var condition) ? Choose(condition).AssumePython(pythons) : Marker.False;

    /// <summary>Some unit is chosen, where it reaches the node. A workspace may have thousands of units, most of which reach it everywhere.</summary>
    private static Marker Join(List<(Marker Unit, Marker Where)> units) =>
        Marker.AnyOf(
            units.GroupBy(one => one.Where, one => one.Unit).Select(group => Marker.AnyOf(group).And(group.Key))
        );

    /// <summary>
    /// The condition with the resolver's words for extras and groups that exclude each other put into those of lock files. At most one of a set
    /// is chosen; where several are, several versions of a package hold, and an installer refuses.
    /// </summary>
    private Marker Choose(Marker marker)
    {
        if (!marker.MentionsExtras())
            return marker;
        if (chosen.TryGetValue(marker, out var known))
            return known;
        var mentioned = new HashSet<string>(StringComparer.Ordinal);
        marker.VisitExtras(extra => mentioned.Add(extra.Value));
        var set = inputs
            .Requirements.Settings.Conflicts.Select(one =>
                one.Items.Select(ChoiceOf).Where(choice => mentioned.Contains(choice.Word)).ToList()
            )
            .FirstOrDefault(choices => choices.Count > 0);
        if (set is null)
            return chosen[marker] = marker.WithoutExtras();
        var words = set.Select(choice => choice.Word).ToHashSet(StringComparer.Ordinal);
        var none = Choose(Answer(marker, words, kept: null));
        var parts = set.ConvertAll(choice => (choice.IsActive, Part: Choose(Answer(marker, words, choice.Word))));
        if (parts.TrueForAll(one => one.Part == none))
            return chosen[marker] = none;
        // Whoever is chosen has a part; of many, most have the same.
        var without = Marker.AnyOf(parts.Select(one => one.IsActive)).Not().And(none);
        var with = parts
            .GroupBy(one => one.Part, one => one.IsActive)
            .Select(group => Marker.AnyOf(group).And(group.Key));
        return chosen[marker] = Marker.AnyOf(with.Append(without));
    }

    private static Marker Answer(Marker marker, HashSet<string> words, string? kept) =>
        marker.WithExtras(word => words.Contains(word) ? string.Equals(word, kept, StringComparison.Ordinal) : null);

    /// <summary>An extra or group that excludes others.</summary>
    private Choice ChoiceOf(ConflictItem item)
    {
        if (!choices.TryGetValue(item, out var choice))
            choices.Add(item, choice = new Choice(WordOf(item), IsActive(item)));
        return choice;
    }

    /// <summary>The condition that an extra or group is chosen, by itself or by another that includes it.</summary>
    private Marker IsActive(ConflictItem item)
    {
        var project = inputs
            .Workspace.Members.Prepend(inputs.Workspace.Root)
            .FirstOrDefault(one => one.Name == item.Package);
        var unit =
            project is null ? null
            : item.IsGroup ? inputs.Units.OfGroup(project, item.Name)
            : inputs.Units.OfExtra(project, item.Name);
        return unit is not null && conditions.TryGetValue(new Node(unit, -1, Extra: null), out var condition)
            ? condition.WithoutExtras()
            : Marker.False;
    }

    /// <summary>The extra by which the resolver knows it.</summary>
    private static string WordOf(ConflictItem item)
    {
        var word = "";
        var scoped = item.IsGroup
            ? Marker.FromScopedGroup(item.Package, item.Name)
            : Marker.FromScopedExtra(item.Package, item.Name);
        scoped.VisitExtras(extra => word = extra.Value);
        return word;
    }

    /// <summary>An extra or group that excludes others.</summary>
    /// <param name="Word">The extra by which the resolver knows it.</param>
    /// <param name="IsActive">The condition that it is chosen.</param>
    private sealed record Choice(string Word, Marker IsActive);

    /// <summary>What one unit reaches, and where.</summary>
    private sealed class Wave(LockGraph graph)
    {
        private readonly Dictionary<Node, Marker> reached = [];
        private readonly Queue<Node> queue = new();

        public Dictionary<Node, Marker> Run(LockUnit start)
        {
            Reach(new Node(start, -1, Extra: null), Marker.True);
            while (queue.TryDequeue(out var node))
            {
                var where = reached[node];
                if (node.Unit is { } unit)
                    Leave(unit, where);
                else
                    Leave(node, where);
            }

            return reached;
        }

        private void Leave(LockUnit unit, Marker where)
        {
            foreach (var edge in graph.memberEdges[unit])
                Reach(new Node(edge.To, -1, Extra: null), where.And(edge.Marker));
            foreach (var edge in graph.rootEdges[unit])
                Follow(edge, where);
        }

        private void Leave(Node node, Marker where)
        {
            foreach (var edge in graph.resolution.Packages[node.Package].Dependencies)
            {
                if (edge.Extra == node.Extra)
                    Follow(edge, where);
            }
        }

        private void Follow(ResolvedDependency edge, Marker where)
        {
            var marker = where.And(edge.Marker);
            if (!graph.members.TryGetValue(edge.Package, out var member))
            {
                Reach(new Node(Unit: null, edge.Package, Extra: null), marker);
                foreach (var extra in edge.Requirement.Extras)
                    Reach(new Node(Unit: null, edge.Package, extra), marker);
                return;
            }

            if (graph.inputs.Units.Of(member) is { } itself)
                Reach(new Node(itself, -1, Extra: null), marker);
            foreach (var extra in edge.Requirement.Extras)
            {
                if (graph.inputs.Units.OfExtra(member, extra) is { } known)
                    Reach(new Node(known, -1, Extra: null), marker);
            }
        }

        private void Reach(Node node, Marker marker)
        {
            var isNew = !reached.TryGetValue(node, out var known);
            var joined = isNew ? marker : known.Or(marker);
            if (joined.IsFalse || (!isNew && joined == known))
                return;
            reached[node] = joined;
            queue.Enqueue(node);
        }
    }

    /// <summary>A unit, or a version or one of its extras.</summary>
    private readonly record struct Node(LockUnit? Unit, int Package, ExtraName? Extra);
}
