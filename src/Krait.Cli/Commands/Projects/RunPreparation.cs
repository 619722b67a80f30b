using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Editing;
using Krait.Projects.Locking;
using Krait.Projects.Operations;
using Krait.Projects.Running;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>Makes ready what a program runs in: the environment of the project or of the script, with what is added for one run.</summary>
internal sealed class RunPreparation(KraitContext context, ParsedArguments arguments, CommandRun run)
{
    private Workspace? workspace;
    private bool isSearched;
    private bool hasChanged;
    private ImmutableArray<TaskDefinition> tasks = [];
    private readonly long began = FileClock.Now(context.Clock);

    /// <summary>The environment of the project, where an earlier sync or run shows that it is right; null where that is not known.</summary>
    private readonly Lazy<SyncShortcut?> known = new(() =>
        arguments.IsOn(RunOptions.Isolated)
        || arguments.IsOn(ProjectOptions.NoSync)
        || arguments.IsOn(RunOptions.NoProject)
            ? null
            : SyncShortcut.Find(context, arguments, isInexact: !arguments.IsOn(RunOptions.Exact))
    );

    /// <summary>An environment that is only for this run; null where there is none.</summary>
    public string? TemporaryFolder { get; private set; }

    /// <summary>The tasks that a target means; none where it is a program.</summary>
    /// <exception cref="KraitException">A task cannot be used (unusable input).</exception>
    public ImmutableArray<TaskDefinition> TasksFor(RunTarget target)
    {
        if (target is not RunTarget.Program { Name: var name } || known.Value is { HasTasks: false })
            return [];
        if (FindWorkspace() is not { } found)
            return [];
        var table = TaskTable.Read(found);
        return tasks = table.Find(name) is null ? [] : table.OrderFor(name);
    }

    /// <summary>Makes it ready; null where that failed, and the user was told why.</summary>
    /// <exception cref="KraitException">It cannot be made ready.</exception>
    public async Task<RunPlace?> PrepareAsync(RunTarget target, CancellationToken cancellationToken)
    {
        var script = target as RunTarget.Script;
        var place = script is { HasMetadata: true }
            ? await new ScriptEnvironment(context, arguments, run).PrepareAsync(script, cancellationToken)
            : await PrepareProjectAsync(cancellationToken);
        if (place is null)
            return null;
        var overlay = new OverlayEnvironment(context, arguments, run);
        return overlay.IsWanted ? await overlay.PrepareAsync(place, cancellationToken) : RunPlace.Of(place);
    }

    private async Task<PythonEnvironment?> PrepareProjectAsync(CancellationToken cancellationToken)
    {
        if (known.Value is { } synced && !NeedMore(tasks))
        {
            var probe = new InterpreterProbe(run.Cache);
            return await PythonEnvironment.OpenAsync(synced.Environment, probe, cancellationToken);
        }

        if (FindWorkspace() is not { } found)
        {
            if (!arguments.IsOn(RunOptions.NoProject))
                RefuseWithoutProject();
            return await FindInterpreterAsync(cancellationToken);
        }

        if (await FindAsItIsAsync(found, cancellationToken) is { } present)
            return present;
        using var project = await OpenProjectAsync(found, cancellationToken);
        if (arguments.IsOn(RunOptions.Isolated))
            project.UseEnvironmentAt(TemporaryFolder = run.Cache.TemporaryPath());
        if (arguments.IsOn(ProjectOptions.NoSync))
            return await OpenAsync(project, cancellationToken);
        ProjectHooks.Check(context, arguments, project.Workspace);
        var environment = await SyncAsync(project, cancellationToken);
        if (environment is null || !hasChanged)
            return environment;
        project.Release();
        var code = await ProjectHooks.RunAsync(
            context,
            arguments,
            project.Workspace,
            HookTable.PostSync,
            environment.Root
        );
        return code == ExitCodes.Done ? environment : null;
    }

    /// <summary>An environment that is there and is not to be synced needs no lock; null for every other.</summary>
    private async Task<PythonEnvironment?> FindAsItIsAsync(Workspace found, CancellationToken cancellationToken)
    {
        if (!arguments.IsOn(ProjectOptions.NoSync) || arguments.IsOn(RunOptions.Isolated))
            return null;
        using var project = new ProjectRun(context, arguments, run, found);
        return (await project.FindEnvironmentAsync(cancellationToken)).Existing;
    }

