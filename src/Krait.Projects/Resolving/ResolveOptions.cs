using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Projects.Resolving;

/// <summary>How versions are chosen, whatever is asked for.</summary>
public sealed record ResolveOptions
{
    /// <summary>Which of the fitting versions is taken.</summary>
    public ResolutionMode Mode { get; init; }

    /// <summary>What is asked of the indexes before it is certain to be needed.</summary>
    public LookaheadOptions Lookahead { get; init; } = LookaheadOptions.Default;

    /// <summary>When pre-releases are taken.</summary>
    public PrereleasePolicy Prereleases { get; init; } = PrereleasePolicy.Default;

    /// <summary>Whether wheels and source distributions may be used.</summary>
    public FilePolicy Files { get; init; } = FilePolicy.Default;

    /// <summary>Which files are too new to be seen.</summary>
    public UploadCutoff Cutoff { get; init; } = UploadCutoff.None;

    /// <summary>Whether only what is asked for is taken, nothing that it requires.</summary>
    public bool IgnoresDependencies { get; init; }

    /// <summary>Whether earlier versions are no preferences at all.</summary>
    public bool UpgradesAll { get; init; }

    /// <summary>Names whose earlier versions are no preferences, and what they may become.</summary>
    public ImmutableDictionary<PackageName, SpecifierSet?> Upgrades { get; init; } =
        ImmutableDictionary<PackageName, SpecifierSet?>.Empty;

    /// <summary>What explanations call the place that limits what a name may become.</summary>
    public string UpgradesFrom { get; init; } = "from the upgrades";

    /// <summary>Whether everything needs a digest in the input; null takes it from the input.</summary>
    public bool? RequiresHashes { get; init; }

    /// <summary>Whether one digest in the input demands one for everything, where nobody says so or the opposite.</summary>
    public bool OneHashDemandsAll { get; init; }

    /// <summary>Whether the digests of the input are checked.</summary>
    public bool ChecksHashes { get; init; } = true;

    /// <summary>Whether an earlier version of a name may be preferred.</summary>
    public bool MayPrefer(PackageName name) => !UpgradesAll && !Upgrades.ContainsKey(name);
}
