using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Locks;
using Krait.Projects.Locking;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Runs;

/// <summary>Where the environment of a script with metadata is: in the cache, at a place that its path decides.</summary>
internal static class ScriptPlace
{
    private static readonly Option[] ForProjects =
    [
        ProjectOptions.Package,
        ProjectOptions.Packages,
        ProjectOptions.AllPackages,
        ProjectOptions.Extra,
        ProjectOptions.AllExtras,
        ProjectOptions.NoExtra,
        ProjectOptions.Group,
        ProjectOptions.NoGroup,
        ProjectOptions.OnlyGroup,
        ProjectOptions.AllGroups,
        ProjectOptions.NoDefaultGroups,
        ProjectOptions.NoDev,
        ProjectOptions.OnlyDev,
        ProjectOptions.NoEditable,
        ProjectOptions.NoEditablePackage,
        .. WorkspaceOptions.Omissions,
    ];

    /// <summary>The place of a script's environment: its own, or with `--active` the one that is active.</summary>
    public static EnvironmentPlace Of(
        KraitContext context,
        ParsedArguments arguments,
        CacheFolder cache,
        WorkspaceScript script
    ) =>
        arguments.Switch(ProjectOptions.Active) == true
        && context.Variables.GetValueOrDefault("VIRTUAL_ENV") is { Length: > 0 } active
            ? new EnvironmentPlace(
                Path.TrimEndingDirectorySeparator(Path.GetFullPath(active, context.WorkingFolder)),
                IsOwn: false
            )
            : new EnvironmentPlace(PathOf(cache, script.Path, script.Path), IsOwn: true);

    /// <summary>The directory of a script's environment.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="path">The path of the script.</param>
    /// <param name="key">What identifies it: its path, or its text if it is not a file.</param>
    public static string PathOf(CacheFolder cache, string path, string key)
    {
        var name = $"{Path.GetFileNameWithoutExtension(path)}-{CachedEnvironment.KeyOf(key)[..16]}";
        return Path.Join(cache.Bucket(CacheBucket.Environments), name);
    }

    /// <summary>Refuses options for parts of a project, which a script does not have.</summary>
    /// <exception cref="UsageException">One is given.</exception>
    public static void RefuseProjectOptions(ParsedArguments arguments)
    {
        if (!arguments.WasGiven(ProjectOptions.Script))
            return;
        if (Array.Find(ForProjects, arguments.WasGiven) is { } option)
            throw new UsageException($"`--script` and `--{option.Name}` cannot be used together");
    }

    /// <summary>Refuses a script that does not list its requirements.</summary>
    /// <exception cref="KraitException">It has no metadata (unusable input).</exception>
    public static void RefuseWithoutMetadata(WorkspaceScript script)
    {
        if (script.Metadata is not null)
            return;
        throw new KraitException(
            new Diagnostic("no-script-metadata", "the script has no `# /// script` block that lists its requirements")
            {
                Hints = [$"Add one with `krait init --script {script.Shown}`"],
            }.In(script.Shown)
        )
        {
            Kind = FailureKind.UnusableInput,
        };
    }

    /// <summary>
    /// Holds the environment of a script, which is shared with its runs, for a change: what it is made of then is not what the last run knew. Null where
    /// there is nothing to hold.
    /// </summary>
    /// <exception cref="KraitException">The script has no metadata, or a lock that it should have is not there (unusable input).</exception>
    public static async Task<FileLock?> HoldAsync(
        KraitContext context,
        ParsedArguments arguments,
        ProjectRun project,
        bool isDryRun,
        CancellationToken cancellationToken
    )
    {
        if (project.Workspace.Script is not { } script)
            return null;
        RefuseWithoutMetadata(script);
        if (project.Use != LockUse.Update && !project.KeepsLock)
            throw WorkspaceLock.Missing(project.Workspace, project.ShownLock);
        var place = Of(context, arguments, project.Cache, script);
        if (isDryRun || !place.IsOwn)
            return null;
        var cached = new CachedEnvironment(place.Path);
        var held = await cached.HoldAsync(context, arguments, cancellationToken);
        cached.Forget();
        return held;
    }
}
