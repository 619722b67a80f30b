using System.Collections.Immutable;
using Krait.Packaging.Locations;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Targets;
using Krait.Projects.Work;
using Krait.Projects.Workspaces;
using Krait.Sources;

namespace Krait.Projects.Locking;

/// <summary>Chooses from the lock of a workspace what one machine installs.</summary>
/// <param name="bench">What to work with.</param>
/// <param name="workspace">The workspace.</param>
internal sealed class LockedProject(Workbench bench, Workspace workspace)
{
    private readonly Mirrors mirrors = Mirrors.Of(bench.Indexes);

    /// <summary>The wheels of the chosen parts.</summary>
    /// <exception cref="KraitException">The lock is not for this machine (unusable input).</exception>
    public Task<ImmutableArray<ChosenWheel>> ChooseAsync(
        WorkspaceLock found,
        ProjectSelection selection,
        LockOmissions omissions,
        MachineTarget target,
        string shown,
        CancellationToken cancellationToken
    )
    {
        var pylock = found.Pylock with
        {
            Packages =
            [
                .. found
                    .Pylock.Packages.Where(package => omissions.Keeps(package, workspace, selection.Projects))
                    .Select(omissions.Place)
                    .Select(AtMirror),
            ],
        };
        var reader = new LockedWheels(
            new TextLoader(fetch: null, readStandardInput: null),
            bench.WorkingFolder,
            bench.Builds
        )
        {
            Mirrors = mirrors,
        };
        return reader.ChooseAsync(
            pylock,
            Location.Of(found.File),
            shown,
            target,
            (
                [.. selection.Extras.Select(name => name.Value)],
                // A lock of another tool knows nothing of our names: it has its own default.
                found.IsOurs
                    ? [.. selection.Groups.Select(name => name.Value)]
                    : ForeignGroups(found, selection)
            ),
            cancellationToken
        );
    }

    /// <summary>The files of a package where the mirror of its index has them.</summary>
    private PylockPackage AtMirror(PylockPackage package)
    {
        if (mirrors.IsEmpty || package.Index is null)
            return package;
        return package with
        {
            Sdist = package.Sdist is { } sdist ? Moved(sdist) : null,
            Wheels = package.Wheels is { } wheels ? [.. wheels.Select(Moved)] : null,
        };

        PylockFile Moved(PylockFile file) =>
            file.Url is { } url ? file with { Url = mirrors.FromOriginal(url, package.Index) } : file;
    }

    private static IReadOnlyCollection<string>? ForeignGroups(WorkspaceLock found, ProjectSelection selection)
    {
        var known = found.Pylock.DependencyGroups.ToHashSet(StringComparer.Ordinal);
        var named = selection
            .Units.Where(unit => unit.Kind == LockUnitKind.Group)
            .Select(unit => unit.Chosen.Value)
            .Where(known.Contains);
        return [.. found.Pylock.DefaultGroups.Union(named, StringComparer.Ordinal)];
    }
}
