using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Manifests;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Platform.Files;
using Krait.Projects.Inputs;
using Krait.Projects.Workspaces;
using Krait.Resolver.Requests;

namespace Krait.Projects.Locking;

/// <summary>Reads what a workspace says about its lock. Nothing is fetched, and nothing of a project is run.</summary>
public sealed class LockInputsReader
{
    private readonly Workspace workspace;
    private readonly LockOptions options;
    private readonly LockUnits units;
    private readonly ImmutableArray<ConflictSet> conflicts;
    private readonly HashSet<ConflictItem> conflicting;
    private readonly List<RootRequirement> roots = [];
    private readonly List<IndexPin> pins = [];
    private readonly List<MemberEdge> edges = [];
    private readonly List<Diagnostic> errors = [];
    private readonly Dictionary<RequirementOrigin, LockUnit> origins = [];
    private readonly Dictionary<string, ImmutableArray<string>> stated = new(StringComparer.Ordinal);

    private LockInputsReader(Workspace workspace, LockOptions options)
    {
        this.workspace = workspace;
        this.options = options;
        units = new LockUnits(workspace);
        conflicts = ConflictCliques.Merge([
            .. workspace.Members.Prepend(workspace.Root).Distinct().SelectMany(member => member.Resolving.Conflicts),
        ]);
        conflicting = [.. conflicts.SelectMany(set => set.Items)];
    }

    /// <summary>Reads the inputs.</summary>
    /// <exception cref="KraitException">A requirement, source or setting cannot be used (unusable input).</exception>
    public static LockInputs Read(Workspace workspace, LockOptions options)
    {
        var reader = new LockInputsReader(workspace, options);
        return reader.Read();
    }

    private LockInputs Read()
    {
        var python = workspace.RequiresPython is { } all
            ? SpecifierSimplifier.Simplify(all)
            : SpecifierSet.Parse($">={options.DefaultPython}");
        RefuseNoPython(python);
        foreach (var unit in units.All)
            ReadUnit(unit);
        if (errors.Count > 0)
            throw Unusable(errors[0] with { Notes = [.. errors[0].Notes, .. errors.Skip(1).Select(e => e.Message)] });
        var settings = workspace.Settings.Resolving with
        {
            Conflicts = conflicts,
            Indexes = [.. workspace.Members.SelectMany(member => workspace.ResolvingOf(member).Indexes).Distinct()],
        };
        settings = settings with { Indexes = [.. settings.Indexes.Union(workspace.Settings.Resolving.Indexes)] };
        var requirements = new RequirementSet
        {
            Roots = [.. MemberRoots().Concat(roots)],
            Constraints = settings.Constraints,
            BuildConstraints = workspace.Settings.BuildConstraints,
            Overrides = settings.Overrides,
            Excludes = settings.Excludes,
            RequiresPython = python,
            Settings = settings,
            IndexPins = [.. pins.Distinct()],
        };
        var text = new LockInputsText(workspace, options, settings).Write(python, units, conflicts);
        var sorted = stated.ToImmutableSortedDictionary(StringComparer.Ordinal);
        var full = new StringBuilder(text);
        foreach (var (key, list) in sorted)
        {
            foreach (var requirement in list)
                full.Append(key).Append(" requires ").Append(requirement).Append('\n');
        }

        return new LockInputs
        {
            Workspace = workspace,
            Units = units,
            Requirements = requirements,
            MemberEdges = [.. edges],
            UnitsByOrigin = origins.ToImmutableDictionary(),
            Stated = sorted,
            RequiresPython = python,
            Choosing = options.Choosing,
            SettingsDigest = Digest(text),
            Digest = Digest(full.ToString()),
        };
    }

    /// <summary>Members are there for whoever requires them, a package of an index, too.</summary>
    private IEnumerable<RootRequirement> MemberRoots() =>
        workspace
            .Members.Where(member => member.IsPackage)
            .Select(member => new RootRequirement(
                new Requirement(member.Name!) { Url = member.Folder }, // members have names
                new RequirementOrigin.InProject(member.ShownFile) { Name = member.Label, Group = ":workspace:" }
            )
            {
                IsEditable = !workspace.IsCopied(member),
            });

    private void ReadUnit(LockUnit unit)
    {
        var project = unit.Project;
        var requirements = unit.Kind switch
        {
            LockUnitKind.Project => project.Dependencies,
            LockUnitKind.Extra => project.RequirementsOfExtra(unit.Name!), // extras have names
            _ => GroupOf(unit),
        };
        var origin = new RequirementOrigin.InProject(project.ShownFile)
        {
            Name = project.Manifest.NameText,
            Group = unit.Kind == LockUnitKind.Group ? unit.Name!.Value : null, // groups have names
            Extra = unit.Kind == LockUnitKind.Extra ? unit.Name!.Value : null, // extras have names
        };
        origins[origin] = unit;
        var table = new SourceTable(WithoutMembers(workspace.ResolvingOf(project)), options.Sources, project.Folder);
        foreach (var one in requirements)
            ReadRequirement(unit, one, origin, table);
        pins.AddRange(table.Pins);
        errors.AddRange(table.Errors.Select(error => error.Source is null ? error.In(project.ShownFile) : error));
        if (!requirements.IsEmpty)
        {
            stated[unit.Key] =
            [
                .. requirements
                    .Select(one => one.Requirement.ToString())
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ];
        }
    }

