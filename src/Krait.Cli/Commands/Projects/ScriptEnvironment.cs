using System.Text;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Environments.Layouts;
using Krait.Packaging.Locations;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Locking;
using Krait.Projects.Operations;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>The environment of a script with metadata, in the cache: what the script, or its lock, asks for, and nothing else.</summary>
internal sealed class ScriptEnvironment(KraitContext context, ParsedArguments arguments, CommandRun run)
{
    /// <summary>Makes the environment ready; null where that failed, and the user was told why.</summary>
    /// <exception cref="KraitException">It cannot be made ready.</exception>
    public async Task<PythonEnvironment?> PrepareAsync(RunTarget.Script script, CancellationToken cancellationToken)
    {
        var path =
            Location.Of(script.Path).IsRemote || script.Path is "-"
                ? Path.Join(context.WorkingFolder, "stdin.py")
                : Path.GetFullPath(script.Path, context.WorkingFolder);
        var isFile = script.Path is not "-" && !Location.Of(script.Path).IsRemote;
        var workspace = ScriptWorkspace.Open(path, script.Path, script.Text);
        using var project = new ProjectRun(context, arguments, run, workspace);
        // A script that is not a file has a text.
        var cached = new CachedEnvironment(ScriptPlace.PathOf(run.Cache, path, isFile ? path : script.Text!));
        if (await FindReadyAsync() is { } ready)
            return ready;
        // Its lock may be changed, too. A sync of the script takes the two in the same order.
        var hasLock = isFile && ReadLock(workspace) is not null;
        using var hold =
            hasLock && project.Use == LockUse.Update
                ? await WorkspaceHold.AcquireAsync(context, arguments, workspace.Folder, cancellationToken)
                : null;
        using var held = await cached.HoldAsync(context, arguments, cancellationToken);
        // Another run may have made it meanwhile.
        if (await FindReadyAsync() is { } made)
            return made;
        if (!await SyncAsync(project, hasLock, cancellationToken))
            return null;
        cached.WriteStamp(StampNow());
        return await PythonEnvironment.OpenAsync(cached.Path, project.Probe, cancellationToken);

        string StampNow() => StampOf(workspace, isFile ? ReadLock(workspace) : null);

        async Task<PythonEnvironment?> FindReadyAsync()
        {
            project.UseEnvironmentAt(cached.Path);
            var environment = await project.FindEnvironmentAsync(cancellationToken);
            return !IsRenewed && cached.HasStamp(StampNow()) ? environment.Existing : null;
        }
    }

    private static string? ReadLock(Workspace workspace) =>
        PlainFile.TryRead(workspace.LockFile, out var text) == FileError.None ? text : null;

    private bool IsRenewed =>
        arguments.IsOn(PipOptions.Upgrade)
        || arguments.IsOn(PipOptions.Refresh)
        || arguments.IsOn(PipOptions.Reinstall)
        || arguments.WasGiven(PipOptions.UpgradePackage)
        || arguments.WasGiven(PipOptions.RefreshPackage)
        || arguments.WasGiven(PipOptions.ReinstallPackage);

    private async Task<bool> SyncAsync(ProjectRun project, bool hasLock, CancellationToken cancellationToken)
    {
        var use = project.Use;
        if (!hasLock && use != LockUse.Update)
            throw WorkspaceLock.Missing(project.Workspace, project.ShownLock);
        var locking = await project.CreateLockRequestAsync(use, cancellationToken);
        var request = await project.CreateSyncRequestAsync(locking, cancellationToken);
        var bench = await project.CreateBenchAsync(locking, cancellationToken);
        var outcome = await new ProjectSyncOperation(bench, project.Probe).RunAsync(
            request with
            {
                LeavesLock = !hasLock,
            },
            cancellationToken
        );
        run.Display.Stop();
        if (outcome is not ProjectSyncOutcome.NoSolution none)
            return true;
        DiagnosticRenderer.WriteError(context.Terminal, none.Explanation.Diagnostic);
        return false;
    }

    /// <summary>What the environment was made of; when that is the same, so is the environment.</summary>
    private string StampOf(Workspace workspace, string? lockText)
    {
        var text = new StringBuilder(ProductVersion.Line).Append('\n');
        text.Append(workspace.Root.Text).Append('\n').Append(lockText).Append('\n');
        foreach (var use in arguments.Typed)
        {
            var concerns =
                use.Option != RunOptions.With
                && use.Option != RunOptions.EnvFile
                && use.Option != GlobalOptions.Verbose;
            if (concerns)
                text.Append(use.Option.Name).Append('=').Append(use.Value).Append(use.IsOpposite).Append('\n');
        }

        foreach (var index in context.Settings?.Indexes ?? [])
            text.Append(index).Append('\n');
        foreach (var name in (string[])["KRAIT_INDEX_URL", "KRAIT_DEFAULT_INDEX", "KRAIT_INDEX", "KRAIT_EXCLUDE_NEWER"])
            text.Append(context.Variables.GetValueOrDefault(name)).Append('\n');
        return CachedEnvironment.KeyOf(text.ToString());
    }
}
