using Krait.Packaging.Markers;
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
    private readonly Dictionary<(NameId, string?, NameId, string?, Marker), List<ProofEdge>> edges = [];
    private readonly List<(NameId, string?, NameId, string?, Marker)> order = [];

    public ProofReader(ResolutionSession session, Incompatibilities incompatibilities, IncompatibilityId proof)
    {
        this.session = session;
        this.incompatibilities = incompatibilities;
        foreach (var leaf in Leaves(proof))
            Read(leaf);
    }

    /// <summary>The dependencies, without those on Python.</summary>
    public IEnumerable<ProofEdge> Edges => order.SelectMany(key => edges[key]);

    /// <summary>Names of which no version was left.</summary>
    public HashSet<NameId> WithoutVersions { get; } = [];

    /// <summary>Versions of a name that require another version of the same name.</summary>
    public List<(NameId Name, VersionRanges Versions)> OnItself { get; } = [];

    /// <summary>What versions of a name need of the machine.</summary>
    public List<SystemCause> OnSystem { get; } = [];

    /// <summary>Reasons for which versions of a name could not be used.</summary>
    public List<UnusableCause> Reasons { get; } = [];

    private IEnumerable<IncompatibilityId> Leaves(IncompatibilityId proof)
    {
        var leaves = new List<IncompatibilityId>();
        var seen = new HashSet<IncompatibilityId> { proof };
        var stack = new Stack<IncompatibilityId>([proof]);
        while (stack.TryPop(out var incompatibility))
        {
            if (incompatibilities.KindOf(incompatibility) != CauseKind.Derived)
            {
                leaves.Add(incompatibility);
                continue;
            }

            var (first, second) = incompatibilities.CausesOf(incompatibility);
            if (seen.Add(first))
                stack.Push(first);
            if (seen.Add(second))
                stack.Push(second);
        }

        return leaves.OrderBy(leaf => leaf.Value);
    }

    private void Read(IncompatibilityId leaf)
    {
        var (first, second) = incompatibilities.DependencyOf(leaf);
        switch (incompatibilities.KindOf(leaf))
        {
            case CauseKind.Dependency:
                ReadDependency(leaf, first, second);
                break;
            case CauseKind.NoVersions when !session.Packages[first].Name.IsNone:
                WithoutVersions.Add(session.Packages[first].Name);
                break;
            case CauseKind.External:
                var package = incompatibilities.PackagesOf(leaf)[0];
                var versions = session.Ranges[incompatibilities.TermAt(leaf, 0).Set];
                Reasons.Add(
                    new UnusableCause(session.Packages[package].Name, versions, incompatibilities.ReasonOf(leaf))
                );
                break;
        }
    }

    private void ReadDependency(IncompatibilityId leaf, PackageId dependent, PackageId dependency)
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
            OnSystem.Add(
                new SystemCause(
                    from.Name,
                    versions,
                    $"{system} {session.Ranges.VersionOf(session.Ranges.Intern(needed))}"
                )
            );
            return;
        }

        var key = (from.Name, from.Extra?.Value, to.Name, to.Extra?.Value, to.Marker);
        if (!edges.TryGetValue(key, out var known))
        {
            edges.Add(key, known = []);
            order.Add(key);
        }

        var edge = new ProofEdge(from, versions, to, needed);
        var same = known.FindIndex(other => other.Needed.Equals(needed));
        if (same < 0 && (known.Count < 3 || from.Kind == PackageKind.Root))
        {
            known.Add(edge);
            return;
        }

        // Beyond a few, the dependencies of many versions are told as one; what the user says never is.
        same = same < 0 ? 2 : same;
        known[same] = known[same] with
        {
            Versions = known[same].Versions.Union(versions),
            Needed = known[same].Needed.Union(needed),
        };
    }
}

/// <summary>Versions of a name that need something of the machine.</summary>
/// <param name="Name">The name.</param>
/// <param name="Versions">The versions.</param>
/// <param name="Needed">What they need.</param>
internal sealed record SystemCause(NameId Name, VersionRanges Versions, string Needed);

/// <summary>Versions of a name that could not be used.</summary>
/// <param name="Name">The name.</param>
/// <param name="Versions">The versions.</param>
/// <param name="Reason">The number of the reason.</param>
internal sealed record UnusableCause(NameId Name, VersionRanges Versions, int Reason);
