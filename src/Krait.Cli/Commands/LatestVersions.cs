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
    public static async Task<Dictionary<PackageName, LatestVersion>> FindAsync(
        KraitContext context,
        ParsedArguments arguments,
        PythonEnvironment environment,
        IReadOnlyCollection<PackageName> names,
        CancellationToken cancellationToken
    )
    {
        var allowsPrereleases =
            arguments.IsOn(SelectionOptions.Pre) || arguments.Value(SelectionOptions.Prerelease) is "allow";
        var cutoff = ResolveArguments.Cutoff(context, arguments);
        using var cache = await CacheAccess.OpenAsync(context, arguments, cancellationToken);
        await using var client = WorkbenchFactory.CreateClient(context, arguments, cache);
        var indexes = IndexAccess.Create(context, arguments);
        client.Warm(indexes.All, names);
        var latest = new ConcurrentDictionary<PackageName, LatestVersion>();
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
                    if (Newest(found.Page, environment, allowsPrereleases, cutoff.For(name)) is { } version)
                        latest[name] = version;
                    break;
                }
            }
        );
        return new Dictionary<PackageName, LatestVersion>(latest);
    }

    private static LatestVersion? Newest(
        ProjectPage page,
        PythonEnvironment environment,
        bool allowsPrereleases,
        DateTimeOffset? cutoff
    )
    {
        var python = environment.Interpreter.Markers.ParsedPythonFullVersion.OnlyRelease();
        for (var index = page.VersionCount - 1; index >= 0; index--)
        {
            var version = page.VersionAt(index);
            if (version.IsPrerelease && !allowsPrereleases)
                continue;
            var isSource = false;
            var (start, count) = page.FilesOf(index);
            for (var i = start; i < start + count; i++)
            {
                var file = page.FileAt(i);
                var isOldEnough = cutoff is null || (file.UploadTime is { } time && time < cutoff);
                var fits = isOldEnough && !file.IsYanked && (file.RequiresPython?.Contains(python) ?? true);
                if (!fits)
                    continue;
                isSource |= !file.IsWheel;
                if (file.IsWheel && environment.Interpreter.Tags.RankOf(file.Wheel) is not null)
                    return new LatestVersion(version, "wheel");
            }
            if (isSource)
                return new LatestVersion(version, "sdist");
        }
        return null;
    }
}

/// <summary>The newest release of a package.</summary>
/// <param name="Version">Its version.</param>
/// <param name="FileType">What it would be installed from: `wheel` or `sdist`.</param>
internal sealed record LatestVersion(Version Version, string FileType);
