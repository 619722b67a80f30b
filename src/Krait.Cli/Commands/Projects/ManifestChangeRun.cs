using System.Collections.Immutable;
using Krait.Cli.Commands.Pip;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Packaging.Manifests;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Editing;
using Krait.Projects.Locking;
using Krait.Projects.Operations;
using Krait.Projects.Running;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>
/// Changes manifests, and with them the lock and the environment: all of them, or none. One process at a time does so in a workspace.
/// </summary>
/// <param name="context">The run.</param>
/// <param name="arguments">The command line.</param>
internal sealed class ManifestChangeRun(KraitContext context, ParsedArguments arguments)
{
    /// <summary>The script that is changed; null for a project.</summary>
    private readonly string? script = arguments.Value(ProjectOptions.Script) is { } given
        ? Path.GetFullPath(given, context.WorkingFolder)
        : null;

    /// <summary>The workspace whose environment was changed, and where that is; null for none.</summary>
    private (Workspace Workspace, string Environment)? synced;

    /// <summary>Whether nothing is changed.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Waits for other processes, reads the manifests, plans and changes.</summary>
    /// <param name="planAsync">Reads the manifests and plans the change; called when no other process changes them.</param>
    /// <param name="cancellationToken">Ends the work; everything is as it was then.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="KraitException">The change cannot be made; everything is as it was.</exception>
    public async Task<int> RunAsync(
        Func<CommandRun, Task<ManifestChangePlan>> planAsync,
        CancellationToken cancellationToken
    )
    {
        ManifestChangeOptions.CheckTogether(arguments);
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var workspace = script is null ? ProjectAccess.Find(context, arguments) : null;
        if (workspace is not null && !arguments.IsOn(ManifestChangeOptions.Frozen) && !IsDryRun)
        {
            ProjectHooks.Check(context, arguments, workspace);
            if (await ProjectHooks.RunAsync(context, arguments, workspace, HookTable.PreLock) is not 0 and var failed)
                return failed;
        }

        var folder = workspace?.Folder ?? Path.GetDirectoryName(script) ?? "/";
        var code = await RunHeldAsync(run, folder, planAsync, cancellationToken);
        return code == ExitCodes.Done && synced is var (changed, environment)
            ? await ProjectHooks.RunAsync(context, arguments, changed, HookTable.PostSync, environment)
            : code;
    }

    private async Task<int> RunHeldAsync(
        CommandRun run,
        string folder,
        Func<CommandRun, Task<ManifestChangePlan>> planAsync,
        CancellationToken cancellationToken
    )
    {
        using var held = await WorkspaceHold.AcquireAsync(context, arguments, folder, cancellationToken);
        var plan = await planAsync(run);
        var code = arguments.IsOn(ManifestChangeOptions.Frozen)
            ? WriteOnly(folder, plan)
            : await ApplyAsync(run, folder, plan, cancellationToken);
        if (code == ExitCodes.Done)
        {
            foreach (var message in plan.Messages.Concat(plan.FinalMessages?.Invoke() ?? []))
                context.Terminal.Say(message);
        }

        return code;
    }

    /// <summary>Several manifests change together, too.</summary>
    private static int WriteOnly(string folder, ManifestChangePlan plan)
    {
        using var journal = EditJournal.Begin(folder, plan.Rewrites.Select(one => one.File.Path));
        Write(plan.Rewrites);
        journal.Keep();
        return ExitCodes.Done;
    }

    /// <summary>That of a script is brought up to date by its next run.</summary>
    private bool SyncsEnvironment => script is null && !arguments.IsOn(ManifestChangeOptions.NoSync);

    private async Task<int> ApplyAsync(
        CommandRun run,
        string folder,
        ManifestChangePlan plan,
        CancellationToken cancellationToken
    )
    {
        var trial = new ProjectRun(context, arguments, run, Open(plan.Rewrites));
        var use = arguments.IsOn(ProjectOptions.Locked) ? LockUse.Check : LockUse.Update;
        var hasLock = script is null || FileStatus.Exists(trial.Workspace.LockFile, followLinks: false);
        if (!hasLock && use == LockUse.Update && plan.Finish is null)
            return WriteOnly(folder, plan);
        // An environment that cannot be used is an error before anything is chosen or written.
        if (SyncsEnvironment && !IsDryRun)
            await trial.FindEnvironmentAsync(cancellationToken);
        var locking = WithUpgrades(await trial.CreateLockRequestAsync(use, cancellationToken), plan);
        var answer = await new LockOperation(await trial.CreateBenchAsync(locking, cancellationToken)).RunAsync(
            locking,
            isDryRun: true,
            cancellationToken
        );
        if (answer is LockAnswer.NoSolution none)
            return Fail(run, plan, none.Explanation.Diagnostic);
        var ready = (LockAnswer.Ready)answer;
        var rewrites = plan.Finish?.Invoke(ready.Lock) ?? plan.Rewrites;
        cancellationToken.ThrowIfCancellationRequested();
        if (IsDryRun)
        {
            run.Display.Stop();
            LockChangesWriter.Say(context.Terminal, ready, isDryRun: true);
            return ExitCodes.Done;
        }

        using var journal = EditJournal.Begin(
            folder,
            rewrites.Select(one => one.File.Path).Append(trial.Workspace.LockFile)
        );
        Write(rewrites);
        if (hasLock && ready.IsChanged && use == LockUse.Update)
            AtomicFile.WriteTogether(ready.Lock.File, System.Text.Encoding.UTF8.GetBytes(ready.Lock.Text));
        var code = hasLock ? await FollowAsync(run, plan, locking, ready, cancellationToken) : ExitCodes.Done;
        if (code == ExitCodes.Done)
            journal.Keep();
        return code;
    }

