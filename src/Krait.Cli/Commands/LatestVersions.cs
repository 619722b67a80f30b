using System.Collections.Concurrent;
using Krait.Cli.Arguments;
using Krait.Environments.Layouts;
using Krait.Index.SimpleApi;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;

namespace Krait.Cli.Commands;

/// <summary>Finds the newest release of packages that an environment can install.</summary>
internal static class LatestVersions
{
    private const int Width = 32;

    /// <summary>The newest releases by name; a name that no index knows is missing.</summary>
    public static async Task<Dictionary<PackageName, Version>> FindAsync(
        KraitContext context,
        ParsedArguments arguments,
        PythonEnvironment environment,
        IReadOnlyCollection<PackageName> names,
        CancellationToken cancellationToken
    )
    {
        using var cache = await CacheAccess.OpenAsync(context, arguments, cancellationToken);
        await using var client = WorkbenchFactory.CreateClient(context, arguments, cache);
        var indexes = WorkbenchFactory.CreateIndexes(context, arguments, []);
        client.Warm(indexes.All, names);
        var latest = new ConcurrentDictionary<PackageName, Version>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Width, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            names,
            options,
            async (name, token) =>
            {
                foreach (var location in indexes.All)
                {
                    if (await client.GetPageAsync(location, name, token) is not PageResponse.Found found)
                        continue;
                    if (Newest(found.Page, environment, arguments.IsOn(PipOptions.Pre)) is { } version)
                        latest[name] = version;
                    break;
                }
            }
        );
        return new Dictionary<PackageName, Version>(latest);
    }

    private static Version? Newest(ProjectPage page, PythonEnvironment environment, bool allowsPrereleases)
    {
        var python = environment.Interpreter.Markers.ParsedPythonFullVersion.OnlyRelease();
        for (var index = page.VersionCount - 1; index >= 0; index--)
        {
            var version = page.VersionAt(index);
            if (version.IsPrerelease && !allowsPrereleases)
                continue;
            var (start, count) = page.FilesOf(index);
            for (var i = start; i < start + count; i++)
            {
                var file = page.FileAt(i);
                var fits = !file.IsYanked && (file.RequiresPython?.Contains(python) ?? true);
                if (fits && (!file.IsWheel || environment.Interpreter.Tags.RankOf(file.Wheel) is not null))
                    return version;
            }
        }
        return null;
    }
}
