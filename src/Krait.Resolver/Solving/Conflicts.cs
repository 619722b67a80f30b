namespace Krait.Resolver.Solving;

/// <summary>The steps of conflict resolution that decide nothing: what made a conflict true, and what follows from it.</summary>
internal static class Conflicts
{
    /// <summary>Whether an incompatibility proves that there is no solution: nothing but the root is in it.</summary>
    public static bool IsTerminal(Incompatibilities incompatibilities, IncompatibilityId incompatibility)
    {
        var packages = incompatibilities.PackagesOf(incompatibility);
        return packages.Length == 0
            || (
                packages.Length == 1
                && packages[0] == PackageId.Root
                && incompatibilities.TermAt(incompatibility, 0).IsPositive
            );
    }

    /// <summary>The last of the assignments that made the terms true, and the level of the one before.</summary>
    public static (Satisfier Last, int PreviousLevel) FindSatisfier(
        Incompatibilities incompatibilities,
        PartialSolution solution,
        IncompatibilityId incompatibility
    )
    {
        var packages = incompatibilities.PackagesOf(incompatibility);
        Span<Satisfier> satisfiers =
            packages.Length <= 32 ? stackalloc Satisfier[packages.Length] : new Satisfier[packages.Length];
        var last = 0;
        for (var i = 0; i < packages.Length; i++)
        {
            satisfiers[i] = solution.SatisfierOf(packages[i], incompatibilities.TermAt(incompatibility, i), Term.Any);
            if (satisfiers[i].Position > satisfiers[last].Position)
                last = i;
        }

        var satisfier = satisfiers[last];
        var term = incompatibilities.TermAt(incompatibility, last);
        var given = satisfier.Cause.IsNone
            ? solution.AccumulatedOf(satisfier.Package)
            : incompatibilities.TermOf(satisfier.Cause, satisfier.Package).Negate();
        satisfiers[last] = solution.SatisfierOf(satisfier.Package, term, given);
        var previous = 0;
        for (var i = 1; i < packages.Length; i++)
        {
            if (satisfiers[i].Position > satisfiers[previous].Position)
                previous = i;
        }

        return (satisfier, Math.Max(satisfiers[previous].Level, 1));
    }

    /// <summary>{ a, p S } and { b, p T }, where one of S and T always holds: { a, b, p (S or T) }</summary>
    public static IncompatibilityId AddPriorCause(
        Incompatibilities incompatibilities,
        VersionSetStore sets,
        IncompatibilityId incompatibility,
        IncompatibilityId cause,
        PackageId package
    )
    {
        var packages = incompatibilities.PackagesOf(incompatibility).ToArray();
        for (var i = 0; i < packages.Length; i++)
        {
            if (packages[i] == package)
                continue;
            var term = incompatibilities.TermAt(incompatibility, i);
            var other = incompatibilities.TermOf(cause, packages[i]);
            incompatibilities.AddTerm(packages[i], other == Term.Any ? term : sets.Intersect(term, other));
        }

        var causePackages = incompatibilities.PackagesOf(cause).ToArray();
        for (var i = 0; i < causePackages.Length; i++)
        {
            if (causePackages[i] != package && !packages.AsSpan().Contains(causePackages[i]))
                incompatibilities.AddTerm(causePackages[i], incompatibilities.TermAt(cause, i));
        }

        var union = sets.Union(
            incompatibilities.TermOf(incompatibility, package),
            incompatibilities.TermOf(cause, package)
        );
        if (union != Term.Any)
            incompatibilities.AddTerm(package, union);
        return incompatibilities.Seal(CauseKind.Derived, incompatibility.Value, cause.Value);
    }
}
