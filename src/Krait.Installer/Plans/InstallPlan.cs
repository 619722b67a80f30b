using System.Collections.Immutable;
using System.Text;
using Krait.Environments.Installed;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;

namespace Krait.Installer.Plans;

/// <summary>What has to be done so that an environment has what is wanted, in the order of names; nothing is touched to make it.</summary>
public sealed class InstallPlan
{
    private InstallPlan(ImmutableArray<PlannedOperation> operations) => Operations = operations;

    /// <summary>All operations, also those that leave something as it is.</summary>
    public ImmutableArray<PlannedOperation> Operations { get; }

    /// <summary>The operations that change something.</summary>
    public IEnumerable<PlannedOperation> Changes => Operations.Where(o => o is not PlannedOperation.Keep);

    /// <summary>Whether nothing has to be done.</summary>
    public bool IsEmpty => !Changes.Any();

    /// <summary>The distributions that have to be at hand before the plan can be executed.</summary>
    public IEnumerable<WantedDistribution> Needed => Operations.Select(o => o.Wants).OfType<WantedDistribution>();

    /// <summary>Compares what is installed with what is wanted.</summary>
    /// <exception cref="ArgumentException">Two wanted distributions have one name.</exception>
    public static InstallPlan Create(
        InstalledDistributions installed,
        IEnumerable<WantedDistribution> wanted,
        PlanOptions options
    )
    {
        var operations = ImmutableArray.CreateBuilder<PlannedOperation>();
        var names = new HashSet<PackageName>();
        foreach (var distribution in wanted)
        {
            if (!names.Add(distribution.Name))
                throw new ArgumentException($"`{distribution.Name}` is wanted twice", nameof(wanted));
            operations.Add(Decide(installed, distribution, options));
        }

        foreach (var distribution in installed.All.Concat(installed.Broken))
        {
            if (names.Contains(distribution.Name))
                continue;
            if (distribution.IsForeign)
                operations.Add(new PlannedOperation.Keep(distribution, "it belongs to the system"));
            else if (!options.RemovesOthers)
                operations.Add(new PlannedOperation.Keep(distribution));
            else if (options.IsKept(distribution.Name))
                operations.Add(new PlannedOperation.Keep(distribution, "the environment was made with it"));
            else
                operations.Add(new PlannedOperation.Remove(distribution));
        }

        operations.Sort(static (a, b) => a.Name.CompareTo(b.Name));
        return new InstallPlan(operations.ToImmutable());
    }

    /// <summary>A plan that only removes.</summary>
    public static InstallPlan Removing(IEnumerable<InstalledDistribution> distributions) =>
        new([.. distributions.OrderBy(d => d.Name).Select(d => new PlannedOperation.Remove(d))]);

    /// <summary>One line for each change: `+` installs, `-` removes, `~` reinstalls.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var operation in Changes)
        {
            foreach (var old in operation is PlannedOperation.Reinstall ? [] : operation.Removes)
                text.Append("- ").Append(old.Name).Append("==").Append(old.VersionText).Append('\n');
            if (operation is PlannedOperation.Reinstall reinstall)
                text.Append("~ ").Append(reinstall.Wanted).Append(" (").Append(reinstall.Reason).Append(")\n");
            else if (operation.Wants is { } wanted)
                text.Append("+ ").Append(wanted).Append('\n');
        }

        return text.ToString();
    }

    private static PlannedOperation Decide(
        InstalledDistributions installed,
        WantedDistribution wanted,
        PlanOptions options
    )
    {
        var present = installed.AllOf(wanted.Name).Where(d => !d.IsForeign).ToImmutableArray();
        var broken = installed.Broken.Where(d => d.Name == wanted.Name && !d.IsForeign).ToImmutableArray();
        if (!broken.IsEmpty)
            return new PlannedOperation.Reinstall([.. present, .. broken], wanted, "it was not installed completely");
        if (present.IsEmpty)
            return DecideForeign(installed.Find(wanted.Name), wanted, options);
        if (present.Length > 1)
            return new PlannedOperation.Reinstall(present, wanted, $"it is installed {present.Length} times");
        var old = present[0];
        if (options.ReinstallsAll || options.Reinstalls.Contains(wanted.Name))
            return new PlannedOperation.Reinstall(present, wanted, "asked for");
        if (old.Version != wanted.Version)
            return new PlannedOperation.Change(old, wanted);
        return HasSource(old, wanted, options)
            ? new PlannedOperation.Keep(old)
            : new PlannedOperation.Reinstall(present, wanted, "it comes from another source");
    }

    /// <summary>What belongs to the system stays as it is: another version is installed in front of it, and hides it.</summary>
    private static PlannedOperation DecideForeign(
        InstalledDistribution? present,
        WantedDistribution wanted,
        PlanOptions options
    ) =>
        present is { } old
        && !options.ReinstallsAll
        && !options.Reinstalls.Contains(wanted.Name)
        && old.Version == wanted.Version
        && HasSource(old, wanted, options)
            ? new PlannedOperation.Keep(old, "it belongs to the system")
            : new PlannedOperation.Install(wanted);

    /// <summary>
    /// A file from an index is as good as any of its version, unless exactly what is listed is to be there; what has its own source must
    /// come from there.
    /// </summary>
    private static bool HasSource(InstalledDistribution installed, WantedDistribution wanted, PlanOptions options) =>
        wanted.DirectUrl is null
            ? !options.RemovesOthers || !IsElsewhere(installed)
            : DirectUrlComparison.AreSame(wanted.DirectUrl, installed.ReadDirectUrl())
                && (
                    wanted.Stamp is null || string.Equals(wanted.Stamp, installed.ReadStamp(), StringComparison.Ordinal)
                );

    /// <summary>Code that is used in place, or was built here, is not that of the index, whatever its version.</summary>
    private static bool IsElsewhere(InstalledDistribution installed) =>
        !installed.ReadDirectUrl().IsEmpty
        && DirectUrl.TryParse(installed.ReadDirectUrl().Span, out var origin, out _)
        && origin is DirectUrl.Folder or DirectUrl.Repository;
}
