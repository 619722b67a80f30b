using Krait.Cli.Parsing;
using Krait.Platform.Files;
using Krait.Platform.Locks;
using Krait.Projects.Editing;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Runs;

/// <summary>
/// Only one process at a time changes the manifests, the lock and the environment of a workspace. Any other waits for it and tells the user.
/// </summary>
internal sealed class WorkspaceHold : IDisposable
{
    /// <summary>A wait that is over that soon is not worth a message: most runs find that there is nothing to do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    private readonly FolderLock? held;

    private WorkspaceHold(FolderLock? held, bool hasWaited)
    {
        this.held = held;
        HasWaited = hasWaited;
    }

    /// <summary>Whether another process held the workspace, and may have changed it.</summary>
    private bool HasWaited { get; }

    /// <summary>Opens a workspace and holds it, so that what was read stays true.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="find">Finds and reads the workspace.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Packaging.Text.KraitException">The workspace cannot be used, or is not free in time.</exception>
    public static async Task<(Workspace Workspace, WorkspaceHold Hold)> OpenAsync(
        KraitContext context,
        ParsedArguments arguments,
        Func<Workspace> find,
        CancellationToken cancellationToken
    )
    {
        var began = FileClock.Now(context.Clock);
        var workspace = find();
        var hold = await AcquireAsync(context, arguments, workspace.Folder, cancellationToken);
        try
        {
            return (hold.HasWaited || HasChanged(workspace, began) ? find() : workspace, hold);
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Holds the directory of a workspace; what a killed process left half done there is undone.</summary>
    public static async Task<WorkspaceHold> AcquireAsync(
        KraitContext context,
        ParsedArguments arguments,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var hold = await TakeAsync(context, arguments, folder, cancellationToken);
        try
        {
            if (hold.held is not null)
                EditJournal.HealHeld(folder);
            return hold;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => held?.Dispose();

    private static async Task<WorkspaceHold> TakeAsync(
        KraitContext context,
        ParsedArguments arguments,
        string folder,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (FolderLock.TryAcquire(folder) is { } free)
                return new WorkspaceHold(free, hasWaited: false);
            var taken = await FolderLock.AcquireAsync(
                folder,
                CacheArguments.LockLimit(arguments),
                Patience,
                CacheArguments.Waiting(context),
                cancellationToken
            );
            return new WorkspaceHold(taken, hasWaited: true);
        }
        catch (FileSystemException failure) when (failure.Error is FileError.NotSupported or FileError.InvalidArgument)
        {
            // A file system without locks: each file by itself is still replaced atomically.
            return new WorkspaceHold(held: null, hasWaited: false);
        }
    }

    /// <summary>Whether a manifest was written after it may have been read.</summary>
    private static bool HasChanged(Workspace workspace, long began) =>
        workspace
            .Members.Select(member => member.File)
            .Append(workspace.Root.File)
            .Append(workspace.Script?.Path)
            .OfType<string>()
            .Any(file =>
                FileStatus.TryRead(file, followLinks: true, out var status) == FileError.None
                && FileClock.MayHaveChangedAfter(status.Changed, began)
            );
}
