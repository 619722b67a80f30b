using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Projects.Inputs;
using Krait.Projects.Resolving;
using Krait.Resolver.Requests;

namespace Krait.Projects.Locking;

/// <summary>How a workspace is locked, beside what its manifests say.</summary>
public sealed record LockOptions
{
    /// <summary>How versions are chosen.</summary>
    public ResolveOptions Resolve { get; init; } = new();

    /// <summary>What a fork over Python versions optimizes.</summary>
    public ForkStrategy Strategy { get; init; }

    /// <summary>Whether the tables of sources are passed over.</summary>
    public bool IgnoresSources { get; init; }

    /// <summary>Packages for which the tables of sources are passed over.</summary>
    public ImmutableHashSet<PackageName> SourcelessPackages { get; init; } = [];

    /// <summary>What decides which files are too new, as the user wrote it: a duration moves, and is the same choice every day.</summary>
    public ImmutableArray<string> CutoffTexts { get; init; } = [];

    /// <summary>Groups whose packages are upgraded.</summary>
    public ImmutableArray<ExtraName> UpgradedGroups { get; init; } = [];

    /// <summary>The Python version that the lock is for at least, where no project says it (`3.12`).</summary>
    public string DefaultPython { get; init; } = "3.9";

    /// <summary>Whether anything is to be upgraded, so that a lock that is up to date is made again.</summary>
    public bool UpgradesAnything => Resolve.UpgradesAll || !Resolve.Upgrades.IsEmpty || !UpgradedGroups.IsEmpty;

    /// <summary>What requirements of projects are read with.</summary>
    internal RequirementSources Sources =>
        new() { IgnoresSources = IgnoresSources, SourcelessPackages = SourcelessPackages };
}
