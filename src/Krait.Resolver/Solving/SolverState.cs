using System.Runtime.InteropServices;

namespace Krait.Resolver.Solving;

/// <summary>
/// PubGrub, synchronous and without knowledge of what it solves for: packages, version sets and causes are numbers.
/// `docs/solver.md` defines the words. A copy made by <see cref="Fork"/> goes its own way.
/// </summary>
internal sealed class SolverState
{
    private readonly VersionSetStore sets;
    private readonly PartialSolution solution;
    private readonly PackageQueue queue;
    private readonly List<IntList> watched = [];
    private readonly Dictionary<(PackageId Dependent, PackageId Dependency), List<IncompatibilityId>> dependencies = [];
    private readonly List<int> contradictedAt = [];
    private IntList contradicted;
    private IntList propagating;
    private bool hasBacktracked;

    /// <summary>A solver that has decided the root: package 0 at the given version.</summary>
    public SolverState(VersionSetStore sets, SetId rootVersion)
        : this(sets, new PartialSolution(sets), new PackageQueue(), new Incompatibilities())
    {
        EnsurePackage(PackageId.Root);
        RootVersion = rootVersion;
        Incompatibilities.AddTerm(PackageId.Root, Term.Negative(rootVersion));
        var root = Incompatibilities.Seal(CauseKind.Root, PackageId.Root.Value, -1);
        Watch(root);
        solution.Derive(PackageId.Root, Term.Negative(rootVersion), root);
        queue.MarkOutdated(PackageId.Root);
    }

    private SolverState(
        VersionSetStore sets,
        PartialSolution solution,
        PackageQueue queue,
        Incompatibilities incompatibilities
    )
    {
        this.sets = sets;
        this.solution = solution;
        this.queue = queue;
        Incompatibilities = incompatibilities;
    }

    /// <summary>Everything that was learned.</summary>
    public Incompatibilities Incompatibilities { get; }

    /// <summary>The set that holds the root's only version.</summary>
    public SetId RootVersion { get; private init; }

    /// <summary>What was counted so far.</summary>
    public SolverCounts Counts { get; private set; }

    /// <summary>The decided packages, first decision first.</summary>
    public ReadOnlySpan<PackageId> Decisions => solution.Decisions;

    /// <summary>Makes a package known.</summary>
    public void EnsurePackage(PackageId package)
    {
        if (package.Value < watched.Count)
            return;
        solution.EnsurePackage(package);
        queue.EnsurePackage(package);
        while (watched.Count <= package.Value)
            watched.Add(default);
    }

    /// <summary>The set that a package's version must lie in, when one must be selected; `All` otherwise.</summary>
    public SetId RangeOf(PackageId package) =>
        solution.AccumulatedOf(package) is { IsPositive: true } term ? term.Set : SetId.All;

    /// <summary>The versions of a package that nothing excludes so far, whether or not one must be selected.</summary>
    public SetId PossibleOf(PackageId package)
    {
        if (package.Value >= watched.Count)
            return SetId.All;
        var term = solution.AccumulatedOf(package);
        return term.IsPositive ? term.Set : sets.Complement(term.Set);
    }

    /// <summary>Whether a version of the package must be selected and none is yet.</summary>
    public bool IsUndecided(PackageId package) => package.Value < watched.Count && solution.IsUndecided(package);

    /// <summary>Whether a version of the package is decided.</summary>
    public bool IsDecided(PackageId package) => package.Value < watched.Count && solution.IsDecided(package);

    /// <summary>The package to decide next, or none when the partial solution is complete.</summary>
    public PackageId NextPackage(IPriorities priorities) => queue.Peek(solution, priorities);

    /// <summary>No usable version of the package lies in the set.</summary>
    public void AddNoVersions(PackageId package, SetId set)
    {
        Incompatibilities.AddTerm(package, Term.Positive(set));
        Watch(Incompatibilities.Seal(CauseKind.NoVersions, package.Value, -1));
    }

