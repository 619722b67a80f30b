using Krait.Resolver.Candidates;
using Krait.Resolver.Packages;
using Krait.Resolver.Requests;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Forking;

/// <summary>Everything that one fork knows and others need not.</summary>
internal sealed class ForkState
{
    private ForkState(SolverState solver, PackageTable packages, ForkEnvironment environment)
        : this(solver, new NamePriorities(packages), new ConflictTracker(packages), environment) { }

    private ForkState(
        SolverState solver,
        NamePriorities priorities,
        ConflictTracker conflicts,
        ForkEnvironment environment
    )
    {
        Solver = solver;
        Priorities = priorities;
        Conflicts = conflicts;
        Environment = environment;
    }

    public SolverState Solver { get; }

    public NamePriorities Priorities { get; }

    public ConflictTracker Conflicts { get; }

    public ForkEnvironment Environment { get; }

    /// <summary>The package that is being decided.</summary>
    public PackageId Next { get; set; } = PackageId.Root;

    /// <summary>The versions (package, set of one version) whose dependencies the solver knows.</summary>
    public Dictionary<(PackageId Package, SetId Version), Visit> Visits { get; } = [];

    /// <summary>Names that come from a URL or path.</summary>
    public Dictionary<NameId, DirectReference> Direct { get; } = [];

    /// <summary>Names of which the solver was told something that depends on where they come from.</summary>
    public HashSet<NameId> Stepped { get; } = [];

    /// <summary>The version (by index) of a package that this fork was made for.</summary>
    public (PackageId Package, int Index)? Forced { get; set; }

    /// <summary>How often a version of a name was tried.</summary>
    public Dictionary<NameId, int> Tries { get; } = [];

    /// <summary>A fork that nothing is known of.</summary>
    public static ForkState Begin(ResolutionSession session, ForkEnvironment environment)
    {
        var root = session.Ranges.Single(Version.Parse("0"));
        return new ForkState(new SolverState(session.Ranges.Sets, root), session.Packages, environment);
    }

    /// <summary>
    /// The same fork from its beginning, with the places that names come from: what was learned of a version of an index does not
    /// hold for what stands behind a URL.
    /// </summary>
    public ForkState BeginAgain(ResolutionSession session)
    {
        var state = Begin(session, Environment);
        foreach (var (name, reference) in Direct)
            state.Direct.Add(name, reference);
        return state;
    }

    public ForkState Fork(ForkEnvironment environment)
    {
        var fork = new ForkState(Solver.Fork(), Priorities.Copy(), Conflicts.Copy(), environment) { Next = Next };
        foreach (var (key, visit) in Visits)
            fork.Visits.Add(key, visit);
        foreach (var (name, reference) in Direct)
            fork.Direct.Add(name, reference);
        fork.Stepped.UnionWith(Stepped);
        foreach (var (name, count) in Tries)
            fork.Tries.Add(name, count);
        return fork;
    }
}
