using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Platform.Files;
using Krait.Projects.Running;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>Runs the tasks that a project wants to be run when its lock or its environment changes.</summary>
internal static class ProjectHooks
{
    /// <summary>Set for what hooks run: commands that they call run no hooks.</summary>
    private const string Variable = "KRAIT_IN_HOOK";

    /// <summary>The tasks of a moment that are to be run; none where the user wants none, or they are already running.</summary>
    /// <exception cref="Packaging.Text.KraitException">A hook cannot be used (unusable input).</exception>
    public static ImmutableArray<TaskDefinition> TasksOf(
        KraitContext context,
        ParsedArguments arguments,
        Workspace workspace,
        string moment
    ) =>
        workspace.Script is null
        && !arguments.IsOn(ProjectOptions.NoHooks)
        && context.Variables.GetValueOrDefault(Variable) is not { Length: > 0 }
            ? HookTable.Read(workspace, moment)
            : [];

    /// <summary>Refuses hooks that cannot be used, before anything is changed.</summary>
    /// <exception cref="Packaging.Text.KraitException">There is one (unusable input).</exception>
    public static void Check(KraitContext context, ParsedArguments arguments, Workspace workspace) =>
        _ = TasksOf(context, arguments, workspace, HookTable.PostSync);

    /// <summary>Runs the tasks of a moment. No lock may be held: they may call krait.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="moment">The moment.</param>
    /// <param name="environment">The environment that has changed; null where none has yet.</param>
    /// <returns>0, or the exit code of a run whose hook failed.</returns>
    /// <exception cref="Packaging.Text.KraitException">A hook cannot be used (unusable input).</exception>
    public static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        Workspace workspace,
        string moment,
        string? environment = null
    )
    {
        var tasks = TasksOf(context, arguments, workspace, moment);
        if (tasks.IsEmpty)
            return ExitCodes.Done;
        var place = PlaceOf(environment ?? OwnEnvironment(context, arguments, workspace));
        var variables = place.Variables(context.Variables);
        variables[Variable] = moment;
        context.Terminal.Detail($"Running the hook `{moment}`");
        context.Terminal.Flush();
        using var run = new TaskRun(context, place, variables, tasks);
        if (await run.RunAsync([]) == 0)
            return ExitCodes.Done;
        context.Terminal.Alert($"the hook `{moment}` failed");
        return ExitCodes.Failed;
    }

    private static string OwnEnvironment(KraitContext context, ParsedArguments arguments, Workspace workspace)
    {
        var member = workspace.Settings.HasIsolatedMembers ? ProjectAccess.Member(workspace, arguments) : null;
        var usesActive = arguments.Switch(ProjectOptions.Active);
        return EnvironmentPlace.Of(workspace, context.Variables, usesActive, member).Path;
    }

    private static RunPlace PlaceOf(string environment)
    {
        var programs = Path.Join(environment, "bin");
        return FolderTree.IsFolder(programs)
            ? new RunPlace(Path.Join(programs, "python")) { Programs = [programs], Root = environment }
            : new RunPlace("python3");
    }
}
