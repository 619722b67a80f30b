using Krait.Packaging.Versions;
using Krait.Resolver.Forking;
using Krait.Resolver.Packages;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Reporting;

/// <summary>
/// Reads the facts that a proof rests on: the leaves of the tree of causes, proxies translated, the same dependency of several
/// versions stated once.
/// </summary>
internal sealed class ProofReader
{
    private readonly ResolutionSession session;
    private readonly Incompatibilities incompatibilities;
    private readonly Dictionary<(int, string?, int, string?), List<ProofEdge>> edges = [];
    private readonly List<(int, string?, int, string?)> order = [];

    public ProofReader(ResolutionSession session, Incompatibilities incompatibilities, int proof)
    {
        this.session = session;
        this.incompatibilities = incompatibilities;
        foreach (var leaf in Leaves(proof))
            Read(leaf);
    }

    /// <summary>The dependencies, without those on Python.</summary>
    public IEnumerable<ProofEdge> Edges => order.SelectMany(key => edges[key]);

    /// <summary>Names (by number) of which no version was left.</summary>
    public HashSet<int> WithoutVersions { get; } = [];

    /// <summary>Versions of a name (by number) that require another version of the same name.</summary>
    public List<(int Name, VersionRanges Versions)> OnItself { get; } = [];

    /// <summary>What versions of a name (by number) need of the machine.</summary>
    public List<(int Name, VersionRanges Versions, string Needed)> OnSystem { get; } = [];

    /// <summary>Reasons for which versions of a name (by number) could not be used.</summary>
    public List<(int Name, VersionRanges Versions, int Reason)> Reasons { get; } = [];

    private SortedSet<int> Leaves(int proof)
    {
        var leaves = new SortedSet<int>();
        var seen = new HashSet<int> { proof };
        var stack = new Stack<int>([proof]);
        while (stack.TryPop(out var incompatibility))
        {
            if (incompatibilities.KindOf(incompatibility) != CauseKind.Derived)
            {
                leaves.Add(incompatibility);
                continue;
            }

            var (first, second) = incompatibilities.CauseOf(incompatibility);
            if (seen.Add(first))
                stack.Push(first);
            if (seen.Add(second))
                stack.Push(second);
        }

        return leaves;
    }

    private void Read(int leaf)
    {
        var (first, second) = incompatibilities.CauseOf(leaf);
        switch (incompatibilities.KindOf(leaf))
        {
            case CauseKind.Dependency:
                ReadDependency(leaf, first, second);
                break;
            case CauseKind.NoVersions when session.Packages[first].Name >= 0:
                WithoutVersions.Add(session.Packages[first].Name);
                break;
            case CauseKind.External:
                var package = incompatibilities.PackagesOf(leaf)[0];
                var versions = session.Ranges[incompatibilities.TermAt(leaf, 0).Set];
                Reasons.Add((session.Packages[package].Name, versions, first));
                break;
        }
    }

    private void ReadDependency(int leaf, int dependent, int dependency)
    {
        var (from, to) = (session.Packages[dependent], session.Packages[dependency]);
        // A proxy only says again what its distribution says.
        if (from.Kind == PackageKind.Proxy && to.Kind != PackageKind.Python)
            return;
        if (to.Kind == PackageKind.Python)
        {
            WithoutVersions.Add(from.Name);
            return;
        }

        var versions = session.Ranges[incompatibilities.TermOf(leaf, dependent).Set];
        if (dependent == dependency)
        {
            OnItself.Add((from.Name, versions));
            return;
        }

        var needed =
            incompatibilities.TermOf(leaf, dependency) is var term && term == Term.Any
                ? VersionRanges.Empty
                : session.Ranges[term.Set];
        if (to.System is { } system)
        {
            OnSystem.Add((from.Name, versions, $"{system} {session.Ranges.VersionOf(session.Ranges.Intern(needed))}"));
            return;
        }

        var key = (from.Name, from.Extra?.Value, to.Name, to.Extra?.Value);
        if (!edges.TryGetValue(key, out var known))
        {
            edges.Add(key, known = []);
            order.Add(key);
        }

        var edge = new ProofEdge(from, versions, to, needed);
        var same = known.FindIndex(other => other.Needed.Equals(needed));
        if (same < 0 && known.Count < 3)
        {
            known.Add(edge);
            return;
        }

        // Beyond a few, the dependencies of many versions are told as one.
        same = same < 0 ? 2 : same;
        known[same] = known[same] with
        {
            Versions = known[same].Versions.Union(versions),
            Needed = known[same].Needed.Union(needed),
        };
    }
}
