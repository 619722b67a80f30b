using System.Text.Json;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Projects.Locking;
using Krait.Projects.Operations;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait workspace list`, `dir` and `metadata`: what programs want to know of a workspace.</summary>
internal static class WorkspaceCommands
{
    private static readonly Option Paths = new("paths", OptionKind.Flag, "Print paths instead of names");
    private static readonly Option Format = PipOptions.OutputFormat with { Help = "Print text or JSON" };
    private static readonly Option DryRun = PipOptions.DryRun with { Help = "Do not write the lock file" };

    public static Command List { get; } =
        new("workspace list", "List the members of the workspace")
        {
            Aliases = ["ls"],
            Options = () => [Paths, ProjectOptions.Project, Format],
            RunAsync = (context, arguments, _) => Task.FromResult(WriteList(context, arguments)),
        };

    public static Command Dir { get; } =
        new("workspace dir", "Print the directory of the workspace or of a member")
        {
            Options = () => [ProjectOptions.Package, ProjectOptions.Project],
            RunAsync = (context, arguments, _) => Task.FromResult(WriteDirectory(context, arguments)),
        };

    public static Command Metadata { get; } =
        new("workspace metadata", "Print the workspace and its lock as JSON")
        {
            Options = () =>
                [
                    .. ProjectOptions.Locking,
                    DryRun,
                    ProjectOptions.Project,
                    .. WorkspaceOptions.Resolving,
                    PipOptions.LinkMode,
                ],
            RunAsync = WriteMetadataAsync,
        };

    private static int WriteList(KraitContext context, ParsedArguments arguments)
    {
        var workspace = ProjectAccess.Find(context, arguments);
        if (arguments.Value(Format) is "json")
        {
            context.Terminal.WriteResult(JsonText.Of(json => WriteMembers(json, workspace), isIndented: true));
            return ExitCodes.Done;
        }

        foreach (var member in workspace.Members.OrderBy(member => member.Label, StringComparer.Ordinal))
            context.Terminal.WriteResult(arguments.IsOn(Paths) ? member.Folder : member.Name?.Value ?? member.Label);
        return ExitCodes.Done;
    }

    private static int WriteDirectory(KraitContext context, ParsedArguments arguments)
    {
        var workspace = ProjectAccess.Find(context, arguments);
        context.Terminal.WriteResult(
            arguments.Value(ProjectOptions.Package) is null
                ? workspace.Folder
                : ProjectAccess.Member(workspace, arguments).Folder
        );
        return ExitCodes.Done;
    }

    private static async Task<int> WriteMetadataAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var changes = ProjectRun.UseOf(arguments) == LockUse.Update && !arguments.IsOn(DryRun);
        using var project = await ProjectRun.OpenAsync(context, arguments, run, changes, cancellationToken);
        var request = await project.CreateLockRequestAsync(project.Use, cancellationToken);
        var bench = await project.CreateBenchAsync(request, cancellationToken);
        var answer = await new LockOperation(bench).RunAsync(request, arguments.IsOn(DryRun), cancellationToken);
        run.Display.Stop();
        if (answer is LockAnswer.NoSolution none)
        {
            DiagnosticRenderer.WriteError(context.Terminal, none.Explanation.Diagnostic);
            return ExitCodes.Failed;
        }

        var found = ((LockAnswer.Ready)answer).Lock;
        var units = new LockUnits(project.Workspace);
        var graph = new LockedGraph(found, project.Workspace, units);
        context.Terminal.WriteResult(
            JsonText.Of(json => WriteMetadata(json, project.Workspace, found, units, graph), isIndented: true)
        );
        return ExitCodes.Done;
    }

    private static void WriteMetadata(
        Utf8JsonWriter json,
        Workspace workspace,
        WorkspaceLock found,
        LockUnits units,
        LockedGraph graph
    )
    {
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteString("workspace_root", workspace.Folder);
        json.WriteString("lock", workspace.LockFile);
        json.WriteString("requires_python", found.Pylock.RequiresPython?.ToString());
        json.WritePropertyName("members");
        WriteMembers(json, workspace);
        WriteConflicts(json, workspace);
        json.WriteStartArray("packages");
        foreach (var node in graph.Nodes)
        {
            json.WriteStartObject();
            json.WriteString("id", Identifier(node));
            json.WriteString("name", node.Name);
            json.WriteString("version", node.Version?.ToString());
            json.WriteString("marker", node.Package?.Marker);
            json.WriteString("index", node.Package?.Index);
            json.WriteStartArray("dependencies");
            foreach (var (edge, extra, group) in Edges(node, units, graph))
                WriteEdge(json, edge, extra, group);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static IEnumerable<(LockedEdge Edge, ExtraName? Extra, ExtraName? Group)> Edges(
        LockedNode node,
        LockUnits units,
        LockedGraph graph
    )
    {
        if (node.Member is { } member)
        {
            foreach (var unit in units.All.Where(unit => ReferenceEquals(unit.Project, member)))
            {
                foreach (var edge in graph.EdgesOf(unit))
                {
                    yield return (
                        edge,
                        unit.Kind == LockUnitKind.Extra ? unit.Name : null,
                        unit.Kind == LockUnitKind.Group ? unit.Name : null
                    );
                }
            }

            yield break;
        }

        var extras = node.Package is { } package
            ? WorkspaceLock.RequirementsOf(package).Select(one => one.Extra).Distinct()
            : Enumerable.Empty<ExtraName?>();
        foreach (var extra in extras.Prepend(null).Distinct())
        {
            foreach (var edge in graph.EdgesOf(node, extra))
                yield return (edge, extra, null);
        }
    }

    private static void WriteEdge(Utf8JsonWriter json, LockedEdge edge, ExtraName? extra, ExtraName? group)
    {
        json.WriteStartObject();
        json.WriteString("id", Identifier(edge.To));
        json.WriteString("requirement", Text(edge.Requirement));
        if (extra is not null)
            json.WriteString("extra", extra.Value);
        if (group is not null)
            json.WriteString("group", group.Value);
        json.WriteEndObject();
    }

    private static string Text(Requirement requirement) => requirement.ToString();

    private static string Identifier(LockedNode node) =>
        node.Version is null ? node.Name : $"{node.Name}=={node.Version}";

    private static void WriteMembers(Utf8JsonWriter json, Workspace workspace)
    {
        json.WriteStartArray();
        foreach (var member in workspace.Members.OrderBy(member => member.Label, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("name", member.Name?.Value ?? member.Label);
            json.WriteString("path", member.Folder);
            json.WriteString("version", member.Version?.ToString());
            json.WriteBoolean("package", member.IsPackage);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteConflicts(Utf8JsonWriter json, Workspace workspace)
    {
        json.WriteStartArray("conflicts");
        foreach (var set in workspace.Settings.Resolving.Conflicts)
        {
            json.WriteStartArray();
            foreach (var item in set.Items)
            {
                json.WriteStartObject();
                json.WriteString("package", item.Package.Value);
                json.WriteString(item.IsGroup ? "group" : "extra", item.Name.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
