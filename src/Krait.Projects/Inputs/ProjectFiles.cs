using System.Collections.Immutable;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Resolver.Forking;
using Krait.Resolver.Python;

namespace Krait.Projects.Inputs;

/// <summary>Reads requirements from project files without running anything of the project.</summary>
internal static class ProjectFiles
{
    /// <summary>Whether a file of this name describes a project.</summary>
    public static bool IsProjectFile(string name) => name is "pyproject.toml" or "setup.cfg" or "setup.py";

    /// <summary>Reads `pyproject.toml` or `setup.cfg`.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">The file as the user named it.</param>
    /// <param name="extras">The extras to include.</param>
    /// <param name="allExtras">Whether all are included.</param>
    public static ProjectContents Read(string text, string file, ImmutableArray<string> extras, bool allExtras) =>
        Path.GetFileName(file) switch
        {
            "pyproject.toml" => ReadPyProject(text, file, extras, allExtras),
            "setup.cfg" => ReadSetupCfg(text, file, extras, allExtras),
            _ => ProjectContents.Failed(
                new Diagnostic("dynamic-project", "the requirements of a `setup.py` are only known by running it")
                {
                    Hints = ["State them in `pyproject.toml` or `setup.cfg`"],
                }.In(file)
            ),
        };

    /// <summary>Reads the metadata that stands in a script's comments (inline script metadata).</summary>
    public static ProjectContents ReadScript(string text, string file)
    {
        var script = ScriptMetadata.Read(text, file, out var errors);
        if (!errors.IsEmpty)
            return ProjectContents.Failed(errors);
        if (script is null)
        {
            return ProjectContents.Failed(
                new Diagnostic(
                    "no-script-metadata",
                    "the script has no block `# /// script` that states what it needs"
                ).In(file)
            );
        }
        var table = script.Tool("krait") ?? script.Tool("uv");
        var contents = new ProjectContents(Roots(script.Dependencies, file)) { RequiresPython = script.RequiresPython };
        return table is null
            ? contents
            : WithSettings(contents, ProjectSettingsReader.Read(table, file, project: null));
    }

    /// <summary>Reads one dependency group of a `pyproject.toml` (PEP 735).</summary>
    public static ProjectContents ReadGroup(string text, string file, string group)
    {
        if (!PyProject.TryParse(text, file, out var project, out var errors))
            return ProjectContents.Failed(errors);
        var requirements = project.Groups.Resolve([group], out errors);
        if (!errors.IsEmpty)
            return ProjectContents.Failed([.. errors.Select(error => error.In(file, error.Line))]);
        var label = project.NameText is { } name ? $"{name} ({file}:{group})" : $"{file}:{group}";
        return new ProjectContents(Roots(requirements, label)) { RequiresPython = project.RequiresPython };
    }

    private static ProjectContents ReadPyProject(
        string text,
        string file,
        ImmutableArray<string> extras,
        bool allExtras
    )
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
        var label = project.NameText is { } name ? $"{name} ({file})" : file;
        var roots = Roots(project.Dependencies, label);
        var (added, problems) = ReadExtras(project.OptionalDependencies, project.Name, label, file, extras, allExtras);
        var contents = new ProjectContents(roots.AddRange(added))
        {
            RequiresPython = project.RequiresPython,
            Errors = problems,
        };
        var table = project.Tool("krait") ?? project.Tool("uv");
        return table is null ? contents : WithSettings(contents, ProjectSettingsReader.Read(table, file, project.Name));
    }

    private static ProjectContents WithSettings(
        ProjectContents contents,
        (ProjectSettings Settings, ImmutableArray<Diagnostic> Errors) read
    ) => contents with { Settings = read.Settings, Errors = [.. contents.Errors, .. read.Errors] };

    private static ProjectContents ReadSetupCfg(string text, string file, ImmutableArray<string> extras, bool allExtras)
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
        var label = setup.Name is { } name ? $"{name} ({file})" : file;
        var (added, problems) = ReadExtras(setup.OptionalDependencies, setup.Name, label, file, extras, allExtras);
        return new ProjectContents(Roots(setup.Dependencies, label).AddRange(added))
        {
            RequiresPython = setup.RequiresPython,
            Errors = problems,
        };
    }

    /// <summary>The requirements of the extras that the user names; one that names the project itself brings other extras along.</summary>
    private static (ImmutableArray<RootRequirement> Roots, ImmutableArray<Diagnostic> Errors) ReadExtras(
        ImmutableArray<KeyValuePair<ExtraName, ImmutableArray<StatedRequirement>>> table,
        PackageName? project,
        string label,
        string file,
        ImmutableArray<string> wanted,
        bool all
    )
    {
        var roots = ImmutableArray.CreateBuilder<RootRequirement>();
        var errors = ImmutableArray.CreateBuilder<Diagnostic>();
        var pending = new Queue<ExtraName>(all ? table.Select(pair => pair.Key) : []);
        foreach (var text in wanted.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries)))
        {
            if (ExtraName.TryParse(text, out var extra, out var error))
                pending.Enqueue(extra);
            else
                errors.Add(error);
        }
        var seen = new HashSet<ExtraName>();
        while (pending.TryDequeue(out var extra))
        {
            if (!seen.Add(extra))
                continue;
            var found = table.FirstOrDefault(pair => pair.Key == extra);
            if (found.Key is null)
            {
                errors.Add(UnknownExtra(extra, table, file));
                continue;
            }
            foreach (var stated in found.Value)
            {
                if (project is not null && stated.Requirement.Name == project)
                {
                    stated.Requirement.Extras.ToList().ForEach(pending.Enqueue);
                }
                else
                {
                    roots.Add(
                        Root(stated, label, project is null ? null : new ConflictItem(project, extra, IsGroup: false))
                    );
                }
            }
        }
        return (roots.ToImmutable(), errors.ToImmutable());
    }

    private static Diagnostic UnknownExtra(
        ExtraName extra,
        ImmutableArray<KeyValuePair<ExtraName, ImmutableArray<StatedRequirement>>> table,
        string file
    ) =>
        new Diagnostic("unknown-extra", $"the project has no extra `{extra}`")
        {
            Notes = table.IsEmpty ? [] : [$"it has {string.Join(", ", table.Select(pair => $"`{pair.Key}`"))}"],
        }.In(file);

    private static ImmutableArray<RootRequirement> Roots(ImmutableArray<StatedRequirement> stated, string label) =>
        [.. stated.Select(requirement => Root(requirement, label, askedBy: null))];

    private static RootRequirement Root(StatedRequirement stated, string label, ConflictItem? askedBy) =>
        new(stated.Requirement, label) { AskedBy = askedBy };
}