    /// <summary>
    /// The project, which no other process changes meanwhile if this one does: an environment for this run alone, from a lock that stays as it
    /// is, changes nothing.
    /// </summary>
    private Task<ProjectRun> OpenProjectAsync(Workspace found, CancellationToken cancellationToken)
    {
        var keepsLock = arguments.IsOn(ProjectOptions.NoSync) || ProjectRun.UseOf(arguments) != LockUse.Update;
        if (arguments.IsOn(RunOptions.Isolated) && keepsLock)
            return Task.FromResult(new ProjectRun(context, arguments, run, found));
        Workspace? read = found;
        return ProjectRun.OpenHeldAsync(
            context,
            arguments,
            run,
            () => Interlocked.Exchange(ref read, null) ?? Search() ?? found,
            cancellationToken
        );
    }

    private async Task<PythonEnvironment?> SyncAsync(ProjectRun project, CancellationToken cancellationToken)
    {
        var locking = await project.CreateLockRequestAsync(project.Use, cancellationToken);
        var request = await project.CreateSyncRequestAsync(locking, cancellationToken) with
        {
            IsInexact = !arguments.IsOn(RunOptions.Exact),
        };
        request = request with { Selection = WithTasks(request.Selection) };
        var bench = await project.CreateBenchAsync(locking, cancellationToken);
        project.AnnounceEnvironment(isDryRun: false);
        var outcome = await new ProjectSyncOperation(bench, project.Probe).RunAsync(request, cancellationToken);
        run.Display.Stop();
        if (outcome is ProjectSyncOutcome.NoSolution none)
        {
            DiagnosticRenderer.WriteError(context.Terminal, none.Explanation.Diagnostic);
            return null;
        }

        var done = (ProjectSyncOutcome.Done)outcome;
        hasChanged = !done.Change.Plan.IsEmpty;
        if (hasChanged)
            Pip.OutcomeRenderer.Write(context, done.Change, new Pip.OutcomeDemands(false, false));
        var environment = await PythonEnvironment.OpenAsync(request.Environment.Path, project.Probe, cancellationToken);
        if (!arguments.IsOn(RunOptions.Isolated) && !NeedMore(tasks))
            SyncShortcut.Remember(context, arguments, project.Workspace, done, environment, request.IsInexact, began);
        return environment;
    }

    /// <summary>Whether tasks need extras or groups that the environment does not have by itself.</summary>
    private static bool NeedMore(ImmutableArray<TaskDefinition> tasks) =>
        tasks.Any(task => !task.Extras.IsEmpty || !task.Groups.IsEmpty);

    /// <summary>With the extras and groups that the tasks need.</summary>
    private WantedParts WithTasks(WantedParts parts) =>
        parts with
        {
            Extras = [.. parts.Extras.Union(tasks.SelectMany(task => task.Extras))],
            Groups = [.. parts.Groups.Union(tasks.SelectMany(task => task.Groups))],
        };

    /// <summary>The workspace of the working directory; null where there is none, or it is not to be used.</summary>
    private Workspace? FindWorkspace()
    {
        if (isSearched || arguments.IsOn(RunOptions.NoProject))
            return workspace;
        isSearched = true;
        return workspace = Search();
    }

    private Workspace? Search()
    {
        var start = ProjectAccess.StartFolder(context, arguments);
        EditJournal.HealAbove(start);
        return new WorkspaceFinder(context.WorkingFolder).TryFind(start);
    }

    /// <summary>The environment as it is; one that is missing is made, and is empty.</summary>
    private static async Task<PythonEnvironment> OpenAsync(ProjectRun project, CancellationToken cancellationToken)
    {
        var found = await project.FindEnvironmentAsync(cancellationToken);
        project.AnnounceEnvironment(isDryRun: false);
        using var changing = await found.PrepareAsync(
            ProductVersion.Number,
            prompt: null,
            project.Probe,
            cancellationToken
        );
        changing.Keep();
        return changing.Environment;
    }

    private async Task<PythonEnvironment> FindInterpreterAsync(CancellationToken cancellationToken)
    {
        var discovery = EnvironmentAccess.Discovery(context, run.Cache);
        var request = EnvironmentAccess.Request(arguments.Value(PipOptions.Python));
        return await discovery.FindEnvironmentAsync(
            request,
            Environments.Interpreters.SystemUse.WhenNeeded,
            cancellationToken
        );
    }

    private void RefuseWithoutProject()
    {
        Parsing.Option[] options =
        [
            ProjectOptions.Extra,
            ProjectOptions.AllExtras,
            ProjectOptions.Group,
            ProjectOptions.OnlyGroup,
            ProjectOptions.AllGroups,
            ProjectOptions.Packages,
            ProjectOptions.AllPackages,
            ProjectOptions.Locked,
            ProjectOptions.Frozen,
        ];
        if (Array.Find(options, arguments.WasGiven) is { } option)
        {
            throw new UsageException(
                $"`--{option.Name}` needs a project, and there is none in `{context.WorkingFolder}` or above it"
            );
        }
    }
}
