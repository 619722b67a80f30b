using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Workspaces;
using Krait.Resolver.Requests;

namespace Krait.Projects.Locking;

/// <summary>The parts of a workspace that a command is about.</summary>
public sealed record ProjectSelection
{
    private static readonly ExtraName Development = ExtraName.Parse("dev");

    /// <summary>The projects.</summary>
    public required ImmutableArray<Project> Projects { get; init; }

    /// <summary>What is chosen of them.</summary>
    public required ImmutableArray<LockUnit> Units { get; init; }

    /// <summary>The chosen extras, as the lock calls them.</summary>
    public IReadOnlySet<ExtraName> Extras => Units.Where(unit => unit.IsExtra).Select(unit => unit.Chosen).ToHashSet();

    /// <summary>The chosen groups, as the lock calls them.</summary>
    public IReadOnlySet<ExtraName> Groups => Units.Where(unit => !unit.IsExtra).Select(unit => unit.Chosen).ToHashSet();

    /// <summary>Chooses.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="units">What it offers.</param>
    /// <param name="options">What the user says.</param>
    /// <exception cref="KraitException">A name is unknown (unusable input).</exception>
    public static ProjectSelection Choose(Workspace workspace, LockUnits units, WantedParts options)
    {
        var projects = ProjectsOf(workspace, options);
        var withGroups = WithRoot(workspace, projects, options);
        Check(
            "extra",
            options.Extras,
            withGroups,
            (project, name) => project.HasExtra(name),
            Names(projects, p => p.OptionalDependencies.Select(e => e.Key))
        );
        Check(
            "dependency group",
            [.. options.Groups, .. options.OnlyGroups],
            withGroups,
            (p, name) => p.HasGroup(name),
            Names(withGroups, p => p.Groups)
        );
        var chosen = new List<LockUnit>();
        foreach (var project in withGroups)
        {
            if (!options.IsOnlyGroups && units.Of(project) is { } itself && projects.Contains(project))
            {
                chosen.Add(itself);
                chosen.AddRange(ExtrasOf(project, units, options));
            }

            chosen.AddRange(GroupsOf(project, units, options));
        }

        return new ProjectSelection { Projects = projects, Units = [.. chosen] };
    }

    /// <summary>Refuses extras and groups that exclude each other.</summary>
    /// <param name="inputs">What the workspace says.</param>
    /// <param name="environment">Where the parts are installed; null for everywhere.</param>
    /// <exception cref="KraitException">Two of them are chosen (unusable input).</exception>
    public void RefuseConflicts(LockInputs inputs, MarkerEnvironment? environment)
    {
        if (inputs.Requirements.Settings.Conflicts.IsEmpty)
            return;
        var active = ActiveUnits(inputs, environment)
            .Select(LockInputsReader.ItemOf)
            .OfType<ConflictItem>()
            .ToHashSet();
        foreach (var set in inputs.Requirements.Settings.Conflicts)
        {
            var both = set.Items.Where(active.Contains).ToList();
            if (both.Count < 2)
                continue;
            throw new KraitException(
                new Diagnostic(
                    "conflicting-choices",
                    $"the {Text(both[0])} and the {Text(both[1])} cannot be installed together"
                )
                {
                    Notes = ["`conflicts` in the project's settings says so"],
                    Hints = ["Choose one of them"],
                }
            )
            {
                Kind = FailureKind.UnusableInput,
            };
        }
    }

    /// <summary>The chosen units and all that they lead to.</summary>
    public IReadOnlySet<LockUnit> ActiveUnits(LockInputs inputs, MarkerEnvironment? environment)
    {
        var edges = inputs.MemberEdges.ToLookup(edge => edge.From);
        var active = new HashSet<LockUnit>(Units);
        var pending = new Queue<LockUnit>(Units);
        while (pending.TryDequeue(out var unit))
        {
            foreach (var edge in edges[unit])
            {
                if ((environment is null || edge.Marker.Evaluate(environment)) && active.Add(edge.To))
                    pending.Enqueue(edge.To);
            }
        }

        return active;
    }

    private static string Text(ConflictItem item) => $"{(item.IsGroup ? "group" : "extra")} `{item.Name}`";

    private static ImmutableArray<Project> ProjectsOf(Workspace workspace, WantedParts options)
    {
        if (options.AllPackages)
            return workspace.Members;
        if (!options.Packages.IsEmpty)
            return [.. options.Packages.Select(name => workspace.Find(name) ?? throw UnknownMember(workspace, name))];
        return workspace.IsVirtual && ReferenceEquals(workspace.Current, workspace.Root)
            ? workspace.Members
            : [workspace.Current];
    }

    /// <summary>A virtual root has groups, though it is no project itself.</summary>
    private static ImmutableArray<Project> WithRoot(
        Workspace workspace,
        ImmutableArray<Project> projects,
        WantedParts options
    ) =>
        workspace.IsVirtual
        && options.Packages.IsEmpty
        && (options.AllPackages || ReferenceEquals(workspace.Current, workspace.Root))
            ? projects.Insert(0, workspace.Root)
            : projects;

    private static IEnumerable<LockUnit> ExtrasOf(Project project, LockUnits units, WantedParts options) =>
        project
            .OptionalDependencies.Select(pair => pair.Key)
            .Where(extra => (options.AllExtras || options.Extras.Contains(extra)) && !options.NoExtras.Contains(extra))
            .Select(extra => units.OfExtra(project, extra))
            .OfType<LockUnit>();

    private static IEnumerable<LockUnit> GroupsOf(Project project, LockUnits units, WantedParts options)
    {
        var defaults = options.NoDefaultGroups || options.IsOnlyGroups ? [] : project.DefaultGroups;
        return project
            .Groups.Where(group =>
                (
                    options.AllGroups
                    || options.Groups.Contains(group)
                    || options.OnlyGroups.Contains(group)
                    || (options.OnlyDevelopment && group == Development)
                    || defaults.Contains(group)
                ) && !options.NoGroups.Contains(group)
            )
            .Select(group => units.OfGroup(project, group))
            .OfType<LockUnit>();
    }

    private static List<ExtraName> Names(ImmutableArray<Project> projects, Func<Project, IEnumerable<ExtraName>> of) =>
        [.. projects.SelectMany(of).Distinct().Order()];

    private static void Check(
        string kind,
        ImmutableArray<ExtraName> wanted,
        ImmutableArray<Project> projects,
        Func<Project, ExtraName, bool> has,
        List<ExtraName> known
    )
    {
        foreach (var name in wanted.Where(name => !projects.Any(project => has(project, name))))
        {
            var whose = projects.Length == 1 ? $"`{projects[0].Label}`" : "none of the projects";
            throw new KraitException(
                new Diagnostic(
                    $"unknown-{kind.Replace(' ', '-')}",
                    projects.Length == 1 ? $"{whose} has no {kind} `{name}`" : $"{whose} has a {kind} `{name}`"
                )
                {
                    Notes =
                        known.Count == 0
                            ? []
                            : [$"known are {string.Join(", ", known.Take(10).Select(one => $"`{one}`"))}"],
                }
            )
            {
                Kind = FailureKind.UnusableInput,
            };
        }
    }

    /// <summary>A name that no member has.</summary>
    public static KraitException UnknownMember(Workspace workspace, PackageName name) =>
        new(
            new Diagnostic("unknown-member", $"`{name}` is not a member of the workspace")
            {
                Notes =
                [
                    $"its members are {string.Join(", ", workspace.Members.Take(10).Select(member => $"`{member.Name}`"))}",
                ],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
}
