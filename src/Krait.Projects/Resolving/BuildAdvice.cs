using System.Collections.Immutable;
using Krait.Build.Failures;
using Krait.Index.SimpleApi;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Installing;
using Krait.Projects.Targets;
using Krait.Projects.Work;
using Krait.Resolver.Requests;

namespace Krait.Projects.Resolving;

/// <summary>What to do after a failed build, for whoever knows the indexes: the newest older release with a wheel that fits.</summary>
internal static class BuildAdvice
{
    /// <summary>The same failure with what to do, where there is something.</summary>
    public static async Task<BuildFailedException> ImproveAsync(
        Workbench bench,
        BuildFailedException failure,
        CancellationToken cancellationToken
    )
    {
        var source = failure.Failure.Source;
        if (bench.Builds?.Policy is not { } policy)
            return failure;
        if (source is not { Name: { } name, Version: { } failed, Origin: null })
            return failure;
        var target = MachineTarget.Create(policy.Interpreter, new TargetOptions());
        var selector = new PinnedSelector(target, policy.Cutoff, new FilePolicy { NoBuild = true });
        foreach (var page in await ReadPagesAsync(bench, name, cancellationToken))
        {
            for (var i = page.VersionCount - 1; i >= 0; i--)
            {
                var version = page.VersionAt(i);
                if (version.CompareTo(failed) >= 0 || (version.IsPrerelease && !failed.IsPrerelease))
                    continue;
                if (selector.Choose([page], version, []) is { IsYanked: false })
                {
                    return failure.WithHint(
                        $"The newest older release with a wheel that fits is {version}: require `{name}=={version}`"
                    );
                }
            }
        }

        return failure;
    }

    private static async Task<ImmutableArray<ProjectPage>> ReadPagesAsync(
        Workbench bench,
        PackageName name,
        CancellationToken cancellationToken
    )
    {
        var pages = ImmutableArray.CreateBuilder<ProjectPage>();
        foreach (var location in bench.Indexes.FindLinks.Concat(bench.Indexes.Of(name).Locations))
        {
            try
            {
                if (await bench.Client.GetPageAsync(location, name, cancellationToken) is PageResponse.Found found)
                    pages.Add(found.Page);
            }
            catch (KraitException)
            {
                // Advice is not worth another failure.
            }
        }

        return pages.DrainToImmutable();
    }
}