    private ImmutableArray<StatedRequirement> GroupOf(LockUnit unit)
    {
        var requirements = unit.Project.RequirementsOf(unit.Name!, out var problems); // groups have names
        errors.AddRange(problems);
        if (!unit.Project.Settings.GroupPythons.TryGetValue(unit.Name!, out var python))
            return requirements;
        var marker = Marker.FromPython(python.ToRanges());
        return
        [
            .. requirements.Select(one =>
                one with
                {
                    Requirement = one.Requirement.WithMarker(one.Requirement.Marker.And(marker)),
                }
            ),
        ];
    }

    private void ReadRequirement(LockUnit unit, StatedRequirement one, RequirementOrigin origin, SourceTable table)
    {
        var requirement = one.Requirement;
        var project = unit.Project;
        // A project that names itself asks for its own extras.
        if (requirement.Name == project.Name)
        {
            AddMember(unit, project, requirement, requirement.Marker, isItself: true, one);
            return;
        }

        var rest = requirement.Marker;
        foreach (var source in MemberSources(project, requirement.Name, unit))
        {
            var where = rest.And(source.Marker);
            if (where.IsFalse)
                continue;
            if (workspace.Find(requirement.Name) is { } member)
            {
                AddMember(unit, member, requirement, where, isItself: false, one);
            }
            else
            {
                errors.Add(NotAMember(requirement.Name, project, one));
            }

            rest = rest.And(source.Marker.Not());
        }

        if (rest.IsFalse)
            return;
        if (workspace.Find(requirement.Name) is not null && requirement.Url is null && !options.IgnoresSources)
        {
            errors.Add(NotStated(requirement.Name, project, one));
            return;
        }

        var asked = ItemOf(unit) is { } item && conflicting.Contains(item) ? item : null;
        roots.AddRange(
            table.Apply(
                new RootRequirement(rest == requirement.Marker ? requirement : requirement.WithMarker(rest), origin)
                {
                    AskedBy = asked,
                },
                unit.Kind == LockUnitKind.Extra ? unit.Name : null,
                unit.Kind == LockUnitKind.Group ? unit.Name : null
            )
        );
    }

    /// <summary>The extra or group as conflicts name it.</summary>
    internal static ConflictItem? ItemOf(LockUnit unit) =>
        unit.Project.Name is null || unit.Name is null
            ? null
            : new ConflictItem(unit.Project.Name, unit.Name, unit.Kind == LockUnitKind.Group);

    private IEnumerable<StatedSource> MemberSources(Project project, PackageName name, LockUnit unit)
    {
        if (options.IgnoresSources || options.SourcelessPackages.Contains(name))
            return [];
        return workspace.ResolvingOf(project).Sources.TryGetValue(name, out var sources)
            ? sources.Where(source =>
                source.Unsupported is "workspace"
                && (source.Extra is null || (unit.Kind == LockUnitKind.Extra && source.Extra == unit.Name))
                && (source.Group is null || (unit.Kind == LockUnitKind.Group && source.Group == unit.Name))
            )
            : [];
    }

    private static ProjectSettings WithoutMembers(ProjectSettings settings) =>
        settings with
        {
            Sources = settings
                .Sources.Select(pair =>
                    KeyValuePair.Create(pair.Key, pair.Value.RemoveAll(source => source.Unsupported is "workspace"))
                )
                .ToImmutableDictionary(),
        };

    private void AddMember(
        LockUnit unit,
        Project member,
        Requirement requirement,
        Marker where,
        bool isItself,
        StatedRequirement one
    )
    {
        if (!isItself && units.Of(member) is { } itself)
            edges.Add(new MemberEdge(unit, itself, where));
        foreach (var extra in requirement.Extras)
        {
            if (units.OfExtra(member, extra) is { } known)
            {
                edges.Add(new MemberEdge(unit, known, where));
            }
            else
            {
                errors.Add(
                    new Diagnostic("unknown-extra", $"`{member.Label}` has no extra `{extra}`").In(
                        unit.Project.ShownFile,
                        one.Line
                    )
                );
            }
        }
    }

    private static Diagnostic NotAMember(PackageName name, Project project, StatedRequirement one) =>
        new Diagnostic("not-a-member", $"`{name}` should come from the workspace, but is not a member of it")
        {
            Hints = ["Add its directory to `members` of the workspace, or remove its source"],
        }.In(project.ShownFile, one.Line);

    private static Diagnostic NotStated(PackageName name, Project project, StatedRequirement one) =>
        new Diagnostic("member-without-source", $"`{name}` is a member of the workspace, but has no source")
        {
            Hints = [$"Add `{name} = {{ workspace = true }}` to `[{project.Settings.TableName}.sources]`"],
        }.In(project.ShownFile, one.Line);

    private void RefuseNoPython(SpecifierSet python)
    {
        if (!python.ToRanges().IsEmpty)
            return;
        throw Unusable(
            new Diagnostic("no-common-python", "the members of the workspace have no Python version in common")
            {
                Notes =
                [
                    .. workspace
                        .Members.Where(member => member.RequiresPython is not null)
                        .Select(member => $"`{member.Label}` requires Python {member.RequiresPython}"),
                ],
                Hints = ["Change `requires-python` of one of them"],
            }.In(workspace.Root.ShownFile)
        );
    }

    private static string Digest(string text) => "sha256:" + SmallSha256.HexOf(text);

    private static KraitException Unusable(Diagnostic diagnostic) =>
        new(diagnostic) { Kind = FailureKind.UnusableInput };
}
