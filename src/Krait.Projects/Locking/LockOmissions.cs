using System.Collections.Immutable;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Names;
using Krait.Projects.Workspaces;

namespace Krait.Projects.Locking;

/// <summary>Which packages of a lock are left out, and how local ones are installed.</summary>
public sealed record LockOmissions
{
    /// <summary>Leaves out the chosen projects themselves; with <see cref="IsOnly"/>, everything else.</summary>
    public bool Projects { get; init; }

    /// <summary>Leaves out all members of the workspace.</summary>
    public bool Members { get; init; }

    /// <summary>Leaves out everything that comes from this machine.</summary>
    public bool Local { get; init; }

    /// <summary>Leaves out packages by name.</summary>
    public ImmutableHashSet<PackageName> Packages { get; init; } = [];

    /// <summary>Whether what is named stays, and everything else is left out.</summary>
    public bool IsOnly { get; init; }

    /// <summary>Whether nothing is installed in place.</summary>
    public bool NoEditable { get; init; }

    /// <summary>Packages that are not installed in place.</summary>
    public ImmutableHashSet<PackageName> NoEditablePackages { get; init; } = [];

    /// <summary>Whether a package of the lock stays.</summary>
    public bool Keeps(PylockPackage package, Workspace workspace, ImmutableArray<Project> chosen)
    {
        if (!PackageName.TryParse(package.Name, out var name, out _))
            return true;
        var isMember = package.Directory is not null && workspace.Find(name) is not null;
        var isNamed =
            Packages.Contains(name)
            || (Projects && isMember && chosen.Any(project => project.Name == name))
            || (Members && isMember)
            || (
                Local
                && (package.Directory is not null || package.Archive?.Path is not null || package.Vcs?.Path is not null)
            );
        return isNamed == IsOnly;
    }

    /// <summary>A package as it is installed: in place, or not.</summary>
    public PylockPackage Place(PylockPackage package) =>
        package.Directory is { IsEditable: true } directory
        && (
            NoEditable || (PackageName.TryParse(package.Name, out var name, out _) && NoEditablePackages.Contains(name))
        )
            ? package with
            {
                Directory = directory with { IsEditable = false },
            }
            : package;
}
