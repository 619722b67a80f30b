using Krait.Build.Building;
using Krait.Build.Git;
using Krait.Build.Isolation;
using Krait.Installer.Wheels;
using Krait.Platform.Caching;
using Krait.Projects.Building;
using Krait.Projects.Work;

namespace Krait.Projects.Isolating;

/// <summary>
/// Everything that builds of one run share: one builder, so that each source is built once, the wheels that were built, and the
/// repositories. Nothing is opened or started before something is to be built.
/// </summary>
public sealed class BuildRun : IDisposable
{
    private readonly CacheFolder cache;
    private readonly bool ownsCache;
    private readonly SourceBuilder builder;
    private readonly WheelStore store;
    private readonly Workbench bench;

    private BuildRun(Workbench bench, BuildPolicy policy, BuildOptions options, GitOptions git, string version)
    {
        // What cannot be kept is built for this run alone.
        ownsCache = bench.Cache.IsReadOnly;
        cache = ownsCache ? CacheFolder.OpenTemporary() : bench.Cache;
        var environments = new IsolatedEnvironments(
            () => this.bench!, // set when this is made, before anybody builds
            new BuildEnvironmentStore(cache, version, options.LockLimit)
        );
        builder = new SourceBuilder(environments, cache, options);
        store = new WheelStore(cache, CacheBucket.BuiltWheels);
        var places = new SourcePlaces(
            bench.Client,
            new SourceArchives(bench.Client, bench.Cache),
            new GitRepositories(cache, git),
            options.Variables
        )
        {
            Warn = bench.Warn,
        };
        this.bench = bench with { Builds = new SourceBuilds(builder, store, places, policy) };
    }

    /// <summary>What operations work with, with builds.</summary>
    public Workbench Bench => bench;

    /// <summary>How many times a backend was started, for traces.</summary>
    public int HookRuns => builder.HookRuns;

    /// <summary>Adds builds to what operations work with.</summary>
    /// <param name="bench">What operations work with.</param>
    /// <param name="policy">What the user wants of builds.</param>
    /// <param name="options">What holds for all builds of the run.</param>
    /// <param name="git">How repositories are reached.</param>
    /// <param name="version">The version of krait, which marks environments as made by it.</param>
    public static BuildRun Create(
        Workbench bench,
        BuildPolicy policy,
        BuildOptions options,
        GitOptions git,
        string version
    ) => new(bench, policy, options, git, version);

    /// <inheritdoc/>
    public void Dispose()
    {
        builder.Dispose();
        store.Dispose();
        if (ownsCache)
            cache.Dispose();
    }
}
