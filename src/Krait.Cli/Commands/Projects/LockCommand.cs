using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Platform.Files;
using Krait.Projects.Locking;
using Krait.Projects.Operations;
using Krait.Projects.Running;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait lock`.</summary>
internal static class LockCommand
{
    private static readonly Option DryRun = PipOptions.DryRun with
    {
        Help = "Show what would change in the lock file without writing it",
    };
    private static readonly Option OutputFormat = PipOptions.OutputFormat with
    {
        Help = "Write what changed to standard output as JSON",
    };

    private static readonly Option Diff = new(
        "diff",
        OptionKind.Value,
        "Show how the lock file differs from another one, or from a revision of it in Git"
    )
    {
        ValueName = "FILE|REVISION",
    };

    public static Command Command { get; } =
        new("lock", "Bring the lock file of the project up to date")
        {
            Options = () =>
                [
                    WorkspaceOptions.CheckLock,
                    WorkspaceOptions.CheckExists,
                    Diff,
                    DryRun,
                    OutputFormat,
                    ProjectOptions.Script,
                    ProjectOptions.Project,
                    ProjectOptions.Active,
                    ProjectOptions.NoHooks,
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
        var isCheck = arguments.IsOn(WorkspaceOptions.CheckLock);
        var isExists = arguments.IsOn(WorkspaceOptions.CheckExists);
        if (arguments.WasGiven(WorkspaceOptions.CheckLock) && arguments.WasGiven(WorkspaceOptions.CheckExists))
            throw new UsageException("`--check` and `--check-exists` cannot be used together");
        if (arguments.Value(Diff) is { } other)
            return await LockDiff.RunAsync(context, arguments, other, OutputFormat, cancellationToken);
        var began = FileClock.Now(context.Clock);
        if (LockShortcut.Holds(context, arguments))
        {
            LockChangesWriter.SayUpToDate(context.Terminal);
            return ExitCodes.Done;
        }

        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var use =
            isExists ? LockUse.Frozen
            : isCheck ? LockUse.Check
            : LockUse.Update;
        var isDryRun = arguments.IsOn(DryRun);
        var changes = use == LockUse.Update && !isDryRun;
        using var first = await ProjectRun.OpenAsync(context, arguments, run, changes, cancellationToken);
        var project = first;
        var hasHook = changes && !ProjectHooks.TasksOf(context, arguments, first.Workspace, HookTable.PreLock).IsEmpty;
        if (hasHook)
        {
            first.Release();
            if (
                await ProjectHooks.RunAsync(context, arguments, first.Workspace, HookTable.PreLock)
                is not 0
                    and var failed
            )
            {
                return failed;
            }

            project = await ProjectRun.OpenAsync(context, arguments, run, changes, cancellationToken);
        }

        using var held = project;
        var request = await project.CreateLockRequestAsync(use, cancellationToken);
        var answer = await new LockOperation(await project.CreateBenchAsync(request, cancellationToken)).RunAsync(
            request,
            isDryRun,
            cancellationToken
        );
        run.Display.Stop();
        if (answer is LockAnswer.NoSolution none)
        {
            DiagnosticRenderer.WriteError(context.Terminal, none.Explanation.Diagnostic);
            return ExitCodes.Failed;
        }

        var ready = (LockAnswer.Ready)answer;
        if (changes && !hasHook)
            LockShortcut.Remember(context, arguments, project.Workspace, run.Cache, ready.Lock.Pylock, began);
        Show(context, arguments, ready, project.ShownLock, isDryRun);
        return ExitCodes.Done;
    }

    private static void Show(
        KraitContext context,
        ParsedArguments arguments,
        LockAnswer.Ready ready,
        string shown,
        bool isDryRun
    )
    {
        LockChangesWriter.Say(context.Terminal, ready, isDryRun);
        if (arguments.Value(OutputFormat) is "json")
            LockChangesWriter.WriteJson(context.Terminal, ready, shown, isDryRun);
    }
}
