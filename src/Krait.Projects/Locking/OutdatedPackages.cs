using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Projects.Work;
using Krait.Projects.Workspaces;

namespace Krait.Projects.Locking;

/// <summary>Finds out which locked packages are not the newest, how far each could go as things are, and what keeps it from going further.</summary>
/// <param name="workspace">The workspace.</param>
public sealed class OutdatedPackages(Workspace workspace)
{
    private readonly LockUnits units = new(workspace);

    /// <summary>The packages that have a newer version, by name.</summary>
    /// <param name="bench">What to work with.</param>
    /// <param name="now">The lock as it is.</param>
    /// <param name="upgraded">The lock as it would be with everything upgraded within the bounds of the project.</param>
    /// <param name="cancellationToken">Ends the questions.</param>
    /// <exception cref="Packaging.Text.KraitException">An index cannot be read.</exception>
    public async Task<ImmutableArray<OutdatedPackage>> FindAsync(
        Workbench bench,
        WorkspaceLock now,
        WorkspaceLock upgraded,
        CancellationToken cancellationToken
    )
    {
        var latest = await LatestVersions.FindAsync(bench, now.Pylock, cancellationToken);
        var requirements = new LockedRequirements(upgraded, workspace.Root, units);
        var required = requirements.Direct;
        var (before, after) = (now.Versions, upgraded.Versions);
        var found = ImmutableArray.CreateBuilder<OutdatedPackage>();
        foreach (var (text, newest) in latest.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!PackageName.TryParse(text, out var name, out _))
                continue;
            var reachable = after[text].Max();
            found.Add(
                new OutdatedPackage(name, [.. before[text].Order().Distinct()], newest)
                {
                    Reachable = reachable,
                    IsDirect = required.Contains(name),
                    Holders = reachable is not null && reachable >= newest ? [] : requirements.Excluding(name, newest),
                }
            );
        }

        return found.ToImmutable();
    }
}

/// <summary>A locked package that has a newer version.</summary>
/// <param name="Name">The package.</param>
/// <param name="Locked">The versions that are locked; several where environments differ.</param>
/// <param name="Latest">The newest version that the index has.</param>
public sealed record OutdatedPackage(PackageName Name, ImmutableArray<Version> Locked, Version Latest)
{
    /// <summary>The newest version that `krait lock --upgrade` would take; null where it would not be needed any more.</summary>
    public Version? Reachable { get; init; }

    /// <summary>Whether the project itself requires it.</summary>
    public bool IsDirect { get; init; }

    /// <summary>What excludes the newest version.</summary>
    public ImmutableArray<VersionHolder> Holders { get; init; } = [];
}

/// <summary>A requirement that excludes a version.</summary>
/// <param name="By">Who states it: a package with its version, a project, or a setting.</param>
/// <param name="Requirement">The requirement.</param>
/// <param name="IsOwn">Whether the user can change it.</param>
public sealed record VersionHolder(string By, Requirement Requirement, bool IsOwn);
