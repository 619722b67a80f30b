using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Resolver.Candidates;
using Krait.Resolver.Forking;
using Krait.Resolver.Packages;
using Krait.Resolver.Requests;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Reporting;

/// <summary>
/// The solutions of all forks as one graph: a node for each chosen version and each of its extras that is asked for, an edge
/// for each requirement with the conditions under which it holds.
/// </summary>
internal sealed class SolutionGraph
{
    private readonly Dictionary<(ReleaseKey Release, ExtraName? Extra), int> numbers = [];
    private readonly List<Node> nodes = [];

    public SolutionGraph() => nodes.Add(new Node(Candidate: null, Metadata: null, Extra: null, Release: null));

    /// <summary>Adds a solved fork.</summary>
    public void Add(ResolutionSession session, ForkState state)
    {
        var chosen = Collect(session, state, out var root);
        var queue = new Queue<(int Node, Visit Visit)>();
        var seen = new HashSet<int> { 0 };
        queue.Enqueue((0, root));
        while (queue.TryDequeue(out var next))
        {
            foreach (var active in next.Visit.Requirements)
            {
                var condition = active.Marker.And(state.Environment.FullMarker);
                if (condition.IsFalse || !state.Environment.IncludesPython(condition))
                    continue;
                foreach (var extra in active.Requirement.Extras.Select(e => (ExtraName?)e).Prepend(null))
                {
                    // An extra that a fork leaves out has no content there.
                    if (!chosen.TryGetValue((active.Requirement.Name, extra), out var visit))
                        continue;
                    var target = NumberOf(visit, extra, state.Environment);
                    nodes[next.Node].Edges.Add(new Edge(target, active, condition));
                    if (seen.Add(target))
                        queue.Enqueue((target, visit));
                }
            }
        }
    }

    /// <summary>The graph as a result: conditions carried along the edges from the root, versions that none reaches left out.</summary>
    public Resolution ToResolution(
        Func<PackageName, ImmutableArray<Version>> knownVersions,
        Func<PackageName, Version, string?> unusableReason,
        Marker pythons
    )
    {
        var markers = Propagate(pythons);
        var kept = Enumerable.Range(1, nodes.Count - 1).Where(node => !markers[node].IsFalse).ToList();
        var groups = kept.GroupBy(node => nodes[node].Release!) // only the root has none
            .OrderBy(group => group.Key.Name)
            .ThenBy(group => group.Key.Version)
            .ThenBy(group => group.Key.Index, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Url, StringComparer.Ordinal)
            .Select(group => group.ToList())
            .ToList();
        var places = new Dictionary<int, int>();
        for (var i = 0; i < groups.Count; i++)
        {
            foreach (var node in groups[i])
                places.Add(node, i);
        }

        var packages = groups.Select(group => ToPackage(group, markers, places)).ToImmutableArray();
        return new Resolution(packages, DependenciesOf(0, places))
        {
            KnownVersions = knownVersions,
            UnusableReason = unusableReason,
        };
    }

    private static Dictionary<(PackageName, ExtraName?), Visit> Collect(
        ResolutionSession session,
        ForkState state,
        out Visit root
    )
    {
        var chosen = new Dictionary<(PackageName, ExtraName?), Visit>();
        root = state.Visits[(PackageId.Root, state.Solver.RootVersion)];
        foreach (var package in state.Solver.Decisions)
        {
            var key = session.Packages[package];
            if (key.Kind != PackageKind.Content)
                continue;
            var visit = state.Visits[(package, state.Solver.RangeOf(package))];
            chosen.TryAdd((session.Packages.NameAt(key.Name), key.Extra), visit);
        }

        return chosen;
    }

    private ResolvedPackage ToPackage(List<int> group, Marker[] markers, Dictionary<int, int> places)
    {
        var first = nodes[group[0]];
        var marker = Marker.False;
        foreach (var node in group)
            marker = marker.Or(markers[node]);
        return new ResolvedPackage(first.Candidate!, first.Metadata!, marker) // only the root has neither
        {
            Extras = [.. group.Select(node => nodes[node].Extra).OfType<ExtraName>().Order()],
            Dependencies = [.. group.SelectMany(node => DependenciesOf(node, places))],
        };
    }

    private ImmutableArray<ResolvedDependency> DependenciesOf(int node, Dictionary<int, int> places)
    {
        var result = new List<ResolvedDependency>();
        var indexes = new Dictionary<(int, Requirement, RequirementOrigin?), int>();
        foreach (var edge in nodes[node].Edges)
        {
            if (!places.TryGetValue(edge.Target, out var place))
                continue;
            var origin = edge.Active.Root?.Origin;
            if (indexes.TryGetValue((place, edge.Active.Requirement, origin), out var index))
            {
                result[index] = result[index] with { Marker = result[index].Marker.Or(edge.Condition) };
                continue;
            }

            indexes.Add((place, edge.Active.Requirement, origin), result.Count);
            result.Add(
                new ResolvedDependency(place, edge.Active.Requirement, nodes[node].Extra, edge.Condition)
                {
                    Origin = origin,
                    Source = edge.Active.Source,
                }
            );
        }

        return [.. result];
    }

    /// <summary>
    /// Each node's condition: that of any path from the root. A node is looked at again when its condition widened, which in a
    /// cycle ends because conditions only widen.
    /// </summary>
    private Marker[] Propagate(Marker pythons)
    {
        var markers = new Marker[nodes.Count];
        Array.Fill(markers, Marker.False);
        markers[0] = Marker.True;
        var queue = new Queue<int>([0]);
        var queued = new HashSet<int> { 0 };
        while (queue.TryDequeue(out var node))
        {
            queued.Remove(node);
            foreach (var edge in nodes[node].Edges)
            {
                var widened = markers[edge.Target].Or(markers[node].And(edge.Condition));
                // What only holds on Pythons that nobody asks for does not hold.
                if (widened == markers[edge.Target] || widened.IsDisjointFrom(pythons))
                    continue;
                markers[edge.Target] = widened;
                if (queued.Add(edge.Target))
                    queue.Enqueue(edge.Target);
            }
        }

        return markers;
    }

    private int NumberOf(Visit visit, ExtraName? extra, ForkEnvironment environment)
    {
        var candidate = visit.Candidate!; // only the root has none
        // The files of one version differ from index to index.
        var pinned = environment.IndexOf(candidate.Name);
        var release = new ReleaseKey(candidate.Name, candidate.Version, pinned, candidate.Direct?.Url);
        var key = (release, extra);
        if (!numbers.TryGetValue(key, out var number))
        {
            numbers.Add(key, number = nodes.Count);
            nodes.Add(new Node(candidate, visit.Metadata, extra, release));
        }

        return number;
    }

    /// <summary>What is installed: one version may come from several indexes and addresses.</summary>
    private sealed record ReleaseKey(PackageName Name, Version Version, string? Index, string? Url);

    private sealed record Node(Candidate? Candidate, CoreMetadata? Metadata, ExtraName? Extra, ReleaseKey? Release)
    {
        public List<Edge> Edges { get; } = [];
    }

    private readonly record struct Edge(int Target, ActiveRequirement Active, Marker Condition);
}
