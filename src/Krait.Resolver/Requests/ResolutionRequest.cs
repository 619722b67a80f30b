using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Tags;
using Krait.Packaging.Versions;

namespace Krait.Resolver.Requests;

/// <summary>Everything that decides a resolution, but for what the indexes say.</summary>
public sealed record ResolutionRequest
{
    /// <summary>What is asked for, in the order in which it was.</summary>
    public required ImmutableArray<RootRequirement> Requirements { get; init; }

    /// <summary>What it is resolved for: one environment or many.</summary>
    public required ResolutionTarget Target { get; init; }

    /// <summary>Ranges that hold for a name if anything asks for it.</summary>
    public ImmutableArray<UserLimit> Constraints { get; init; } = [];

    /// <summary>Requirements that replace every requirement on their name.</summary>
    public ImmutableArray<UserLimit> Overrides { get; init; } = [];

    /// <summary>Names that are left out wherever they are required.</summary>
    public ImmutableArray<PackageName> Excludes { get; init; } = [];

    /// <summary>Changes in the requirements of single packages.</summary>
    public ImmutableArray<ScopedChange> ScopedChanges { get; init; } = [];

    /// <summary>Which of the fitting versions is taken.</summary>
    public ResolutionMode Mode { get; init; }

    /// <summary>When pre-releases are taken.</summary>
    public PrereleasePolicy Prereleases { get; init; } = PrereleasePolicy.Default;

    /// <summary>Whether wheels and source distributions may be used.</summary>
    public FilePolicy Files { get; init; } = FilePolicy.Default;

    /// <summary>Which files are too new to be seen.</summary>
    public UploadCutoff Cutoff { get; init; } = UploadCutoff.None;

    /// <summary>Versions to take where they fit: locked, written or installed before. Earlier ones go first.</summary>
    public ImmutableArray<Preference> Preferences { get; init; } = [];

    /// <summary>Versions that one environment has and that stay where they fit. They go before preferences.</summary>
    public ImmutableArray<InstalledVersion> Installed { get; init; } = [];

    /// <summary>Projects that an earlier answer to the same question has: they are asked about before anything is known to need them.</summary>
    public ImmutableArray<PackageName> Expected { get; init; } = [];

    /// <summary>
    /// Where set, only files with one of these hashes may be used, and names without are refused (`--require-hashes`).
    /// </summary>
    public ImmutableDictionary<PackageName, ImmutableArray<FileHash>>? RequiredHashes { get; init; }

    /// <summary>Metadata that the user states and no index is asked for.</summary>
    public ImmutableArray<StatedMetadata> StatedMetadata { get; init; } = [];

    /// <summary>Packages whose index depends on the environment: such a target is resolved apart for each of them.</summary>
    public ImmutableArray<IndexPin> IndexPins { get; init; } = [];

    /// <summary>Extras and groups of which at most one of each set is ever installed.</summary>
    public ImmutableArray<ConflictSet> Conflicts { get; init; } = [];

    /// <summary>What is asked of the source before it is certain to be needed.</summary>
    public LookaheadOptions Lookahead { get; init; } = LookaheadOptions.Default;

    /// <summary>Only what is asked for, nothing that it requires (`--no-deps`).</summary>
    public bool IgnoresDependencies { get; init; }

    /// <summary>After how many decisions the resolver gives up with what it knows.</summary>
    public int DecisionLimit { get; init; } = 200_000;

    /// <summary>
    /// How many forks there may be: far more than real environments need. Conditions that are independent of each other double them one
    /// by one.
    /// </summary>
    public int ForkLimit { get; init; } = 1_000;

    /// <summary>Whether forks for lower Pythons go first: what serves these serves higher ones, too, so that fewer versions are needed.</summary>
    internal bool TakesLowestPythonsFirst =>
        Mode == ResolutionMode.Lowest || Target is ResolutionTarget.Universal { Strategy: ForkStrategy.Fewest };
}

/// <summary>A requirement of the user, and where it stands.</summary>
/// <param name="Requirement">The requirement.</param>
/// <param name="Origin">Where it is written; null for the command line.</param>
public sealed record RootRequirement(Requirement Requirement, RequirementOrigin? Origin = null)
{
    /// <summary>Whether a path is to be installed in place.</summary>
    public bool IsEditable { get; init; }

    /// <summary>The extra or group of the user's project that asks for it, where that takes part in a conflict.</summary>
    public ConflictItem? AskedBy { get; init; }
}

/// <summary>What a resolution is for.</summary>
public abstract record ResolutionTarget
{
    private ResolutionTarget() { }

    /// <summary>One environment.</summary>
    /// <param name="Environment">The values of its markers.</param>
    /// <param name="Tags">What it can install; null accepts every wheel.</param>
    /// <param name="Python">The Python release that Requires-Python is compared with.</param>
    public sealed record Specific(MarkerEnvironment Environment, TagSet? Tags, Version Python) : ResolutionTarget;

    /// <summary>All environments.</summary>
    /// <param name="RequiresPython">The Python versions that the result must support; only its lower bound excludes versions.</param>
    public sealed record Universal(SpecifierSet RequiresPython) : ResolutionTarget
    {
        /// <summary>The environments to resolve for; disjoint; empty means all.</summary>
        public ImmutableArray<Marker> Environments { get; init; } = [];

