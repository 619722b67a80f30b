using System.Collections.Concurrent;
using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Environments.Layouts;
using Krait.Index.SimpleApi;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Pip;

/// <summary>Finds what is installed in an older release than the newest that its environment can install.</summary>
internal static class NewerReleases
{
    private const int Width = 32;

    /// <summary>The options on which releases count, and where they are looked for.</summary>
    public static ImmutableArray<Option> Options { get; } =
    [
        SelectionOptions.Pre,
        SelectionOptions.Prerelease,
        SelectionOptions.ExcludeNewer,
        SelectionOptions.ExcludeNewerPackage,
        .. PipOptions.Freshness,
        .. IndexOptions.All,
    ];

    /// <summary>The newest releases of what is not up to date; what no index knows counts as up to date.</summary>
    public static async Task<IReadOnlyDictionary<InstalledPackage, NewerRelease>> FindAsync(
        KraitContext context,
        ParsedArguments arguments,
        PythonEnvironment environment,
        IReadOnlyCollection<InstalledPackage> packages,
        CancellationToken cancellationToken
    )
    {
        var allowsPrereleases =
            arguments.IsOn(SelectionOptions.Pre) || arguments.Value(SelectionOptions.Prerelease) is "allow";
        var cutoff = ResolveArguments.Cutoff(context, arguments);
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var client = run.Client;
        var indexes = IndexArguments.Create(context, arguments);
        client.Warm(indexes.All, packages.Select(package => package.Name));
        var newer = new ConcurrentDictionary<InstalledPackage, NewerRelease>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Width, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            packages,
            options,
            async (package, token) =>
            {
                foreach (var location in indexes.All)
                {
                    if (await client.GetPageAsync(location, package.Name, token) is not PageResponse.Found found)
                        continue;
                    if (
                        package.Distribution.Version is { } version
                        && Newest(found.Page, environment, allowsPrereleases, cutoff.For(package.Name)) is { } newest
                        && newest.Version > version
                    )
                    {
                        newer[package] = newest;
                    }

                    break;
                }
            }
        );
        return newer;
    }

    private static NewerRelease? Newest(
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
                    return new NewerRelease(version, "wheel");
            }

            if (isSource)
                return new NewerRelease(version, "sdist");
        }

        return null;
    }
}

/// <summary>The newest release of a package that is installed in an older one.</summary>
/// <param name="Version">Its version.</param>
/// <param name="FileType">What it would be installed from: `wheel` or `sdist`.</param>
internal sealed record NewerRelease(Version Version, string FileType);
