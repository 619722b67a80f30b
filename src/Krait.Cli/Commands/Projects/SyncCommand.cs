using Krait.Cli.Commands.Pip;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Projects.Operations;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait sync`.</summary>
internal static class SyncCommand
{
    public static Command Command { get; } =
        new("sync", "Bring the environment of the project to what the lock file says")
        {
            Options = () =>
                [
                    .. ProjectOptions.Selection,
                    ProjectOptions.NoEditable,
                    ProjectOptions.NoEditablePackage,
                    WorkspaceOptions.Inexact,
                    .. WorkspaceOptions.Omissions,
                    .. ProjectOptions.Locking,
                    PipOptions.DryRun,
                    WorkspaceOptions.CheckEnvironment,
                    PipOptions.OutputFormat,
                    ProjectOptions.Packages,
                    ProjectOptions.AllPackages,
                    ProjectOptions.Script,
                    ProjectOptions.Project,
                    ProjectOptions.Active,
                    .. PipOptions.Reinstallation,
                    .. WorkspaceOptions.Resolving,
                    PipOptions.PythonPlatform,
                    PipOptions.LinkMode,
                    PipOptions.CompileBytecode,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var began = SyncShortcut.Now(context);
        if (SyncShortcut.Holds(context, arguments, out var packages))
        {
            context.Terminal.Say($"Checked {ProgressDisplay.Count(packages)}; nothing to change");
            return ExitCodes.Done;
        }

        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var project = new ProjectRun(context, arguments, run, ProjectAccess.Find(context, arguments));
        var locking = await project.CreateLockRequestAsync(project.Use, cancellationToken);
        var request = await project.CreateSyncRequestAsync(locking, cancellationToken);
        var bench = await project.CreateBenchAsync(locking, cancellationToken);
        project.AnnounceEnvironment(request.IsDryRun);
        var outcome = await new ProjectSyncOperation(bench, project.Probe).RunAsync(request, cancellationToken);
        run.Display.Stop();
        if (outcome is ProjectSyncOutcome.NoSolution none)
        {
            DiagnosticRenderer.WriteError(context.Terminal, none.Explanation.Diagnostic);
            return ExitCodes.Failed;
        }

        var done = (ProjectSyncOutcome.Done)outcome;
        if (done.Lock.IsChanged && request.IsDryRun)
            LockChangesWriter.Say(context.Terminal, done.Lock, isDryRun: true);
        ChangeListWriter.WriteIfWanted(context, arguments, done.Change, request.IsDryRun);
        if (done.Environment is { } environment && !request.IsDryRun)
            SyncShortcut.Remember(context, arguments, project.Workspace, done, environment, began);
        var isCheck = arguments.IsOn(WorkspaceOptions.CheckEnvironment);
        var code = OutcomeRenderer.Write(
            context,
            done.Change,
            new OutcomeDemands(IsConsistent: false, IsUnchanged: isCheck)
        );
        return isCheck && done.IsNewEnvironment ? ExitCodes.Failed : code;
    }
}
