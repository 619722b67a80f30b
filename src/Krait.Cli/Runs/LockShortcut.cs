using Krait.Cli.Parsing;
using Krait.Platform.Caching;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Runs;

/// <summary>Answers a `krait lock` that has nothing to do; what is known of the lock file lies in the cache.</summary>
internal static class LockShortcut
{
    /// <summary>Whether the lock file is known to be what the command would write.</summary>
    public static bool Holds(KraitContext context, ParsedArguments arguments) =>
        ShortcutRequest.FindManifest(context, arguments) is { } manifest
        && ShortcutMemory.Find(context, arguments, manifest) is { } memory
        && memory.Holds(ShortcutRequest.TextOf(context, arguments, manifest), out _);

    /// <summary>Remembers that the lock file is up to date.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="workspace">The workspace; one without `requires-python` depends on the interpreter that is found.</param>
    /// <param name="cache">Where it is remembered.</param>
    /// <param name="locked">The lock.</param>
    /// <param name="began">When the command began.</param>
    public static void Remember(
        KraitContext context,
        ParsedArguments arguments,
        Workspace workspace,
        CacheFolder cache,
        Packaging.Lockfiles.Pylock locked,
        long began
    )
    {
        if (
            ShortcutRequest.FindManifest(context, arguments) is not { } manifest
            || workspace.RequiresPython is null
            || ShortcutRequest.DecidingFiles(context, workspace, locked) is not { } read
        )
        {
            return;
        }

        ShortcutMemory.Write(
            cache,
            manifest,
            memory =>
                memory.Write(
                    ShortcutRequest.TextOf(context, arguments, manifest),
                    note: "",
                    read,
                    [workspace.LockFile],
                    began
                )
        );
    }
}