    /// <summary>The versions of the set cannot be used, for a reason that the caller numbers.</summary>
    public void AddUnusable(PackageId package, SetId set, int reason)
    {
        Incompatibilities.AddTerm(package, Term.Positive(set));
        Watch(Incompatibilities.Seal(CauseKind.External, reason, -1));
    }

    /// <summary>A proxy stands for its distribution: whatever set of the proxy is asked for, the distribution lies in it.</summary>
    public void AddProxy(PackageId proxy, PackageId distribution, SetId set)
    {
        EnsurePackage(proxy);
        EnsurePackage(distribution);
        AddMerged(Incompatibilities.AddDependency(sets, CauseKind.Proxy, proxy, set, distribution, set));
    }

    /// <summary>
    /// Decides a package for a version unless one of its dependencies is already violated.
    /// </summary>
    /// <param name="package">The package.</param>
    /// <param name="version">The set of only the version.</param>
    /// <param name="cell">The set for which the dependencies are stated: the version's cell.</param>
    /// <param name="needed">The dependencies: package and set.</param>
    /// <returns>The violated dependency, or none when the package was decided.</returns>
    public IncompatibilityId TryDecide(
        PackageId package,
        SetId version,
        SetId cell,
        ReadOnlySpan<(PackageId Package, SetId Set)> needed
    )
    {
        Span<IncompatibilityId> added =
            needed.Length <= 128 ? stackalloc IncompatibilityId[needed.Length] : new IncompatibilityId[needed.Length];
        for (var i = 0; i < needed.Length; i++)
        {
            EnsurePackage(needed[i].Package);
            added[i] = Incompatibilities.AddDependency(
                sets,
                CauseKind.Dependency,
                package,
                cell,
                needed[i].Package,
                needed[i].Set
            );
            AddMerged(added[i]);
        }

        // Before the first conflict it is not worth looking: going back costs one decision.
        if (hasBacktracked)
        {
            foreach (var dependency in added)
            {
                if (RelationIfDecided(dependency, package, Term.Positive(version)) == TermRelation.Satisfied)
                {
                    Counts = Counts with { Rejections = Counts.Rejections + 1 };
                    return dependency;
                }
            }
        }

        Decide(package, version);
        return IncompatibilityId.None;
    }

    /// <summary>
    /// Decides a package for a version of which it is known that a dependency will refuse it, so that the refusal is found, and
    /// explained, as any conflict is.
    /// </summary>
    public void DecideRefused(
        PackageId package,
        SetId version,
        SetId cell,
        ReadOnlySpan<(PackageId Package, SetId Set)> needed
    )
    {
        foreach (var (dependency, set) in needed)
        {
            EnsurePackage(dependency);
            AddMerged(Incompatibilities.AddDependency(sets, CauseKind.Dependency, package, cell, dependency, set));
        }

        Decide(package, version);
    }

    /// <summary>Decides a package whose dependencies were added before.</summary>
    public void Decide(PackageId package, SetId version)
    {
        Counts = Counts with { Decisions = Counts.Decisions + 1 };
        solution.Decide(package, version);
    }

    /// <summary>
    /// Goes back to before the decision for a package, so that another may be decided first.
    /// </summary>
    /// <returns>How many decisions were taken back; 0 when the package is not decided.</returns>
    public int BacktrackBefore(PackageId package)
    {
        var level = solution.DecisionLevelOf(package);
        if (level <= 1)
            return 0;
        var undone = solution.Level - (level - 1);
        BacktrackTo(level - 1);
        return undone;
    }

    /// <summary>A copy that goes its own way.</summary>
    public SolverState Fork()
    {
        var fork = new SolverState(sets, solution.Copy(), queue.Copy(), Incompatibilities.Copy())
        {
            Counts = Counts,
            RootVersion = RootVersion,
            contradicted = contradicted.Copy(),
            hasBacktracked = hasBacktracked,
        };
        foreach (var list in watched)
            fork.watched.Add(list.Copy());
        foreach (var (pair, list) in dependencies)
            fork.dependencies.Add(pair, [.. list]);
        fork.contradictedAt.AddRange(contradictedAt);
        return fork;
    }

