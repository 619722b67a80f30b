using Krait.Resolver.Forking;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Python;

/// <summary>Everything that one fork knows and others need not.</summary>
internal sealed class ForkState
{
    public ForkState(SolverState solver, PackageTable packages, ForkEnvironment environment)
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
    public int Next { get; set; } = PackageTable.Root;

    /// <summary>The versions (package, set of one version) whose dependencies the solver knows.</summary>
    public Dictionary<(int Package, int Version), Visit> Visits { get; } = [];

    /// <summary>Names (by number) that come from a URL or path.</summary>
    public Dictionary<int, DirectReference> Direct { get; } = [];

    /// <summary>The version (by index) of a package that this fork was made for.</summary>
    public (int Package, int Index)? Forced { get; set; }

    /// <summary>How often a version of a name was tried.</summary>
    public Dictionary<int, int> Tries { get; } = [];

    public ForkState Fork(ForkEnvironment environment)
    {
        var fork = new ForkState(Solver.Fork(), Priorities.Copy(), Conflicts.Copy(), environment) { Next = Next };
        foreach (var (key, visit) in Visits)
            fork.Visits.Add(key, visit);
        foreach (var (name, reference) in Direct)
            fork.Direct.Add(name, reference);
        foreach (var (name, count) in Tries)
            fork.Tries.Add(name, count);
        return fork;
    }
}
