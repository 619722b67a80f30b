using System.Collections.Immutable;
using Krait.Build.Hooks;
using Krait.Build.Isolation;
using Krait.Environments.Interpreters;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Projects.Inputs;
using Krait.Resolver.Requests;

namespace Krait.Projects.Building;

/// <summary>What the user wants of builds: the same for all of a run.</summary>
/// <param name="Interpreter">The interpreter that is built for and with.</param>
public sealed record BuildPolicy(Interpreter Interpreter)
{
    /// <summary>Which wheels and source distributions may be used, also for what builds need.</summary>
    public FilePolicy Files { get; init; } = FilePolicy.Default;

    /// <summary>Which files are too new to be seen, also for what builds need.</summary>
    public UploadCutoff Cutoff { get; init; } = UploadCutoff.None;

    /// <summary>What limits the versions in build environments (`--build-constraints`).</summary>
    public ImmutableArray<Limit> Constraints { get; init; } = [];

    /// <summary>Settings for all backends (`--config-settings`).</summary>
    public ConfigSettings Settings { get; init; } = ConfigSettings.None;

    /// <summary>Settings for the backends of single packages (`--config-settings-package`).</summary>
    public ImmutableDictionary<PackageName, ConfigSettings> PackageSettings { get; init; } =
        ImmutableDictionary<PackageName, ConfigSettings>.Empty;

    /// <summary>What the builds of single packages need beside what they state (`extra-build-dependencies`).</summary>
    public ImmutableDictionary<PackageName, ImmutableArray<Requirement>> ExtraRequires { get; init; } =
        ImmutableDictionary<PackageName, ImmutableArray<Requirement>>.Empty;

    /// <summary>Variables for the builds of single packages (`extra-build-variables`).</summary>
    public ImmutableDictionary<PackageName, ImmutableSortedDictionary<string, string>> ExtraVariables { get; init; } =
        ImmutableDictionary<PackageName, ImmutableSortedDictionary<string, string>>.Empty;

    /// <summary>The environment in which what is not isolated is built, as it is when it is asked for; null where everything is isolated.</summary>
    public Func<BuildEnvironment>? Shared { get; init; }

    /// <summary>Whether that environment must have what the builds in it need (`--check-build-dependencies`).</summary>
    public bool ChecksShared { get; init; }

    /// <summary>Whether nothing is isolated (`--no-build-isolation`).</summary>
    public bool SharesAll { get; init; }

    /// <summary>What is not isolated (`--no-build-isolation-package`).</summary>
    public ImmutableHashSet<PackageName> SharedPackages { get; init; } = [];

    /// <summary>Whether everything is rebuilt (`--refresh`, `--reinstall`).</summary>
    public bool RefreshesAll { get; init; }

    /// <summary>What is rebuilt.</summary>
    public ImmutableHashSet<PackageName> RefreshedPackages { get; init; } = [];

    /// <summary>Whether a package is built in the environment as it is.</summary>
    public bool IsShared(PackageName? name) =>
        Shared is not null && (SharesAll || (name is not null && SharedPackages.Contains(name)));

    /// <summary>Whether a cached answer on a package is not good enough.</summary>
    public bool IsRefreshed(PackageName? name) =>
        RefreshesAll || (name is not null && RefreshedPackages.Contains(name));
}
