using System.Collections.Immutable;
using Krait.Index;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Locks;
using Krait.Projects.Building;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Resolver.Requests;
using Krait.Sources;
using Krait.Sources.Services;

namespace Krait.Projects.Work;

/// <summary>What operations work with: made once for a run, from options and the environment.</summary>
/// <param name="Cache">The cache.</param>
/// <param name="Client">The connection to the indexes.</param>
/// <param name="Indexes">Which indexes there are.</param>
/// <param name="Store">The unpacked wheels.</param>
/// <param name="WorkingFolder">What relative paths start from.</param>
/// <param name="Variables">The environment variables.</param>
public sealed record Workbench(
    CacheFolder Cache,
    IndexClient Client,
    IndexSettings Indexes,
    WheelStore Store,
    string WorkingFolder,
    IReadOnlyDictionary<string, string> Variables
)
{
    /// <summary>Whether indexes that offer help with resolutions are asked for it.</summary>
    public ResolverChoice ResolverChoice { get; init; }

    /// <summary>How many files are fetched at once.</summary>
    public int Downloads { get; init; } = 50;

    /// <summary>Whether files are unpacked while others are still arriving.</summary>
    public bool UnpacksWhileFetching { get; init; } = true;

    /// <summary>How long to wait for a lock that another process holds.</summary>
    public TimeSpan LockLimit { get; init; } = CacheFolder.DefaultLockLimit;

    /// <summary>Told when a lock has to be waited for.</summary>
    public IProgress<LockWaiting>? Waiting { get; init; }

    /// <summary>Told how the work goes.</summary>
    public IProgress<OperationEvent>? Progress { get; init; }

    /// <summary>Told each decision of a resolution, in words; null where nobody reads them.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>A client for the same cache that never asks what it finds there; null when the client is already like that.</summary>
    public IndexClient? Offline { get; init; }

    /// <summary>The packages whose files are fetched again when they are installed, though the store has them; null for none.</summary>
    public Predicate<PackageName>? Refetched { get; init; }

    /// <summary>Builds what exists as source; null where nothing is built.</summary>
    public SourceBuilds? Builds { get; init; }

    /// <summary>Fetches, builds and unpacks wheels.</summary>
    public WheelPreparer Preparer =>
        new(Store, Client, Downloads, Builds) { UnpacksWhileFetching = UnpacksWhileFetching };

    /// <summary>Tells of something that is no error.</summary>
    public void Warn(Diagnostic warning) => Progress?.Report(new OperationEvent.Warned(warning));

    /// <summary>Tells of things that are no errors.</summary>
    public void Warn(IEnumerable<Diagnostic> warnings)
    {
        foreach (var warning in warnings)
            Warn(warning);
    }

    /// <summary>Opens connections to where the requirements of inputs will be looked for.</summary>
    public void Warm(RequirementSet inputs)
    {
        var names = inputs.Roots.Select(root => root.Requirement.Name).ToList();
        Client.Warm(Indexes.PlacesOf(names), names);
    }

    /// <summary>What stands behind URLs and paths, for one run.</summary>
    /// <param name="inputs">What the user asked for: the URLs in it may name environment variables.</param>
    /// <param name="hashes">The digests that the input allows, by name; null where none are checked.</param>
    /// <param name="target">The one machine that wheels are chosen for; null where they are for many.</param>
    public DirectWheels CreateDirect(
        RequirementSet inputs,
        ImmutableDictionary<PackageName, ImmutableArray<FileHash>>? hashes,
        ResolutionTarget.Specific? target
    ) =>
        new(Preparer, Builds, new DirectInputs(WorkingFolder, inputs, Variables) { Allowed = hashes, Target = target });
}
