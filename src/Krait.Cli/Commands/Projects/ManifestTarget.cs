using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Editing;
using Krait.Projects.Scaffolding;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>The manifest or script that `add` and `remove` change.</summary>
internal sealed class ManifestTarget
{
    private readonly TextFile file;
    private readonly ScriptEditor? script;

    private ManifestTarget(TextFile file, Workspace? workspace, Project? project, ScriptEditor? script)
    {
        this.file = file;
        this.script = script;
        Workspace = workspace;
        Project = project;
        Editor = script?.Manifest ?? new ManifestEditor(project!.Manifest.Document); // one of them is there
    }

    /// <summary>Changes it.</summary>
    public ManifestEditor Editor { get; }

    /// <summary>The workspace; null for a script.</summary>
    public Workspace? Workspace { get; }

    /// <summary>The project; null for a script.</summary>
    public Project? Project { get; }

    /// <summary>The directory that relative paths in it start from.</summary>
    public string Folder => Path.GetDirectoryName(file.Path) ?? "/";

    /// <summary>Whether it is a script.</summary>
    public bool IsScript => script is not null;

    /// <summary>Its path.</summary>
    public string FilePath => file.Path;

    /// <summary>It with the changes that were made so far.</summary>
    public ManifestRewrite Rewrite => new(file, script?.ToText() ?? Editor.Text);

    /// <summary>Finds what the command line means.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="newScriptPython">The Python version that a script without metadata is for (`>=3.12`).</param>
    /// <exception cref="KraitException">It cannot be read or used (unusable input).</exception>
    public static ManifestTarget Open(KraitContext context, ParsedArguments arguments, string? newScriptPython)
    {
        if (arguments.Value(ProjectOptions.Script) is { } given)
        {
            Option[] foreign = [ProjectOptions.Package, AddOptions.Dev, AddOptions.Optional, AddOptions.Group];
            if (Array.Find(foreign, arguments.WasGiven) is { } other)
                throw new UsageException($"`--script` and `--{other.Name}` cannot be used together");
            var text = TextFile.Read(Path.GetFullPath(given, context.WorkingFolder), given);
            var toml = newScriptPython is null ? "dependencies = []\n" : Scaffold.ScriptToml(newScriptPython);
            return new ManifestTarget(text, workspace: null, project: null, ScriptEditor.Open(text.Text, given, toml));
        }

        var workspace = ProjectAccess.Find(context, arguments);
        var project = ProjectAccess.Member(workspace, arguments);
        return new ManifestTarget(TextFile.Read(project.File, project.ShownFile), workspace, project, script: null);
    }

    /// <summary>The list that the command line means.</summary>
    /// <exception cref="KraitException">The options contradict each other, or the manifest can have no such list (unusable input).</exception>
    public DependencyPlace PlaceOf(ParsedArguments arguments)
    {
        Option[] options = [AddOptions.Dev, AddOptions.Optional, AddOptions.Group];
        var given = options.Where(arguments.WasGiven).ToList();
        if (given.Count > 1)
            throw new UsageException($"`--{given[0].Name}` and `--{given[1].Name}` cannot be used together");
        var place =
            arguments.IsOn(AddOptions.Dev) ? DependencyPlace.Development
            : arguments.Value(AddOptions.Optional) is { } extra ? DependencyPlace.OfExtra(Name(extra))
            : arguments.Value(AddOptions.Group) is { } group ? DependencyPlace.OfGroup(Name(group))
            : DependencyPlace.Main;
        if (Project is { } project && place.Kind is not DependencyKind.Group)
            RefuseUnlisted(project, place);
        return place;
    }

    private static void RefuseUnlisted(Project project, DependencyPlace place)
    {
        if (!project.Manifest.HasProjectTable)
        {
            throw Unusable(
                new Diagnostic("no-project-table", $"{place} needs a `[project]` table, which the file does not have")
                {
                    Hints = ["Use a group: `--dev` or `--group NAME`"],
                }.In(project.ShownFile)
            );
        }

        var field = place.Kind is DependencyKind.Main ? "dependencies" : "optional-dependencies";
        if (project.Manifest.IsDynamic(field))
        {
            throw Unusable(
                new Diagnostic("dynamic-dependencies", $"`project.{field}` is dynamic: its build backend fills it in")
                {
                    Hints = ["Change the requirements where the backend takes them from"],
                }.In(project.ShownFile)
            );
        }
    }

    private static ExtraName Name(string text) =>
        ExtraName.TryParse(text, out var name, out var error) ? name : throw Unusable(error);

    private static KraitException Unusable(Diagnostic diagnostic) =>
        new(diagnostic) { Kind = FailureKind.UnusableInput };
}
