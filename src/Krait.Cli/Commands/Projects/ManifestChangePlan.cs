using System.Collections.Immutable;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Projects.Editing;
using Krait.Projects.Locking;

namespace Krait.Cli.Commands.Projects;

/// <summary>A change of manifests that a command is about to make.</summary>
/// <param name="Rewrites">The manifests as they are to be locked.</param>
internal sealed record ManifestChangePlan(ImmutableArray<ManifestRewrite> Rewrites)
{
    /// <summary>Makes what is written of what was locked: bounds, and what was only there for choosing; null where that is the same.</summary>
    public Func<WorkspaceLock, ImmutableArray<ManifestRewrite>>? Finish { get; init; }

    /// <summary>The list that changes; what it belongs to is synced.</summary>
    public DependencyPlace Place { get; init; } = DependencyPlace.Main;

    /// <summary>Whether packages stay in the environment that the lock does not ask for.</summary>
    public bool IsInexact { get; init; }

    /// <summary>The summary to print once the change is done.</summary>
    public ImmutableArray<string> Messages { get; init; } = [];

    /// <summary>The summary that is only known once the change is done.</summary>
    public Func<ImmutableArray<string>>? FinalMessages { get; init; }

    /// <summary>Packages whose locked versions are not kept.</summary>
    public ImmutableHashSet<PackageName> Upgrades { get; init; } = [];

    /// <summary>Whether no locked version is kept.</summary>
    public bool UpgradesAll { get; init; }

    /// <summary>What to do about versions that cannot be found.</summary>
    public string? FailureHint { get; init; }
}
