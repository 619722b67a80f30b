using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Projects.Workspaces;

namespace Krait.Projects.Locking;

/// <summary>
/// Everything that can be chosen from the lock of a workspace, with the names that the lock file has for it. Extras and groups of the root have
/// their own names; projects and what belongs to members are synthetic groups (`project`, `member-api`, `member-api-fast`), which no real
/// group is called.
/// </summary>
public sealed class LockUnits
{
    private readonly Dictionary<(Project, LockUnitKind, ExtraName?), LockUnit> units = [];
    private readonly HashSet<ExtraName> taken = [];

    /// <summary>Names what a workspace offers.</summary>
    public LockUnits(Workspace workspace)
    {
        var root = workspace.Root;
        foreach (var group in root.Groups)
            Add(root, LockUnitKind.Group, group, group);
        foreach (var (extra, _) in root.OptionalDependencies)
            units.Add((root, LockUnitKind.Extra, extra), new LockUnit(root, LockUnitKind.Extra, extra, extra, true));
        if (!workspace.IsVirtual)
            Add(root, LockUnitKind.Project, name: null, Free("project"));
        foreach (var member in workspace.Members.Where(member => !ReferenceEquals(member, root)))
        {
            Add(member, LockUnitKind.Project, name: null, Free($"member-{member.Name}"));
            foreach (var (extra, _) in member.OptionalDependencies)
                Add(member, LockUnitKind.Extra, extra, Free($"member-{member.Name}-{extra}"));
            foreach (var group in member.Groups)
                Add(member, LockUnitKind.Group, group, Free($"member-{member.Name}-group-{group}"));
        }

        All = [.. units.Values];
        Defaults =
        [
            .. All.Where(unit =>
                ReferenceEquals(unit.Project, root)
                && (
                    unit.Kind == LockUnitKind.Project
                    || (unit.Kind == LockUnitKind.Group && root.DefaultGroups.Any(group => group == unit.Name))
                )
            ),
        ];
    }

    /// <summary>All of them.</summary>
    public ImmutableArray<LockUnit> All { get; }

    /// <summary>What is chosen where nothing is said: the root and its default groups.</summary>
    public ImmutableArray<LockUnit> Defaults { get; }

    /// <summary>The unit of a project itself.</summary>
    public LockUnit? Of(Project project) => units.GetValueOrDefault((project, LockUnitKind.Project, null));

    /// <summary>The unit of an extra; null where the project has none of that name.</summary>
    public LockUnit? OfExtra(Project project, ExtraName extra) =>
        units.GetValueOrDefault((project, LockUnitKind.Extra, extra));

    /// <summary>The unit of a dependency group; null where the project has none of that name.</summary>
    public LockUnit? OfGroup(Project project, ExtraName group) =>
        units.GetValueOrDefault((project, LockUnitKind.Group, group));

    private void Add(Project project, LockUnitKind kind, ExtraName? name, ExtraName chosen)
    {
        taken.Add(chosen);
        units.Add((project, kind, name), new LockUnit(project, kind, name, chosen, IsExtra: false));
    }

    /// <summary>A name that nothing else has.</summary>
    private ExtraName Free(string wanted)
    {
        var name = ExtraName.Parse(wanted);
        for (var number = 2; taken.Contains(name); number++)
            name = ExtraName.Parse($"{wanted}-{number}");
        return name;
    }
}
