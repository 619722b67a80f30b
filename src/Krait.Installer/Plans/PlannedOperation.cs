using System.Collections.Immutable;
using Krait.Environments.Installed;
using Krait.Packaging.Names;

namespace Krait.Installer.Plans;

/// <summary>One thing to do to an environment, or to leave.</summary>
public abstract record PlannedOperation
{
    private PlannedOperation() { }

    /// <summary>The project that it is about.</summary>
    public abstract PackageName Name { get; }

    /// <summary>Install what is not there.</summary>
    public sealed record Install(WantedDistribution Wanted) : PlannedOperation
    {
        /// <inheritdoc/>
        public override PackageName Name => Wanted.Name;
    }

    /// <summary>Put one version in the place of another.</summary>
    public sealed record Change(InstalledDistribution Old, WantedDistribution Wanted) : PlannedOperation
    {
        /// <inheritdoc/>
        public override PackageName Name => Wanted.Name;
    }

    /// <summary>Remove what is there and install the wanted version, though it may be the same.</summary>
    public sealed record Reinstall(ImmutableArray<InstalledDistribution> Old, WantedDistribution Wanted, string Reason)
        : PlannedOperation
    {
        /// <inheritdoc/>
        public override PackageName Name => Wanted.Name;
    }

    /// <summary>Remove what is not wanted.</summary>
    public sealed record Remove(InstalledDistribution Old) : PlannedOperation
    {
        /// <inheritdoc/>
        public override PackageName Name => Old.Name;
    }

    /// <summary>Leave what is there.</summary>
    public sealed record Keep(InstalledDistribution Installed, string? Reason = null) : PlannedOperation
    {
        /// <inheritdoc/>
        public override PackageName Name => Installed.Name;
    }

    /// <summary>What it installs; null when it installs nothing.</summary>
    public WantedDistribution? Wants =>
        this switch
        {
            Install install => install.Wanted,
            Change change => change.Wanted,
            Reinstall reinstall => reinstall.Wanted,
            _ => null,
        };

    /// <summary>What it removes.</summary>
    public ImmutableArray<InstalledDistribution> Removes =>
        this switch
        {
            Change change => [change.Old],
            Reinstall reinstall => reinstall.Old,
            Remove remove => [remove.Old],
            _ => [],
        };
}