        /// <summary>Environments for which a version without source distribution must have a wheel.</summary>
        public ImmutableArray<Marker> RequiredEnvironments { get; init; } = [];

        /// <summary>Forks of an earlier result, resolved in their order before anything forks again.</summary>
        public ImmutableArray<Marker> EarlierForks { get; init; } = [];

        /// <summary>What a fork over Python versions optimizes.</summary>
        public ForkStrategy Strategy { get; init; }
    }
}

/// <summary>Which of the fitting versions is taken.</summary>
public enum ResolutionMode
{
    /// <summary>The highest.</summary>
    Highest,

    /// <summary>The lowest.</summary>
    Lowest,

    /// <summary>The lowest of what the user asks for, the highest of all else.</summary>
    LowestDirect,
}

/// <summary>When pre-releases are taken.</summary>
public enum PrereleaseMode
{
    /// <summary>Where no final release fits.</summary>
    IfNecessary,

    /// <summary>Never.</summary>
    Disallow,

    /// <summary>Like final releases.</summary>
    Allow,

    /// <summary>Where a requirement of the user names one, like final releases.</summary>
    Explicit,
}

/// <summary>When pre-releases are taken, for all and for single names.</summary>
public sealed record PrereleasePolicy(PrereleaseMode Mode)
{
    /// <summary>Where no final release fits.</summary>
    public static PrereleasePolicy Default { get; } = new(PrereleaseMode.IfNecessary);

    /// <summary>Names with a mode of their own.</summary>
    public ImmutableDictionary<PackageName, PrereleaseMode> Packages { get; init; } =
        ImmutableDictionary<PackageName, PrereleaseMode>.Empty;

    /// <summary>The mode of a name.</summary>
    public PrereleaseMode For(PackageName name) => Packages.TryGetValue(name, out var mode) ? mode : Mode;
}

/// <summary>Whether wheels and source distributions may be used.</summary>
public sealed record FilePolicy
{
    /// <summary>Both, of all packages.</summary>
    public static FilePolicy Default { get; } = new();

    /// <summary>No wheels of any package (`--no-binary :all:`), but for <see cref="BinaryPackages"/>.</summary>
    public bool NoBinary { get; init; }

    /// <summary>Packages without wheels.</summary>
    public ImmutableHashSet<PackageName> NoBinaryPackages { get; init; } = [];

    /// <summary>No source distributions of any package (`--only-binary :all:`).</summary>
    public bool NoBuild { get; init; }

    /// <summary>Packages without source distributions.</summary>
    public ImmutableHashSet<PackageName> NoBuildPackages { get; init; } = [];

    /// <summary>Packages that are exempt from <see cref="NoBinary"/>.</summary>
    public ImmutableHashSet<PackageName> BinaryPackages { get; init; } = [];

    /// <summary>Packages that are exempt from <see cref="NoBuild"/>.</summary>
    public ImmutableHashSet<PackageName> BuildPackages { get; init; } = [];

    /// <summary>Whether wheels of a package may be used.</summary>
    public bool AllowsWheels(PackageName name) =>
        !NoBinaryPackages.Contains(name) && (!NoBinary || BinaryPackages.Contains(name));

    /// <summary>Whether source distributions of a package may be used.</summary>
    public bool AllowsSdists(PackageName name) =>
        !NoBuildPackages.Contains(name) && (!NoBuild || BuildPackages.Contains(name));
}

/// <summary>Which files are too new to be seen; a file without upload time is too new for any cut-off.</summary>
/// <param name="Global">The cut-off for all packages without their own.</param>
public sealed record UploadCutoff(DateTimeOffset? Global)
{
    /// <summary>All files are seen.</summary>
    public static UploadCutoff None { get; } = new(Global: null);

    /// <summary>Packages with a cut-off of their own; null lifts it.</summary>
    public ImmutableDictionary<PackageName, DateTimeOffset?> Packages { get; init; } =
        ImmutableDictionary<PackageName, DateTimeOffset?>.Empty;

    /// <summary>The cut-off of a name.</summary>
    public DateTimeOffset? For(PackageName name) => Packages.TryGetValue(name, out var own) ? own : Global;
}

/// <summary>A version to take where it fits.</summary>
/// <param name="Name">The project.</param>
/// <param name="Version">The version.</param>
/// <param name="Marker">The environments it was chosen for.</param>
public sealed record Preference(PackageName Name, Version Version, Marker Marker)
{
    /// <summary>The label of the index it came from, if only that one counts.</summary>
    public string? Index { get; init; }

    /// <summary>Whether another fork of the same resolution chose it, rather than an earlier one.</summary>
    internal bool IsFromFork { get; init; }
}

/// <summary>Metadata that the user states for a project.</summary>
/// <param name="Name">The project.</param>
/// <param name="Version">The version it is stated for; null for all.</param>
/// <param name="Metadata">Requirements, extras and Requires-Python.</param>
public sealed record StatedMetadata(PackageName Name, Version? Version, CoreMetadata Metadata);
