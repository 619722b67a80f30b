using System.Collections.Immutable;
using Krait.Environments.Installed;
using Krait.Installer.Plans;
using Krait.Installer.Wheels;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Projects.Inspection;

namespace Krait.Projects.Changing;

/// <summary>Looks in what is about to be installed, and in what stays, for requirements that nothing in the environment is going to meet.</summary>
internal sealed class SetCompleteness
{
    // The first few show what is wrong with the file.
    private const int Shown = 5;

    private readonly ClosedSet set;
    private readonly MarkerEnvironment markers;
    private readonly HashSet<PackageName> names = [];
    private readonly ImmutableArray<InstalledDistribution> kept;

    private SetCompleteness(ClosedSet set, MarkerEnvironment markers, InstallPlan plan)
    {
        this.set = set;
        this.markers = markers;
        names.UnionWith(set.Entries);
        names.UnionWith(plan.Operations.Where(one => one is not PlannedOperation.Remove).Select(one => one.Name));
        // What stays lacks nothing new unless something goes.
        kept = plan.Operations.Any(one => one is PlannedOperation.Remove)
            ? [.. plan.Operations.OfType<PlannedOperation.Keep>().Select(one => one.Installed)]
            : [];
    }

    /// <summary>What is asked of a set of which a plan was made.</summary>
    /// <param name="set">The lock file that the set comes from; null where nothing is promised.</param>
    /// <param name="markers">The environment's markers.</param>
    /// <param name="installed">What is installed before.</param>
    /// <param name="plan">What is going to be done.</param>
    public static SetCompleteness? Of(
        ClosedSet? set,
        MarkerEnvironment markers,
        InstalledDistributions installed,
        InstallPlan plan
    )
    {
        if (set is null)
            return null;
        var completeness = new SetCompleteness(set, markers, plan);
        var removed = plan.Operations.OfType<PlannedOperation.Remove>().Select(one => one.Name).ToHashSet();
        completeness.names.UnionWith(installed.All.Select(one => one.Name).Where(name => !removed.Contains(name)));
        return completeness;
    }

    /// <summary>Refuses a set in which something is missing, or finds the warning about it.</summary>
    /// <param name="wheels">The wheels that are going to be installed.</param>
    /// <returns>The warning, where the set may be incomplete; null where nothing is missing.</returns>
    /// <exception cref="KraitException">Something requires a package that the environment would not have.</exception>
    public Diagnostic? Check(IReadOnlyDictionary<PackageName, StoredWheel> wheels)
    {
        var missing = wheels
            .OrderBy(wheel => wheel.Key)
            .SelectMany(wheel => MissingFor(wheel.Value))
            .Concat(kept.SelectMany(MissingFor))
            .ToImmutableArray();
        if (missing.IsEmpty)
            return null;
        var diagnostic = new Diagnostic("incomplete-lock", $"{missing[0]}, which is missing from `{set.File}`")
        {
            Notes =
            [
                .. missing.Skip(1).Take(Shown - 1).Select(text => $"{text}, which is missing as well"),
                .. missing.Length > Shown
                    ? ImmutableArray.Create($"{missing.Length - Shown} more requirements are not met")
                    : [],
            ],
            Hints = [set.Hint],
        };
        return set.IsLenient ? diagnostic : throw new KraitException(diagnostic);
    }

    private IEnumerable<string> MissingFor(StoredWheel wheel) =>
        wheel.TryReadMetadata(out var metadata, out _)
            ? MissingFor($"{metadata.Name}=={metadata.Version}", metadata.RequiresDist)
            : [];

    private IEnumerable<string> MissingFor(InstalledDistribution distribution) =>
        MissingFor($"{distribution.Name}=={distribution.Version}", new InstalledPackage(distribution).Stated);

    private IEnumerable<string> MissingFor(string pin, IEnumerable<Requirement> requirements) =>
        requirements
            .Where(requirement => !names.Contains(requirement.Name) && requirement.Marker.Evaluate(markers))
            .Select(requirement => $"`{pin}` requires `{requirement.WithMarker(Marker.True)}`");
}
