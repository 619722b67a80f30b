using System.Collections.Immutable;
using System.Text.Json;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait workspace list` and `dir`: what programs want to know of a workspace.</summary>
internal static class WorkspaceCommands
{
    private static readonly Option Paths = new("paths", OptionKind.Flag, "Print paths instead of names");
    private static readonly Option Format = PipOptions.OutputFormat with { Help = "Print text or JSON" };
    private static readonly Option Scripts = new(
        "scripts",
        OptionKind.Flag,
        "List the scripts with inline metadata instead of the members"
    );

    public static Command List { get; } =
        new("workspace list", "List the members of the workspace")
        {
            Options = () => [Paths, Scripts, ProjectOptions.Project, Format],
            RunAsync = WriteListAsync,
        };

    public static Command Dir { get; } =
        new("workspace dir", "Print the directory of the workspace or of a member")
        {
            Options = () => [ProjectOptions.Package, ProjectOptions.Project],
            RunAsync = (context, arguments, _) => Task.FromResult(WriteDirectory(context, arguments)),
        };

    private static async Task<int> WriteListAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var workspace = ProjectAccess.Find(context, arguments);
        if (arguments.IsOn(Scripts))
        {
            await WriteScriptsAsync(context, arguments, workspace, cancellationToken);
            return ExitCodes.Done;
        }

        if (arguments.Value(Format) is "json")
        {
            context.Terminal.WriteResult(JsonText.Of(json => WriteMembers(json, workspace), isIndented: true));
            return ExitCodes.Done;
        }

        foreach (var member in workspace.Members.OrderBy(member => member.Label, StringComparer.Ordinal))
            context.Terminal.WriteResult(arguments.IsOn(Paths) ? member.Folder : member.Name?.Value ?? member.Label);
        return ExitCodes.Done;
    }

    private static async Task WriteScriptsAsync(
        KraitContext context,
        ParsedArguments arguments,
        Workspace workspace,
        CancellationToken cancellationToken
    )
    {
        var tracked = await GitCommands.ListFilesAsync(context, workspace.Folder, cancellationToken);
        var scripts = WorkspaceScripts.Find(workspace.Folder, tracked, out var problems);
        foreach (var problem in problems)
            DiagnosticRenderer.WriteWarning(context.Terminal, problem);
        if (arguments.Value(Format) is "json")
        {
            context.Terminal.WriteResult(JsonText.Of(json => WriteTexts(json, scripts), isIndented: true));
            return;
        }

        foreach (var script in scripts)
            context.Terminal.WriteResult(script);
    }

    private static void WriteTexts(Utf8JsonWriter json, ImmutableArray<string> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
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

    internal static void WriteMembers(Utf8JsonWriter json, Workspace workspace)
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
}
