using System.Collections.Immutable;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Resolver.Requests;

namespace Krait.Projects.Inputs;

/// <summary>Reads requirements from project files without running anything of the project.</summary>
/// <param name="sources">What the user wants of them.</param>
/// <param name="workingFolder">What relative paths start from.</param>
internal sealed class ProjectFiles(RequirementSources sources, string workingFolder)
{
    /// <summary>Whether a file of this name describes a project.</summary>
    public static bool IsProjectFile(string name) => name is "pyproject.toml" or "setup.cfg" or "setup.py";

    /// <summary>Reads `pyproject.toml` or `setup.cfg`.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">The file as the user named it.</param>
    public ProjectContents Read(string text, string file) =>
        Path.GetFileName(file) switch
        {
            "pyproject.toml" => ReadPyProject(text, file),
            "setup.cfg" => ReadSetupCfg(text, file),
            _ => ProjectContents.Failed(
                new Diagnostic("dynamic-project", "the requirements of a `setup.py` are only known by running it")
                {
                    Hints = ["State them in `pyproject.toml` or `setup.cfg`"],
                }.In(file)
            ),
        };

    /// <summary>Reads the metadata that stands in a script's comments (inline script metadata).</summary>
    public ProjectContents ReadScript(string text, string file)
    {
        var script = ScriptMetadata.Read(text, file, out var errors);
        if (!errors.IsEmpty)
            return ProjectContents.Failed(errors);
        if (script is null)
        {
            return ProjectContents.Failed(
                new Diagnostic(
                    "no-script-metadata",
                    "the script has no `# /// script` block that lists its requirements"
                ).In(file)
            );
        }

        var (settings, problems) = Settings(script.Tool("krait") ?? script.Tool("uv"), file, project: null);
        var table = new SourceTable(settings ?? new ProjectSettings(), sources, FolderOf(file));
        var roots = Roots(
            script.Dependencies,
            new RequirementOrigin.InProject(file),
            table,
            extra: null,
            group: null,
            askedBy: null
        );
        return Finish(
            new ProjectContents(roots) { RequiresPython = script.RequiresPython },
            settings,
            table,
            problems,
            file
        );
    }

    /// <summary>Reads one dependency group of a `pyproject.toml` (PEP 735).</summary>
    public ProjectContents ReadGroup(string text, string file, string group)
    {
        if (!PyProject.TryParse(text, file, out var project, out var errors))
            return ProjectContents.Failed(errors);
        var requirements = project.Groups.Resolve([group], out errors);
        if (!errors.IsEmpty)
            return ProjectContents.Failed([.. errors.Select(error => error.In(file, error.Line))]);
        var origin = new RequirementOrigin.InProject(file) { Name = project.NameText, Group = group };
        var (settings, problems) = Settings(project.Tool("krait") ?? project.Tool("uv"), file, project.Name);
        var table = new SourceTable(settings ?? new ProjectSettings(), sources, FolderOf(file));
        var name = ExtraName.TryParse(group, out var parsed, out _) ? parsed : null;
        var askedBy = project.Name is null || name is null ? null : new ConflictItem(project.Name, name, IsGroup: true);
        var roots = Roots(requirements, origin, table, extra: null, name, askedBy);
        return Finish(
            new ProjectContents(roots) { RequiresPython = project.RequiresPython },
            settings,
            table,
            problems,
            file
        );
    }

