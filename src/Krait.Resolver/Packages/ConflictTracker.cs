using Krait.Resolver.Solving;

namespace Krait.Resolver.Packages;

/// <summary>
/// Counts who refuses whom. Five refusals reverse the order: the affected package is decided before the culprit.
/// </summary>
internal sealed class ConflictTracker(PackageTable packages)
{
    private const int Threshold = 5;

    private readonly Dictionary<PackageId, int> affectedCounts = [];
    private readonly Dictionary<PackageId, int> culpritCounts = [];
    private readonly List<PackageId> affected = [];
    private readonly List<PackageId> culprits = [];

    /// <summary>Takes note of a conflict.</summary>
    /// <param name="satisfier">The package whose assignment completed it.</param>
    /// <param name="next">The package that was being decided.</param>
    /// <param name="involved">The packages of the incompatibility.</param>
    public void Record(PackageId satisfier, PackageId next, ReadOnlySpan<PackageId> involved)
    {
        var isReal = false;
        foreach (var package in involved)
        {
            // A proxy and its distribution do not refuse each other: they are one.
            if (package == satisfier || packages[package].Name == packages[satisfier].Name)
                continue;
            isReal = true;
            var count = culpritCounts.GetValueOrDefault(package) + 1;
            culpritCounts[package] = count;
            if (count == Threshold)
                culprits.Add(package);
        }

        if (!isReal)
            return;
        var refusals = affectedCounts.GetValueOrDefault(next) + 1;
        affectedCounts[next] = refusals;
        if (refusals == Threshold)
            affected.Add(next);
    }

    /// <summary>Reverses the order of those who reached the threshold, and takes back decisions for culprits.</summary>
    public void Reprioritize(NamePriorities priorities, SolverState solver)
    {
        foreach (var package in affected)
            priorities.MarkAffected(package);
        affected.Clear();
        foreach (var package in culprits)
        {
            if (priorities.MarkCulprit(package))
                solver.BacktrackBefore(package);
        }

        culprits.Clear();
    }

    public ConflictTracker Copy()
    {
        var copy = new ConflictTracker(packages);
        foreach (var (package, count) in affectedCounts)
            copy.affectedCounts.Add(package, count);
        foreach (var (package, count) in culpritCounts)
            copy.culpritCounts.Add(package, count);
        copy.affected.AddRange(affected);
        copy.culprits.AddRange(culprits);
        return copy;
    }
}
