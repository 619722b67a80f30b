using System.Runtime.InteropServices;

namespace Krait.Resolver.Solving;

/// <summary>
/// The assignments so far, in their order, and for each package the accumulated term: what they say together about it.
/// </summary>
internal sealed class PartialSolution(VersionSetStore sets)
{
    private readonly List<Assignment> assignments = [];
    private readonly List<PackageState> packages = [];
    private readonly List<int> decisions = [];

    /// <summary>The number of decisions: the level of the next assignment.</summary>
    public int Level => decisions.Count;

    /// <summary>The decided packages in the order of their decisions.</summary>
    public ReadOnlySpan<int> Decisions => CollectionsMarshal.AsSpan(decisions);

    /// <summary>How many packages there are.</summary>
    public int PackageCount => packages.Count;

    public void EnsurePackage(int package)
    {
        while (packages.Count <= package)
            packages.Add(new PackageState { Accumulated = Term.Any, DecisionLevel = 0 });
    }

    public Term AccumulatedOf(int package) => packages[package].Accumulated;

    public bool IsDecided(int package) => packages[package].DecisionLevel > 0;

    /// <summary>The level at which a package was decided, or 0.</summary>
    public int DecisionLevelOf(int package) => packages[package].DecisionLevel;

    /// <summary>Whether a version of the package must be selected and none is.</summary>
    public bool IsUndecided(int package) =>
        packages[package].Accumulated.IsPositive && packages[package].DecisionLevel == 0;

    /// <summary>The decided version set (of one version) of a package.</summary>
    public int DecisionOf(int package) => packages[package].Accumulated.Set;

    public void Decide(int package, int version)
    {
        decisions.Add(package);
        Assign(package, Term.Positive(version), -1);
        ref var state = ref State(package);
        state.DecisionLevel = Level;
    }

    /// <summary>Adds what follows from an incompatibility all whose other terms are satisfied.</summary>
    public void Derive(int package, Term incompatible, int cause) =>
        Assign(package, sets.Intersect(packages[package].Accumulated, incompatible.Negate()), cause);

    /// <summary>Forgets everything above a level; reports each package whose knowledge changed.</summary>
    public void Backtrack(int level, ref IntList changed)
    {
        while (assignments.Count > 0 && assignments[^1].Level > level)
        {
            var package = assignments[^1].Package;
            assignments.RemoveAt(assignments.Count - 1);
            ref var state = ref State(package);
            state.Positions.Truncate(state.Positions.Count - 1);
            state.Accumulated =
                state.Positions.Count == 0
                    ? Term.Any
                    : Term.FromCode(assignments[state.Positions[state.Positions.Count - 1]].Accumulated);
            if (state.DecisionLevel > level)
                state.DecisionLevel = 0;
            changed.Add(package);
        }

        if (decisions.Count > level)
            decisions.RemoveRange(level, decisions.Count - level);
    }

    /// <summary>The earliest assignment after which the package's accumulated term, within `given`, satisfies a term.</summary>
    public Satisfier SatisfierOf(int package, Term term, Term given)
    {
        // accumulated and given imply term  <=>  accumulated implies (term or not given)
        var target = sets.Union(term, given.Negate());
        var positions = packages[package].Positions;
        var (low, high) = (0, positions.Count - 1);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var accumulated = Term.FromCode(assignments[positions[middle]].Accumulated);
            if (Implies(accumulated, target))
                high = middle;
            else
                low = middle + 1;
        }

        var assignment = assignments[positions[low]];
        return new Satisfier(package, positions[low], assignment.Cause, assignment.Level);
    }

    public PartialSolution Copy()
    {
        var copy = new PartialSolution(sets);
        copy.assignments.AddRange(assignments);
        copy.decisions.AddRange(decisions);
        copy.packages.EnsureCapacity(packages.Count);
        foreach (var state in packages)
            copy.packages.Add(state with { Positions = state.Positions.Copy() });
        return copy;
    }

    private bool Implies(Term known, Term term) =>
        term == Term.Any || sets.Relate(known, term) == TermRelation.Satisfied;

    private void Assign(int package, Term accumulated, int cause)
    {
        ref var state = ref State(package);
        state.Positions.Add(assignments.Count);
        state.Accumulated = accumulated;
        assignments.Add(new Assignment(package, accumulated.Code, cause, Level));
    }

    private ref PackageState State(int package) => ref CollectionsMarshal.AsSpan(packages)[package];

    /// <summary>An assignment; a decision has no cause (-1).</summary>
    private readonly record struct Assignment(int Package, int Accumulated, int Cause, int Level);

    private record struct PackageState
    {
        public Term Accumulated;
        public int DecisionLevel;
        public IntList Positions;
    }
}

/// <summary>An assignment that made a term true: its position, cause (-1 for a decision) and level.</summary>
internal readonly record struct Satisfier(int Package, int Position, int Cause, int Level);