    private ProjectContents ReadPyProject(string text, string file)
    {
        if (!PyProject.TryParse(text, file, out var project, out var errors))
            return ProjectContents.Failed(errors);
        if (!project.HasProjectTable)
        {
            return ProjectContents.Failed(
                new Diagnostic(
                    "no-project-table",
                    "the file has no `[project]` table that states what the project needs"
                ).In(file)
            );
        }

        if (!project.HasStaticDependencies)
        {
            return ProjectContents.Failed(
                new Diagnostic(
                    "dynamic-project",
                    "the project's requirements are dynamic: only its build backend knows them"
                ).In(file)
            );
        }

        var origin = new RequirementOrigin.InProject(file) { Name = project.NameText };
        var (settings, problems) = Settings(project.Tool("krait") ?? project.Tool("uv"), file, project.Name);
        var table = new SourceTable(settings ?? new ProjectSettings(), sources, FolderOf(file));
        var extras = new ProjectExtras(project.Name, project.OptionalDependencies, file);
        var contents = Contents(project.Dependencies, extras, origin, table) with
        {
            RequiresPython = project.RequiresPython,
        };
        return Finish(contents, settings, table, problems, file);
    }

    private (ProjectSettings? Settings, ImmutableArray<Diagnostic> Errors) Settings(
        TomlTable? table,
        string file,
        PackageName? project
    )
    {
        if (table is null)
            return (null, []);
        return ProjectSettingsReader.Read(table, file, FolderOf(file), project);
    }

    private string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file, workingFolder)) ?? "/";

    private static ProjectContents Finish(
        ProjectContents contents,
        ProjectSettings? settings,
        SourceTable table,
        ImmutableArray<Diagnostic> problems,
        string file
    ) =>
        contents with
        {
            Settings = settings,
            IndexPins = [.. table.Pins],
            Errors = [.. contents.Errors, .. problems, .. table.Errors.Select(error => error.In(file))],
        };

    private ProjectContents ReadSetupCfg(string text, string file)
    {
        if (!SetupCfg.TryParse(text, file, out var setup, out var errors))
            return ProjectContents.Failed(errors);
        if (setup.Dynamic.Contains("dependencies", StringComparer.Ordinal))
        {
            return ProjectContents.Failed(
                new Diagnostic(
                    "dynamic-project",
                    "the project's requirements stand elsewhere: only its build backend knows them"
                ).In(file)
            );
        }

        var origin = new RequirementOrigin.InProject(file) { Name = setup.Name?.Value };
        var table = new SourceTable(new ProjectSettings(), sources, FolderOf(file));
        var extras = new ProjectExtras(setup.Name, setup.OptionalDependencies, file);
        return Contents(setup.Dependencies, extras, origin, table) with { RequiresPython = setup.RequiresPython };
    }

    /// <summary>What a project needs, by itself and for the extras that are asked for.</summary>
    private ProjectContents Contents(
        ImmutableArray<StatedRequirement> dependencies,
        ProjectExtras extras,
        RequirementOrigin origin,
        SourceTable table
    )
    {
        var own = extras.WithoutItself(dependencies);
        var roots = Roots(own, origin, table, extra: null, group: null, askedBy: null);
        return new ProjectContents(roots.AddRange(ReadExtras(extras, origin, table))) { Errors = [.. extras.Errors] };
    }

    /// <summary>The requirements of the extras that the user names, and of those that the project names itself.</summary>
    private ImmutableArray<RootRequirement> ReadExtras(
        ProjectExtras extras,
        RequirementOrigin origin,
        SourceTable table
    )
    {
        if (sources.IncludesAllExtras)
            extras.AskForAll();
        foreach (var text in sources.Extras.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries)))
            extras.Ask(text);
        var roots = ImmutableArray.CreateBuilder<RootRequirement>();
        foreach (var (extra, requirements) in extras.Resolve())
            roots.AddRange(Roots(requirements, origin, table, extra, group: null, extras.ItemOf(extra)));
        return roots.ToImmutable();
    }

    private static ImmutableArray<RootRequirement> Roots(
        ImmutableArray<StatedRequirement> stated,
        RequirementOrigin origin,
        SourceTable table,
        ExtraName? extra,
        ExtraName? group,
        ConflictItem? askedBy
    ) =>
        [
            .. stated.SelectMany(requirement =>
                table.Apply(new RootRequirement(requirement.Requirement, origin) { AskedBy = askedBy }, extra, group)
            ),
        ];
}
