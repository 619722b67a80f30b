using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;
using Krait.Projects.Inputs;

namespace Krait.Projects.Workspaces;

/// <summary>Reads a `pyproject.toml` as a project. All mistakes come out together, with their lines.</summary>
public sealed class ProjectReader
{
    private readonly PyProject manifest;
    private readonly string shown;
    private readonly TableReader read;
    private readonly List<Diagnostic> errors = [];

    private ProjectReader(PyProject manifest, string shown)
    {
        this.manifest = manifest;
        this.shown = shown;
        read = new TableReader(manifest.Document, "invalid-setting");
    }

    /// <summary>Reads a manifest.</summary>
    /// <param name="text">The text of the file.</param>
    /// <param name="file">Its absolute path.</param>
    /// <param name="shown">What messages call it.</param>
    /// <param name="project">The project.</param>
    /// <param name="errors">What is wrong with it.</param>
    public static bool TryRead(
        string text,
        string file,
        string shown,
        [NotNullWhen(true)] out Project? project,
        out ImmutableArray<Diagnostic> errors
    )
    {
        project = null;
        if (!PyProject.TryParse(text, shown, out var manifest, out errors))
            return false;
        var reader = new ProjectReader(manifest, shown);
        var settings = reader.ReadSettings(Path.GetDirectoryName(file) ?? "/");
        project = new Project(file, manifest, settings) { ShownFile = shown };
        reader.CheckGroups(project);
        errors = [.. reader.errors, .. reader.read.Errors.Select(error => error.In(shown, error.Line))];
        if (!errors.IsEmpty)
            project = null;
        return project is not null;
    }

    private ManifestSettings ReadSettings(string folder)
    {
        var name = manifest.Tool("krait") is null ? "uv" : "krait";
        if (manifest.Tool(name) is not { } table)
            return ManifestSettings.None;
        var (resolving, problems) = ProjectSettingsReader.Read(table, shown, folder, manifest.Name);
        errors.AddRange(problems);
        var groups = table["default-groups"];
        var isAll = groups is TomlString { Value: "all" };
        return new ManifestSettings
        {
            Table = table,
            TableName = $"tool.{name}",
            Resolving = resolving,
            IsManaged = read.Boolean(table, "managed") ?? true,
            HasIsolatedMembers = read.Boolean(table, "isolated-members") ?? false,
            IsPackage = table["package"] is TomlBoolean package ? package.Value : null,
            HasAllGroupsByDefault = isAll,
            DefaultGroups = isAll ? null : read.Strings(table, "default-groups"),
            BuildConstraints = Limits(table, "build-constraint-dependencies"),
            GroupPythons = ReadGroupPythons(table),
            Workspace = ReadWorkspace(table),
            DevelopmentDependencies = Requirements(table, "dev-dependencies"),
        };
    }

    private WorkspaceTable? ReadWorkspace(TomlTable table) =>
        read.Table(table, "workspace") is { } workspace
            ? new WorkspaceTable(read.Strings(workspace, "members") ?? [], read.Strings(workspace, "exclude") ?? [])
            : null;

    private ImmutableArray<Limit> Limits(TomlTable table, string key) =>
        [
            .. Requirements(table, key)
                .Select(stated => new Limit(stated.Requirement, new RequirementOrigin.InFile(shown, stated.Line))),
        ];

    private ImmutableArray<StatedRequirement> Requirements(TomlTable table, string key)
    {
        if (table[key] is null || read.Strings(table, key) is null || table.GetArray(key) is not { } array)
            return [];
        var stated = ImmutableArray.CreateBuilder<StatedRequirement>();
        foreach (var item in array.Items.OfType<TomlString>())
        {
            if (Requirement.TryParse(item.Value, out var requirement, out var error))
                stated.Add(new StatedRequirement(requirement, item.Value, manifest.Document.LineOf(item.Start)));
            else
                read.Fail(item, $"`{item.Value}` in `{key}` is not a requirement", error);
        }

        return stated.ToImmutable();
    }

    /// <summary>`[tool.krait.dependency-groups]`: `dev = { requires-python = ">=3.12" }`.</summary>
    private ImmutableDictionary<ExtraName, SpecifierSet> ReadGroupPythons(TomlTable table)
    {
        var pythons = ImmutableDictionary.CreateBuilder<ExtraName, SpecifierSet>();
        foreach (var entry in read.Table(table, "dependency-groups")?.Entries ?? [])
        {
            if (!ExtraName.TryParse(entry.Key, out var group, out _) || entry.Value is not TomlTable settings)
                read.Fail(entry.Value, $"the settings of the dependency group `{entry.Key}` are not a table");
            else if (read.Text(settings, "requires-python") is not { } text)
                continue;
            else if (SpecifierSet.TryParse(text, out var specifiers, out var error))
                pythons[group] = specifiers;
            else
                read.Fail(settings["requires-python"]!, "`requires-python` is not a version specifier", error); // it has a text
        }

        return pythons.ToImmutable();
    }

    /// <summary>Every group is read once, so that a mistake in it is found whatever is synced.</summary>
    private void CheckGroups(Project project)
    {
        _ = manifest.Groups.Resolve(manifest.Groups.Names, out var problems);
        errors.AddRange(problems.Select(error => error.In(shown, error.Line)));
        foreach (var name in project.Settings.DefaultGroups ?? [])
        {
            if (ExtraName.TryParse(name, out var group, out _) && (project.HasGroup(group) || group.Value is "dev"))
                continue;
            read.Fail(
                project.Settings.Table!["default-groups"]!, // they were read from it
                $"`default-groups` has `{name}`, which is not a dependency group of the project"
            );
        }

        foreach (var group in project.Settings.GroupPythons.Keys.Where(group => !project.HasGroup(group)))
        {
            read.Fail(
                project.Settings.Table!["dependency-groups"]!, // they were read from it
                $"there is no dependency group `{group}` that `{project.Settings.TableName}.dependency-groups` could be about"
            );
        }
    }
}
