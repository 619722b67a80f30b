using System.Collections.Immutable;
using System.Globalization;
using Krait.Environments.Installed;
using Krait.Packaging.Locations;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;

namespace Krait.Projects.Inspection;

/// <summary>An installed distribution with what it requires of the others.</summary>
public sealed class InstalledPackage
{
    internal InstalledPackage(InstalledDistribution distribution)
    {
        Distribution = distribution;
        Metadata = CoreMetadata.TryParse(distribution.ReadMetadata(), out var metadata, out var error)
            ? metadata
            : null;
        Unreadable = error;
        var egg =
            Metadata is { RequiresDist.IsEmpty: true }
            && distribution.Kind is InstalledKind.EggInfoFolder or InstalledKind.EggLink;
        (Stated, Extras) = egg
            ? EggRequirements.Read(distribution.Read("requires.txt"))
            : (Metadata?.RequiresDist ?? [], Metadata?.ProvidesExtra ?? []);
        DirectUrl = DirectUrl.TryParse(distribution.ReadDirectUrl().Span, out var directUrl, out _) ? directUrl : null;
    }

    /// <summary>What lies in the environment.</summary>
    public InstalledDistribution Distribution { get; }

    /// <summary>Its metadata; null when it cannot be read.</summary>
    public CoreMetadata? Metadata { get; }

    /// <summary>All that it says it requires, under whatever markers; of an `.egg-info` folder, what its requires.txt says.</summary>
    public ImmutableArray<Requirement> Stated { get; }

    /// <summary>The extras that it has.</summary>
    public ImmutableArray<ExtraName> Extras { get; }

    /// <summary>Why its metadata cannot be read.</summary>
    public Diagnostic? Unreadable { get; }

    /// <summary>Where it was installed from, when that was no index (PEP 610).</summary>
    public DirectUrl? DirectUrl { get; }

    /// <summary>The project.</summary>
    public PackageName Name => Distribution.Name;

    /// <summary>The version as it is written.</summary>
    public string VersionText => Distribution.VersionText;

    /// <summary>The folder of the project that it is installed from in place; null for others.</summary>
    public string? EditableLocation =>
        DirectUrl is DirectUrl.Folder { IsEditable: true } folder
        && Location.Of(folder.Url).TryGetLocalPath("/", out var path)
            ? path
            : Distribution.ProjectFolder;

    /// <summary>The name as its author spells it.</summary>
    public string DisplayName =>
        displayName ??= RawMetadata.Parse(Distribution.ReadMetadata()).Text("name") ?? Name.Value;

    private string? displayName;

    /// <summary>What it requires in this environment, without extras.</summary>
    public ImmutableArray<InstalledRequirement> Requirements { get; internal set; } = [];

    /// <summary>The packages that require it, by name.</summary>
    public ImmutableArray<InstalledPackage> RequiredBy { get; internal set; } = [];

    /// <summary>`name version`</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {VersionText}");
}

/// <summary>A requirement of an installed package and what satisfies it.</summary>
/// <param name="Requirement">The requirement.</param>
/// <param name="Target">The installed package of that name; null when there is none.</param>
public sealed record InstalledRequirement(Requirement Requirement, InstalledPackage? Target);
