using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Projects.Inputs;
using Krait.Projects.Workspaces;

namespace Krait.Projects.Locking;

/// <summary>All requirements that a lock was made of, and those of its packages, each with who states it.</summary>
public sealed class LockedRequirements
{
    private readonly ILookup<PackageName, VersionHolder> holders;

    /// <summary>Reads them.</summary>
    /// <param name="found">The lock.</param>
    /// <param name="root">The root of the workspace, whose settings hold for all members.</param>
    /// <param name="units">What the workspace offers.</param>
    public LockedRequirements(WorkspaceLock found, Project root, LockUnits units)
    {
        var all = new List<VersionHolder>();
        foreach (var unit in units.All)
        {
            foreach (var text in found.Stated.GetValueOrDefault(unit.Key, []))
            {
                if (Requirement.TryParse(text, out var requirement, out _))
                    all.Add(new VersionHolder(LabelOf(unit), requirement, IsOwn: true));
            }
        }

        Direct = [.. all.Select(one => one.Requirement.Name)];
        foreach (var package in found.Pylock.Packages)
        {
            foreach (var (requirement, extra) in WorkspaceLock.RequirementsOf(package))
            {
                var who = $"{package.Name}{(extra is null ? "" : $"[{extra}]")} {package.Version}".TrimEnd();
                all.Add(new VersionHolder(who, requirement, IsOwn: false));
            }
        }

        all.AddRange(Settings(root));
        holders = all.ToLookup(one => one.Requirement.Name);
    }

    /// <summary>What projects themselves require.</summary>
    public ImmutableHashSet<PackageName> Direct { get; }

    /// <summary>The requirements on a package.</summary>
    public IEnumerable<VersionHolder> On(PackageName name) => holders[name];

    /// <summary>The requirements that exclude a version, the user's own first.</summary>
    public ImmutableArray<VersionHolder> Excluding(PackageName name, Version version) =>
        [
            .. holders[name]
                .Where(one => one.Requirement.Specifiers is { } versions && !versions.Contains(version))
                .Distinct()
                .OrderByDescending(one => one.IsOwn)
                .ThenBy(one => one.By, StringComparer.Ordinal),
        ];

    /// <summary>What a part of a workspace is called: `api`, `api[fast]`, `api (group dev)`.</summary>
    public static string LabelOf(LockUnit unit) =>
        unit.Kind switch
        {
            LockUnitKind.Extra => $"{unit.Project.Label}[{unit.Name}]",
            LockUnitKind.Group => $"{unit.Project.Label} (group {unit.Name})",
            _ => unit.Project.Label,
        };

    private static IEnumerable<VersionHolder> Settings(Project project)
    {
        var (settings, table) = (project.Settings.Resolving, project.Settings.TableName);
        return Named(settings.Constraints, "constraint-dependencies")
            .Concat(Named(settings.Overrides, "override-dependencies"));

        IEnumerable<VersionHolder> Named(ImmutableArray<Limit> limits, string key) =>
            limits.Select(limit => new VersionHolder($"`{key}` in [{table}]", limit.Requirement, IsOwn: true));
    }
}
