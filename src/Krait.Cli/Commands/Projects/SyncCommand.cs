using Krait.Cli.Commands.Pip;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Platform.Files;
using Krait.Projects.Operations;
using Krait.Projects.Running;
using Krait.Projects.Workspaces;

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
                    ProjectOptions.NoHooks,
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
        var began = FileClock.Now(context.Clock);
        if (SyncShortcut.Find(context, arguments, arguments.IsOn(WorkspaceOptions.Inexact)) is not null)
        {
            OutcomeRenderer.SayUnchanged(context.Terminal);
            return ExitCodes.Done;
        }

        ScriptPlace.RefuseProjectOptions(arguments);
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var isDryRun = arguments.IsOn(PipOptions.DryRun) || arguments.IsOn(WorkspaceOptions.CheckEnvironment);
        using var project = await ProjectRun.OpenAsync(context, arguments, run, !isDryRun, cancellationToken);
        using var held = await ScriptPlace.HoldAsync(context, arguments, project, isDryRun, cancellationToken);
        ProjectHooks.Check(context, arguments, project.Workspace);
        var changed = new List<string>();
        var code = await SyncMembersAsync(context, arguments, run, project, began, changed, cancellationToken);
        // Hooks may call krait.
        held?.Dispose();
        project.Release();
        foreach (var environment in changed)
        {
            var ended = await ProjectHooks.RunAsync(
                context,
                arguments,
                project.Workspace,
                HookTable.PostSync,
                environment
            );
            code = code == ExitCodes.Done ? ended : code;
        }

        return code;
    }

    /// <summary>Syncs the environment of the workspace, or that of each member that the command line means.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="run">What the run holds open.</param>
    /// <param name="project">The project, held.</param>
    /// <param name="began">When the command began.</param>
    /// <param name="changed">Gets the environments that changed, also where one that follows fails.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    private static async Task<int> SyncMembersAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        ProjectRun project,
        long began,
        List<string> changed,
        CancellationToken cancellationToken
    )
    {
        var members = project.Workspace.Settings.HasIsolatedMembers ? project.IsolatedMembers() : [];
        if (members.Length <= 1)
            return await SyncAsync(context, arguments, run, project, (began, Member: null), changed, cancellationToken);
        foreach (var member in members)
        {
            project.UseMember(member);
            context.Terminal.Say($"Member {member.Label}:");
            if (
                await SyncAsync(context, arguments, run, project, (began, member), changed, cancellationToken)
                is not 0
                    and var code
            )
            {
                return code;
            }
        }

        return ExitCodes.Done;
    }

    private static async Task<int> SyncAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        ProjectRun project,
        (long Began, Project? Member) what,
        List<string> changed,
        CancellationToken cancellationToken
    )
    {
        var locking = await project.CreateLockRequestAsync(project.Use, cancellationToken);
        var request = await project.CreateSyncRequestAsync(locking, cancellationToken) with
        {
            LeavesLock = !project.KeepsLock,
        };
        if (what.Member?.Name is { } name)
            request = request with { Selection = request.Selection with { Packages = [name], AllPackages = false } };
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
        if (done.Lock.IsChanged && request.IsDryRun && project.KeepsLock)
            LockChangesWriter.Say(context.Terminal, done.Lock, isDryRun: true);
        ChangeListWriter.WriteIfWanted(context, arguments, done.Change, request.IsDryRun);
        if (done.Environment is { } environment && !request.IsDryRun && what.Member is null)
        {
            var isInexact = request.IsInexact;
            SyncShortcut.Remember(context, arguments, project.Workspace, done, environment, isInexact, what.Began);
        }

        var isCheck = arguments.IsOn(WorkspaceOptions.CheckEnvironment);
        var code = OutcomeRenderer.Write(
            context,
            done.Change,
            new OutcomeDemands(IsConsistent: false, IsUnchanged: isCheck)
        );
        if (isCheck && done.IsNewEnvironment)
            return ExitCodes.Failed;
        if (code == ExitCodes.Done && !request.IsDryRun && !done.Change.Plan.IsEmpty)
            changed.Add(request.Environment.Path);
        return code;
    }
}