    /// <summary>
    /// Unit propagation from a package whose knowledge changed.
    /// </summary>
    /// <param name="package">The package.</param>
    /// <param name="conflicts">Receives, for each conflict, the package of the satisfier and the learned incompatibility.</param>
    /// <returns>The incompatibility that proves that there is no solution, or none.</returns>
    public IncompatibilityId Propagate(
        PackageId package,
        List<(PackageId Package, IncompatibilityId Incompatibility)> conflicts
    )
    {
        propagating.Truncate(0);
        propagating.Add(package.Value);
        while (propagating.Count > 0)
        {
            var current = new PackageId(propagating[propagating.Count - 1]);
            propagating.Truncate(propagating.Count - 1);
            var conflict = PropagateOne(current);
            if (conflict.IsNone)
                continue;
            Counts = Counts with { Conflicts = Counts.Conflicts + 1 };
            var (almost, rootCause) = ResolveConflict(conflict, conflicts);
            if (almost.IsNone)
                return rootCause;
            propagating.Truncate(0);
            propagating.Add(almost.Value);
            Derive(almost, rootCause);
        }

        return IncompatibilityId.None;
    }

    /// <summary>Looks at the incompatibilities of one package, newest first; returns one that is satisfied, or none.</summary>
    private IncompatibilityId PropagateOne(PackageId package)
    {
        var hasDead = false;
        var result = IncompatibilityId.None;
        for (var i = watched[package.Value].Count - 1; i >= 0; i--)
        {
            var incompatibility = new IncompatibilityId(watched[package.Value][i]);
            if (contradictedAt[incompatibility.Value] != 0)
            {
                hasDead |= contradictedAt[incompatibility.Value] == 1;
                continue;
            }

            switch (Relate(incompatibility, out var almost))
            {
                case TermRelation.Satisfied when almost.IsNone:
                    result = incompatibility;
                    break;
                case TermRelation.Satisfied:
                    if (!propagating.Span.Contains(almost.Value))
                        propagating.Add(almost.Value);
                    Derive(almost, incompatibility);
                    break;
                case TermRelation.Contradicted:
                    MarkContradicted(incompatibility);
                    break;
            }

            if (!result.IsNone)
                break;
        }

        if (hasDead)
            RemoveDead(ref CollectionsMarshal.AsSpan(watched)[package.Value]);
        return result;
    }

    /// <summary>What is contradicted at level 1 is so for good.</summary>
    private void RemoveDead(ref IntList list)
    {
        var kept = 0;
        for (var i = 0; i < list.Count; i++)
        {
            if (contradictedAt[list[i]] != 1)
                list.Set(kept++, list[i]);
        }

        list.Truncate(kept);
    }

    /// <summary>
    /// How the partial solution relates to an incompatibility. `Satisfied` with a package in `almost` means that all terms
    /// but that package's are satisfied.
    /// </summary>
    private TermRelation Relate(IncompatibilityId incompatibility, out PackageId almost)
    {
        almost = PackageId.None;
        var packages = Incompatibilities.PackagesOf(incompatibility);
        var terms = Incompatibilities.TermCodesOf(incompatibility);
        var unknown = 0;
        for (var i = 0; i < packages.Length; i++)
        {
            switch (sets.Relate(solution.AccumulatedOf(packages[i]), Term.FromCode(terms[i])))
            {
                case TermRelation.Contradicted:
                    return TermRelation.Contradicted;
                case TermRelation.Inconclusive:
                    if (++unknown > 1)
                        return TermRelation.Inconclusive;
                    almost = packages[i];
                    break;
            }
        }

        return TermRelation.Satisfied;
    }

    private TermRelation RelationIfDecided(IncompatibilityId incompatibility, PackageId package, Term decision)
    {
        var packages = Incompatibilities.PackagesOf(incompatibility);
        for (var i = 0; i < packages.Length; i++)
        {
            var known = packages[i] == package ? decision : solution.AccumulatedOf(packages[i]);
            var relation = sets.Relate(known, Incompatibilities.TermAt(incompatibility, i));
            if (relation != TermRelation.Satisfied)
                return relation;
        }

        return TermRelation.Satisfied;
    }

