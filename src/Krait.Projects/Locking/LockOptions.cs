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

    /// <summary>
    /// How versions are chosen, as the lock keeps it; defaults are left out. Versions that were chosen in another way are not kept.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Choosing
    {
        get
        {
            var choosing = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            if (Resolve.Mode != ResolutionMode.Highest)
                choosing.Add("resolution", Resolve.Mode == ResolutionMode.Lowest ? "lowest" : "lowest-direct");
            if (Resolve.Prereleases.Mode != PrereleaseMode.IfNecessary)
                choosing.Add("prerelease", Resolve.Prereleases.Mode.ToString().ToLowerInvariant());
            if (Strategy != ForkStrategy.RequiresPython)
                choosing.Add("fork-strategy", "fewest");
            if (!CutoffTexts.IsEmpty)
                choosing.Add("exclude-newer", string.Join(' ', CutoffTexts));
            return choosing.ToImmutable();
        }
    }

    /// <summary>Whether anything is to be upgraded, so that a lock that is up to date is made again.</summary>
    public bool UpgradesAnything => Resolve.UpgradesAll || !Resolve.Upgrades.IsEmpty || !UpgradedGroups.IsEmpty;

    /// <summary>What requirements of projects are read with.</summary>
    internal RequirementSources Sources =>
        new() { IgnoresSources = IgnoresSources, SourcelessPackages = SourcelessPackages };
}
