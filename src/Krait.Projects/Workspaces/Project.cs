using System.Collections.Immutable;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Projects.Inputs;

namespace Krait.Projects.Workspaces;

/// <summary>A project as its `pyproject.toml` describes it; nothing of the project is run.</summary>
/// <param name="File">The absolute path of the `pyproject.toml`.</param>
/// <param name="Manifest">The standard tables.</param>
/// <param name="Settings">Our own table.</param>
public sealed record Project(string File, PyProject Manifest, ManifestSettings Settings)
{
    private static readonly ExtraName Development = ExtraName.Parse("dev");

    /// <summary>The project's directory.</summary>
    public string Folder { get; } = Path.GetDirectoryName(File) ?? "/";

    /// <summary>The text of the manifest that was read, for whoever edits it.</summary>
    public string Text => Manifest.Document.Text;

    /// <summary>The file as messages call it.</summary>
    public string ShownFile { get; init; } = File;

    /// <summary>The name; null where there is no `[project]` table.</summary>
    public PackageName? Name => Manifest.Name;

    /// <summary>What messages call the project: its name, or its directory.</summary>
    public string Label => Manifest.NameText ?? Path.GetFileName(Folder);

    /// <summary>The version; null where it is dynamic or missing.</summary>
    public Version? Version => Manifest.Version;

    /// <summary>The Python versions that the project is for; null where it does not say.</summary>
    public SpecifierSet? RequiresPython => Manifest.RequiresPython;

    /// <summary>What only the project's backend knows; null where the manifest says it, or nobody has asked.</summary>
    public DescribedProject? Described { get; init; }

    /// <summary>What the project requires.</summary>
    public ImmutableArray<StatedRequirement> Dependencies => Described?.Dependencies ?? Manifest.Dependencies;

    /// <summary>What its extras require, in the order of the file.</summary>
    public ImmutableArray<KeyValuePair<ExtraName, ImmutableArray<StatedRequirement>>> OptionalDependencies =>
        Described?.OptionalDependencies ?? Manifest.OptionalDependencies;

    /// <summary>Whether its requirements are known: the manifest states them, or its backend was asked.</summary>
    public bool IsDescribed => Described is not null || !Manifest.HasProjectTable || Manifest.HasStaticDependencies;

    /// <summary>
    /// Whether the project is built and installed: it says so, or it names a build system. Others have an environment, but are not in it.
    /// </summary>
    public bool IsPackage => Manifest.HasProjectTable && (Settings.IsPackage ?? Manifest.BuildSystem is not null);

    /// <summary>What this project says about resolving.</summary>
    public ProjectSettings Resolving => Settings.Resolving;

    /// <summary>The names of its dependency groups, in the order of the file.</summary>
    public ImmutableArray<ExtraName> Groups
    {
        get
        {
            var names = Manifest.Groups.Names.Select(name => ExtraName.Parse(name)); // they are normalized
            if (!Settings.DevelopmentDependencies.IsEmpty)
                names = names.Append(Development);
            return [.. names.Distinct()];
        }
    }

    /// <summary>The requirements of an extra.</summary>
    public ImmutableArray<StatedRequirement> RequirementsOfExtra(ExtraName extra) =>
        OptionalDependencies.FirstOrDefault(pair => pair.Key == extra) is { Key: not null } found ? found.Value : [];

    /// <summary>Whether it has an extra.</summary>
    public bool HasExtra(ExtraName extra) => OptionalDependencies.Any(pair => pair.Key == extra);

    /// <summary>Whether it has a dependency group.</summary>
    public bool HasGroup(ExtraName group) => Groups.Contains(group);

    /// <summary>The groups that are synced where none are named.</summary>
    public ImmutableArray<ExtraName> DefaultGroups =>
        Settings.HasAllGroupsByDefault ? Groups
        : Settings.DefaultGroups is { } named ? [.. named.Select(name => ExtraName.Parse(name)).Where(HasGroup)]
        : HasGroup(Development) ? [Development]
        : [];

    /// <summary>The requirements of a group, with those of the groups that it includes.</summary>
    /// <param name="group">One of <see cref="Groups"/>.</param>
    /// <param name="errors">What is wrong with the group.</param>
    public ImmutableArray<StatedRequirement> RequirementsOf(ExtraName group, out ImmutableArray<Diagnostic> errors)
    {
        errors = [];
        ImmutableArray<StatedRequirement> stated = [];
        if (Manifest.Groups.Contains(group.Value))
            stated = Manifest.Groups.Resolve([group.Value], out errors);
        errors = [.. errors.Select(error => error.In(ShownFile, error.Line))];
        return group == Development ? stated.AddRange(Settings.DevelopmentDependencies) : stated;
    }

    /// <summary>The programs that the project installs (`[project.scripts]` and `[project.gui-scripts]`), with what each calls.</summary>
    public IEnumerable<KeyValuePair<string, string>> Scripts
    {
        get
        {
            foreach (var key in (string[])["scripts", "gui-scripts"])
            {
                foreach (var entry in Manifest.Document.Root.GetTable("project")?.GetTable(key)?.Entries ?? [])
                {
                    if (entry.Value.AsString is { } target)
                        yield return new(entry.Key, target);
                }
            }
        }
    }
}