    private void Derive(PackageId package, IncompatibilityId cause)
    {
        solution.Derive(package, Incompatibilities.TermOf(cause, package), cause);
        MarkContradicted(cause);
        if (solution.IsUndecided(package))
            queue.MarkOutdated(package);
    }

    private void MarkContradicted(IncompatibilityId incompatibility)
    {
        contradictedAt[incompatibility.Value] = Math.Max(solution.Level, 1);
        contradicted.Add(incompatibility.Value);
    }

    private void BacktrackTo(int level)
    {
        hasBacktracked = true;
        var changed = default(IntList);
        solution.Backtrack(level, ref changed);
        foreach (var value in changed.Span)
        {
            var package = new PackageId(value);
            if (solution.IsUndecided(package))
                queue.MarkOutdated(package);
        }

        while (contradicted.Count > 0 && contradictedAt[contradicted[contradicted.Count - 1]] > level)
        {
            contradictedAt[contradicted[contradicted.Count - 1]] = 0;
            contradicted.Truncate(contradicted.Count - 1);
        }
    }

    /// <summary>Goes from a conflict to its root cause, and back to where that derives something.</summary>
    /// <returns>The package that it says something about, or none when it proves that there is no solution.</returns>
    private (PackageId Package, IncompatibilityId RootCause) ResolveConflict(
        IncompatibilityId conflict,
        List<(PackageId, IncompatibilityId)> conflicts
    )
    {
        var current = conflict;
        while (!Conflicts.IsTerminal(Incompatibilities, current))
        {
            var (satisfier, previousLevel) = Conflicts.FindSatisfier(Incompatibilities, solution, current);
            if (previousLevel < satisfier.Level)
            {
                BacktrackTo(previousLevel);
                if (current != conflict)
                    Watch(current);
                conflicts.Add((satisfier.Package, current));
                return (satisfier.Package, current);
            }

            current = Conflicts.AddPriorCause(Incompatibilities, sets, current, satisfier.Cause, satisfier.Package);
            conflicts.Add((satisfier.Package, current));
        }

        return (PackageId.None, current);
    }

    /// <summary>Watches a dependency, together with older ones of the same packages that need the same set.</summary>
    private void AddMerged(IncompatibilityId incompatibility)
    {
        var (dependent, dependency) = Incompatibilities.DependencyOf(incompatibility);
        ref var older = ref CollectionsMarshal.GetValueRefOrAddDefault(dependencies, (dependent, dependency), out _);
        older ??= [];
        var term = Incompatibilities.TermOf(incompatibility, dependency);
        var kind = Incompatibilities.KindOf(incompatibility);
        for (var i = 0; dependent != dependency && i < older.Count; i++)
        {
            var past = older[i];
            if (Incompatibilities.TermOf(past, dependency) != term || Incompatibilities.KindOf(past) != kind)
                continue;
            var set = sets.Union(
                Incompatibilities.TermOf(past, dependent).Set,
                Incompatibilities.TermOf(incompatibility, dependent).Set
            );
            var needed = term == Term.Any ? SetId.Empty : term.Set;
            var merged = Incompatibilities.AddDependency(sets, kind, dependent, set, dependency, needed);
            CollectionsMarshal.AsSpan(watched)[dependent.Value].RemoveLast(past.Value);
            CollectionsMarshal.AsSpan(watched)[dependency.Value].RemoveLast(past.Value);
            older[i] = merged;
            Watch(merged);
            return;
        }

        older.Add(incompatibility);
        Watch(incompatibility);
    }

    private void Watch(IncompatibilityId incompatibility)
    {
        foreach (var package in Incompatibilities.PackagesOf(incompatibility))
        {
            EnsurePackage(package);
            CollectionsMarshal.AsSpan(watched)[package.Value].Add(incompatibility.Value);
        }

        while (contradictedAt.Count <= incompatibility.Value)
            contradictedAt.Add(0);
    }
}
