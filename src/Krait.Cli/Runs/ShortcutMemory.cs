using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Platform.Caching;
using Krait.Platform.Files;
using Krait.Projects.Remembering;

namespace Krait.Cli.Runs;

/// <summary>Where the cache keeps what lock files and environments were found up to date for: one memory for each of them.</summary>
internal static class ShortcutMemory
{
    /// <summary>The memory of a file or environment; null where there is none, or none that can be believed.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="path">The file or environment.</param>
    public static WorkMemory? Find(KraitContext context, ParsedArguments arguments, string path)
    {
        if (arguments.IsOn(GlobalOptions.NoCache) || CacheArguments.Location(context, arguments) is not { } cache)
        {
            return null;
        }

        var folder = Path.Join(cache.Path, BucketName.Of(CacheBucket.Locks));
        // What somebody else left there may say anything.
        return
            FileStatus.TryRead(folder, followLinks: false, out var status) == FileError.None
            && status is { IsOwn: true, IsWritableByOthers: false }
            ? In(folder, path)
            : null;
    }

    /// <summary>Writes the memory of a file or environment; a cache that cannot be written costs time, nothing else.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="path">The file or environment.</param>
    /// <param name="write">Writes it.</param>
    public static void Write(CacheFolder cache, string path, Action<WorkMemory> write)
    {
        try
        {
            write(In(cache.Bucket(CacheBucket.Locks), path));
        }
        catch (FileSystemException)
        {
            // The next command takes the long way.
        }
    }

    private static WorkMemory In(string folder, string path) => new(Path.Join(folder, CacheKey.Of(path)));
}
