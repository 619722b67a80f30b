using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Editing;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Runs;

/// <summary>The project that a command works on.</summary>
internal static class ProjectAccess
{
    /// <summary>Where the search for the project starts: the working directory, or `--project`.</summary>
    /// <exception cref="KraitException">There is no such directory (unusable input).</exception>
    public static string StartFolder(KraitContext context, ParsedArguments arguments)
    {
        if (arguments.Value(ProjectOptions.Project) is not { } named)
            return context.WorkingFolder;
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(named, context.WorkingFolder));
        if (string.Equals(Path.GetFileName(folder), WorkspaceFinder.ManifestName, StringComparison.Ordinal))
            folder = Path.GetDirectoryName(folder) ?? "/";
        return Platform.Files.FolderTree.IsFolder(folder)
            ? folder
            : throw new UsageException($"the directory `{named}` of `--project` does not exist");
    }

    /// <summary>The workspace.</summary>
    /// <exception cref="KraitException">There is none, or a manifest cannot be used (unusable input).</exception>
    public static Workspace Find(KraitContext context, ParsedArguments arguments)
    {
        var start = StartFolder(context, arguments);
        if (arguments.Value(ProjectOptions.Script) is { } script)
        {
            var path = Path.GetFullPath(script, context.WorkingFolder);
            EditJournal.HealAbove(Path.GetDirectoryName(path) ?? "/");
            return ScriptWorkspace.Open(path, script);
        }

        EditJournal.HealAbove(start);
        return new WorkspaceFinder(context.WorkingFolder).Find(start);
    }

    /// <summary>The member that `--package` names, else the project of the working directory.</summary>
    /// <exception cref="KraitException">There is no such member (unusable input).</exception>
    public static Project Member(Workspace workspace, ParsedArguments arguments)
    {
        if (arguments.Value(ProjectOptions.Package) is not { } text)
            return workspace.Current;
        if (!PackageName.TryParse(text, out var name, out var error))
            throw new KraitException(error) { Kind = FailureKind.UnusableInput };
        return workspace.Find(name) ?? throw UnknownMember(workspace, text);
    }

    /// <summary>Refuses the name of something that is not a member.</summary>
    public static KraitException UnknownMember(Workspace workspace, string text)
    {
        var members = workspace.Members.Select(member => member.Label).Order(StringComparer.Ordinal).ToList();
        const int Most = 5;
        var shown = string.Join(", ", members.Take(Most)) + (members.Count > Most ? ", …" : "");
        return new KraitException(
            new Diagnostic("unknown-member", $"the workspace has no member `{text}`")
            {
                Notes = members.Count == 0 ? [] : [$"Its members are: {shown}"],
                Hints = Suggestions.Nearest(text, members) is { } nearest ? [$"Did you mean `{nearest}`?"] : [],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
    }
}
