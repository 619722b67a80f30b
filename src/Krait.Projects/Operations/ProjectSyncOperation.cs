using Krait.Environments.Installed;
using Krait.Environments.Interpreters;
using Krait.Packaging.Text;
using Krait.Projects.Changing;
using Krait.Projects.Locking;
using Krait.Projects.Work;
using Krait.Projects.Workspaces;

namespace Krait.Projects.Operations;

/// <summary>
/// `sync`: brings the lock of a workspace up to date, and its environment to what the lock says. The environment is made where there is none; if
/// anything fails, it is as it was.
/// </summary>
/// <param name="bench">What to work with.</param>
/// <param name="probe">Asks interpreters.</param>
public sealed class ProjectSyncOperation(Workbench bench, InterpreterProbe probe)
{
    /// <summary>Runs the operation.</summary>
    /// <exception cref="KraitException">The lock may not be used, an input is wrong, or something cannot be obtained or written.</exception>
    public async Task<ProjectSyncOutcome> RunAsync(ProjectSyncRequest request, CancellationToken cancellationToken)
    {
        var workspace = request.Lock.Workspace;
        // A name that is wrong is wrong before anything is asked or written.
        var units = new LockUnits(workspace);
        var selection = ProjectSelection.Choose(workspace, units, request.Selection);
        var inputs = LockInputsReader.Read(workspace, request.Lock.Options);
        selection.RefuseConflicts(inputs, request.Target.Markers);
        var answer = await new LockStep(bench).RunAsync(request.Lock, cancellationToken);
        if (answer is LockAnswer.NoSolution none)
            return new ProjectSyncOutcome.NoSolution(none.Explanation);
        var ready = (LockAnswer.Ready)answer;
        if (!request.IsDryRun && !request.LeavesLock && request.Lock.Use == LockUse.Update)
            ready.Write();
        var wheels = await new LockedProject(bench, workspace).ChooseAsync(
            ready.Lock,
            selection,
            request.Omissions,
            request.Target,
            request.Lock.Shown,
            cancellationToken
        );
        using var changing = request.IsDryRun
            ? await request.Environment.PrepareElsewhereAsync(request.KraitVersion, probe, cancellationToken)
            : await request.Environment.PrepareAsync(
                request.KraitVersion,
                PromptOf(workspace, request.Environment),
                probe,
                cancellationToken
            );
        var change = new SyncRequest(changing.Environment, new Inputs.RequirementSet(), request.Target)
        {
            Locked = wheels,
            Install = request.Install,
            ReinstallsAll = request.ReinstallsAll,
            // A module that was deleted or edited is not what is locked.
            Reinstalls = request.Reinstalls.Union(
                InstalledFiles.FindDamaged(InstalledDistributions.Read(changing.Environment))
            ),
            IsDryRun = request.IsDryRun,
        };
        using var environment = await EnvironmentChange.OpenAsync(bench, change, cancellationToken);
        var done = await environment.ApplyAsync(wheels, [], !request.IsInexact, null, cancellationToken);
        if (!request.IsDryRun)
            changing.Keep();
        return new ProjectSyncOutcome.Done(ready, done)
        {
            Environment = request.IsDryRun ? null : changing.Environment,
            IsNewEnvironment = request.Environment.Existing is null,
        };
    }

    /// <summary>`.venv` says nothing in a prompt: the project's name does.</summary>
    private static string? PromptOf(Workspace workspace, ProjectEnvironment environment) =>
        Path.GetFileName(environment.Path).StartsWith('.') ? workspace.Root.Label : null;
}