    private static LockRequest WithUpgrades(LockRequest request, ManifestChangePlan plan)
    {
        var resolve = request.Options.Resolve;
        resolve = resolve with
        {
            UpgradesAll = resolve.UpgradesAll || plan.UpgradesAll,
            Upgrades = resolve.Upgrades.SetItems(
                plan.Upgrades.Select(name => KeyValuePair.Create(name, (Packaging.Versions.SpecifierSet?)null))
            ),
        };
        return request with { Options = request.Options with { Resolve = resolve } };
    }

    /// <summary>Locks what is written now, which has the versions that were chosen, and syncs.</summary>
    private async Task<int> FollowAsync(
        CommandRun run,
        ManifestChangePlan plan,
        LockRequest trial,
        LockAnswer.Ready before,
        CancellationToken cancellationToken
    )
    {
        var project = new ProjectRun(context, arguments, run, Open([]));
        // What was upgraded is upgraded.
        var locking = trial with
        {
            Workspace = project.Workspace,
            Options = trial.Options with
            {
                Resolve = trial.Options.Resolve with { UpgradesAll = false, Upgrades = [] },
                UpgradedGroups = [],
            },
        };
        var bench = await project.CreateBenchAsync(locking, cancellationToken);
        if (!SyncsEnvironment)
        {
            var locked = await new LockOperation(bench).RunAsync(locking, isDryRun: false, cancellationToken);
            if (locked is LockAnswer.NoSolution none)
                return Fail(run, plan, none.Explanation.Diagnostic);
            run.Display.Stop();
            LockChangesWriter.Say(context.Terminal, before, isDryRun: false);
            return ExitCodes.Done;
        }

        var request = await project.CreateSyncRequestAsync(locking, cancellationToken);
        var selection = request.Selection;
        request = request with
        {
            IsInexact = plan.IsInexact,
            IsDryRun = false,
            Selection = plan.Place switch
            {
                { Kind: DependencyKind.Extra, Name: { } extra } => selection with { Extras = [extra] },
                { Kind: DependencyKind.Group, Name: { } group } => selection with { Groups = [group] },
                _ => selection,
            },
        };
        request = request with { Selection = OnlyWhatIsThere(project.Workspace, request.Selection) };
        project.AnnounceEnvironment(isDryRun: false);
        var outcome = await new ProjectSyncOperation(bench, project.Probe).RunAsync(request, cancellationToken);
        run.Display.Stop();
        if (outcome is ProjectSyncOutcome.NoSolution failed)
            return Fail(run, plan, failed.Explanation.Diagnostic);
        var change = ((ProjectSyncOutcome.Done)outcome).Change;
        if (!change.Plan.IsEmpty)
            synced = (project.Workspace, request.Environment.Path);
        return OutcomeRenderer.Write(context, change, new OutcomeDemands(IsConsistent: false, IsUnchanged: false));
    }

    /// <summary>An extra or a group that was just removed cannot be synced.</summary>
    private WantedParts OnlyWhatIsThere(Workspace workspace, WantedParts parts)
    {
        var project = ProjectAccess.Member(workspace, arguments);
        return parts with
        {
            Extras = [.. parts.Extras.Where(project.HasExtra)],
            Groups = [.. parts.Groups.Where(project.HasGroup)],
        };
    }

    /// <summary>The workspace, with manifests as they would be.</summary>
    private Workspace Open(ImmutableArray<ManifestRewrite> rewrites)
    {
        if (script is not null)
        {
            var shown = arguments.Value(ProjectOptions.Script) ?? script;
            return ScriptWorkspace.Open(script, shown, rewrites.IsEmpty ? null : rewrites[0].Text);
        }

        return new WorkspaceFinder(context.WorkingFolder)
        {
            Replaced = rewrites.ToImmutableDictionary(one => one.File.Path, one => one.Text, StringComparer.Ordinal),
        }.Find(ProjectAccess.StartFolder(context, arguments));
    }

    private static void Write(ImmutableArray<ManifestRewrite> rewrites)
    {
        foreach (var (file, text) in rewrites)
            file.WriteTogether(text);
    }

    private int Fail(CommandRun run, ManifestChangePlan plan, Diagnostic diagnostic)
    {
        run.Display.Stop();
        if (plan.FailureHint is { } hint)
            diagnostic = diagnostic with { Hints = [.. diagnostic.Hints, hint] };
        DiagnosticRenderer.WriteError(context.Terminal, diagnostic);
        return ExitCodes.Failed;
    }
}
