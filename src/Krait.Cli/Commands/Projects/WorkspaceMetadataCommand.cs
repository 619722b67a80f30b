using System.Text.Json;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Health.Modules;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Projects.Inspection;
using Krait.Projects.Locking;
using Krait.Projects.Operations;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait workspace metadata`: the workspace, its lock and, with `--sync`, its environment for programs.</summary>
internal static class WorkspaceMetadataCommand
{
    private static readonly Option DryRun = PipOptions.DryRun with { Help = "Do not write the lock file" };
    private static readonly Option Sync = new(
        "sync",
        OptionKind.Flag,
        "Bring the environment up to date, and print what is in it and which package has which module"
    );
    private static readonly Option Exact = new(
        "exact",
        OptionKind.Flag,
        "With `--sync`, remove what the lock file does not have"
    );
    private static readonly Option OutputVersion = new(
        "output-version",
        OptionKind.Value,
        "Print this version of the schema; there is one"
    )
    {
        IsHidden = true,
    };

    public static Command Command { get; } =
        new("workspace metadata", "Print the workspace and its lock as JSON")
        {
            Options = () =>
                [
                    Sync,
                    Exact,
                    .. ProjectOptions.Locking,
                    DryRun,
                    ProjectOptions.Script,
                    ProjectOptions.Project,
                    ProjectOptions.Active,
                    OutputVersion,
                    .. WorkspaceOptions.Resolving,
                    PipOptions.LinkMode,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        if (arguments.IsOn(Exact) && !arguments.IsOn(Sync))
            throw new UsageException("`--exact` says how to sync, and nothing is synced", "Add `--sync`");
        if (arguments.IsOn(DryRun) && arguments.IsOn(Sync))
            throw new UsageException("`--sync` and `--dry-run` cannot be used together", "Leave one of them out");
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var changes =
            arguments.IsOn(Sync) || (ProjectRun.UseOf(arguments) == LockUse.Update && !arguments.IsOn(DryRun));
        using var project = await ProjectRun.OpenAsync(context, arguments, run, changes, cancellationToken);
        using var held = await ScriptPlace.HoldAsync(
            context,
            arguments,
            project,
            !arguments.IsOn(Sync),
            cancellationToken
        );
        var (answer, environment) = await LockAsync(arguments, project, cancellationToken);
        run.Display.Stop();
        if (answer is not LockAnswer.Ready { Lock: var found })
        {
            DiagnosticRenderer.WriteError(context.Terminal, ((LockAnswer.NoSolution)answer).Explanation.Diagnostic);
            return ExitCodes.Failed;
        }

        var units = new LockUnits(project.Workspace);
        var graph = new LockedGraph(found, project.Workspace, units);
        context.Terminal.WriteResult(
            JsonText.Of(
                json => WriteMetadata(json, project.Workspace, found, units, graph, environment),
                isIndented: true
            )
        );
        return ExitCodes.Done;
    }

    /// <summary>Locks the workspace, and with `--sync` brings its environment to what is locked.</summary>
    private static async Task<(LockAnswer Answer, PythonEnvironment? Environment)> LockAsync(
        ParsedArguments arguments,
        ProjectRun project,
        CancellationToken cancellationToken
    )
    {
        var request = await project.CreateLockRequestAsync(project.Use, cancellationToken);
        if (!arguments.IsOn(Sync))
        {
            var bench = await project.CreateBenchAsync(request, cancellationToken);
            var isDry = arguments.IsOn(DryRun) || !project.KeepsLock;
            return (await new LockOperation(bench).RunAsync(request, isDry, cancellationToken), null);
        }

        var wanted = await project.CreateSyncRequestAsync(request, cancellationToken) with
        {
            IsInexact = !arguments.IsOn(Exact),
            LeavesLock = !project.KeepsLock,
        };
        var sync = new ProjectSyncOperation(await project.CreateBenchAsync(request, cancellationToken), project.Probe);
        project.AnnounceEnvironment(isDryRun: false);
        return await sync.RunAsync(wanted, cancellationToken) switch
        {
            ProjectSyncOutcome.Done done => (done.Lock, done.Environment),
            ProjectSyncOutcome.NoSolution none => (new LockAnswer.NoSolution(none.Explanation), null),
            _ => throw new InvalidOperationException(),
        };
    }

    /// <summary>What is installed in the environment, and which package has which module.</summary>
    private static void WriteEnvironment(Utf8JsonWriter json, PythonEnvironment environment)
    {
        var installed = InstalledGraph.Read(InstalledDistributions.Read(environment), environment.Interpreter.Markers);
        json.WriteStartObject("environment");
        json.WriteString("root", environment.Root);
        json.WriteStartObject("python");
        json.WriteString("path", environment.Executable);
        json.WriteString("version", environment.Interpreter.Version.ToString());
        json.WriteString(
            "implementation",
            environment.Interpreter.MarkerValues.GetValueOrDefault("implementation_name")
        );
        json.WriteEndObject();
        json.WriteStartArray("packages");
        foreach (var package in installed.Packages)
        {
            json.WriteStartObject();
            json.WriteString("id", Identifier(package));
            json.WriteString("name", package.Name.Value);
            json.WriteString("version", package.VersionText);
            json.WriteString("path", package.Distribution.Path);
            json.WriteBoolean("editable", package.EditableLocation is not null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("modules");
        foreach (
            var owners in installed
                .Packages.SelectMany(package =>
                    TopLevelModules.AllOf(package).Select(module => (Module: module, package))
                )
                .GroupBy(pair => pair.Module, pair => pair.package, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
        )
        {
            json.WriteStartArray(owners.Key);
            foreach (var owner in owners)
                json.WriteStringValue(Identifier(owner));
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static string Identifier(InstalledPackage package) => $"{package.Name}=={package.VersionText}";

    private static void WriteMetadata(
        Utf8JsonWriter json,
        Workspace workspace,
        WorkspaceLock found,
        LockUnits units,
        LockedGraph graph,
        PythonEnvironment? environment
    )
    {
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteString("workspace_root", workspace.Folder);
        json.WriteString("lock", workspace.LockFile);
        json.WriteString("requires_python", found.Pylock.RequiresPython?.ToString());
        json.WritePropertyName("members");
        WorkspaceCommands.WriteMembers(json, workspace);
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
        if (environment is not null)
            WriteEnvironment(json, environment);
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
