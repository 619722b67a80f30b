using System.Runtime.InteropServices;

namespace Krait.Resolver.Solving;

/// <summary>
/// The assignments so far, in their order, and for each package the accumulated term: what they say together about it.
/// </summary>
internal sealed class PartialSolution(VersionSetStore sets)
{
    private readonly List<Assignment> assignments = [];
    private readonly List<PackageState> packages = [];
    private readonly List<PackageId> decisions = [];

    /// <summary>The number of decisions: the level of the next assignment.</summary>
    public int Level => decisions.Count;

    /// <summary>The decided packages in the order of their decisions.</summary>
    public ReadOnlySpan<PackageId> Decisions => CollectionsMarshal.AsSpan(decisions);

    /// <summary>How many packages there are.</summary>
    public int PackageCount => packages.Count;

    public void EnsurePackage(PackageId package)
    {
        while (packages.Count <= package.Value)
            packages.Add(new PackageState { Accumulated = Term.Any, DecisionLevel = 0 });
    }

    public Term AccumulatedOf(PackageId package) => packages[package.Value].Accumulated;

    public bool IsDecided(PackageId package) => packages[package.Value].DecisionLevel > 0;

    /// <summary>The level at which a package was decided, or 0.</summary>
    public int DecisionLevelOf(PackageId package) => packages[package.Value].DecisionLevel;

    /// <summary>Whether a version of the package must be selected and none is.</summary>
    public bool IsUndecided(PackageId package) =>
        packages[package.Value].Accumulated.IsPositive && packages[package.Value].DecisionLevel == 0;

    /// <summary>The decided version set (of one version) of a package.</summary>
    public SetId DecisionOf(PackageId package) => packages[package.Value].Accumulated.Set;

    public void Decide(PackageId package, SetId version)
    {
        decisions.Add(package);
        Assign(package, Term.Positive(version), IncompatibilityId.None);
        ref var state = ref State(package);
        state.DecisionLevel = Level;
    }

    /// <summary>Adds what follows from an incompatibility all whose other terms are satisfied.</summary>
    public void Derive(PackageId package, Term incompatible, IncompatibilityId cause) =>
        Assign(package, sets.Intersect(packages[package.Value].Accumulated, incompatible.Negate()), cause);

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
            changed.Add(package.Value);
        }

        if (decisions.Count > level)
            decisions.RemoveRange(level, decisions.Count - level);
    }

    /// <summary>The earliest assignment after which the package's accumulated term, within `given`, satisfies a term.</summary>
    public Satisfier SatisfierOf(PackageId package, Term term, Term given)
    {
        // accumulated and given imply term  <=>  accumulated implies (term or not given)
        var target = sets.Union(term, given.Negate());
        var positions = packages[package.Value].Positions;
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

    private void Assign(PackageId package, Term accumulated, IncompatibilityId cause)
    {
        ref var state = ref State(package);
        state.Positions.Add(assignments.Count);
        state.Accumulated = accumulated;
        assignments.Add(new Assignment(package, accumulated.Code, cause, Level));
    }

    private ref PackageState State(PackageId package) => ref CollectionsMarshal.AsSpan(packages)[package.Value];

    /// <summary>An assignment; a decision has no cause.</summary>
    private readonly record struct Assignment(PackageId Package, int Accumulated, IncompatibilityId Cause, int Level);

    private record struct PackageState
    {
        public Term Accumulated;
        public int DecisionLevel;
        public IntList Positions;
    }
}

/// <summary>An assignment that made a term true: its position, cause (none for a decision) and level.</summary>
internal readonly record struct Satisfier(PackageId Package, int Position, IncompatibilityId Cause, int Level);
