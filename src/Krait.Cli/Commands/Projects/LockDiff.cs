using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Locking;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait lock --diff`: what differs between the lock file and another one. Nothing is asked and nothing is written.</summary>
internal static class LockDiff
{
    /// <summary>Shows the differences.</summary>
    /// <exception cref="KraitException">One of the locks cannot be read (unusable input).</exception>
    public static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        string other,
        Option format,
        CancellationToken cancellationToken
    )
    {
        var workspace = ProjectAccess.Find(context, arguments);
        var now =
            WorkspaceLock.TryRead(workspace.LockFile, Path.GetFileName(workspace.LockFile))
            ?? throw Unusable($"there is no lock file `{workspace.LockFile}`", "Create it with `krait lock`");
        var before = await ReadAsync(context, workspace, other, cancellationToken);
        var ready = new LockAnswer.Ready(now, before);
        if (arguments.Value(format) is "json")
        {
            LockChangesWriter.WriteJson(context.Terminal, ready, workspace.LockFile, isDryRun: true);
            return ExitCodes.Done;
        }

        var changes = ready.Changes;
        if (changes.IsEmpty)
            context.Terminal.Say("No version and no file differs");
        foreach (var change in changes.Packages)
        {
            context.Terminal.WriteResult(LockChangesWriter.Line(change));
            LockChangesWriter.WarnOfDigests(context.Terminal, change);
        }

        return ExitCodes.Done;
    }

    private static async Task<WorkspaceLock> ReadAsync(
        KraitContext context,
        Workspace workspace,
        string other,
        CancellationToken cancellationToken
    )
    {
        var path = Path.GetFullPath(other, context.WorkingFolder);
        if (PlainFile.TryRead(path, out var text) == FileError.None)
            return WorkspaceLock.Parse(path, other, text);
        return await GitCommands.TryShowAsync(context, other, workspace.LockFile, cancellationToken) is { } shown
            ? WorkspaceLock.Parse(workspace.LockFile, $"{other}:{Path.GetFileName(workspace.LockFile)}", shown)
            : throw Unusable(
                $"`{other}` is neither a lock file nor a revision that has one",
                "Use the path of a lock file, or a commit, branch or tag"
            );
    }

    private static KraitException Unusable(string message, string hint) =>
        new(new Diagnostic("no-lock", message) { Hints = [hint] }) { Kind = FailureKind.UnusableInput };
}
