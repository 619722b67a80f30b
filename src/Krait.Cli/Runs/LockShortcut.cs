using Krait.Cli.Parsing;
using Krait.Platform.Caching;
using Krait.Platform.Files;
using Krait.Projects.Remembering;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Runs;

/// <summary>Answers a `krait lock` that has nothing to do; what is known of the lock file lies in the cache.</summary>
internal static class LockShortcut
{
    /// <summary>Whether the lock file is known to be what the command would write.</summary>
    public static bool Holds(KraitContext context, ParsedArguments arguments)
    {
        return FindFolder(context, arguments) is { } folder
            && ShortcutRequest.FindManifest(context, arguments) is { } manifest
            && MemoryIn(folder, manifest).Holds(ShortcutRequest.TextOf(context, arguments, manifest), out _);
    }

    /// <summary>Where the cache keeps what was found up to date; null where there is nothing, or nothing that can be believed.</summary>
    public static string? FindFolder(KraitContext context, ParsedArguments arguments)
    {
        if (
            arguments.IsOn(Options.GlobalOptions.NoCache)
            || CacheArguments.Location(context, arguments) is not { } cache
        )
        {
            return null;
        }

        var folder = Path.Join(cache.Path, BucketName.Of(CacheBucket.Locks));
        // What somebody else left there may say anything.
        return
            FileStatus.TryRead(folder, followLinks: false, out var status) == FileError.None
            && status is { IsOwn: true, IsWritableByOthers: false }
            ? folder
            : null;
    }

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

        try
        {
            MemoryIn(cache.Bucket(CacheBucket.Locks), manifest)
                .Write(
                    ShortcutRequest.TextOf(context, arguments, manifest),
                    note: "",
                    read,
                    [workspace.LockFile],
                    began
                );
        }
        catch (FileSystemException)
        {
            // A cache that cannot be written costs time, nothing else.
        }
    }

    private static WorkMemory MemoryIn(string folder, string manifest) => new(Path.Join(folder, CacheKey.Of(manifest)));
}
