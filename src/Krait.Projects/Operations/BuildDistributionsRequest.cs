using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Projects.Inputs;
using Krait.Projects.Resolving;

namespace Krait.Projects.Operations;

/// <summary>What is to be built, and where it goes.</summary>
/// <param name="Inputs">What limits the versions that builds need; it asks for nothing itself.</param>
/// <param name="Sources">The projects, or a source archive.</param>
/// <param name="Folder">The absolute path of the folder for what is built; null where it is only listed.</param>
public sealed record BuildDistributionsRequest(
    RequirementSet Inputs,
    ImmutableArray<DistributionSource> Sources,
    string? Folder
) : ResolveRequest(Inputs)
{
    /// <summary>What is built.</summary>
    public DistributionParts Parts { get; init; } = DistributionParts.WheelFromSdist;
}

/// <summary>Something that distributions are built of.</summary>
/// <param name="Path">The absolute path of a project's folder, or of a source archive.</param>
/// <param name="Name">The project, where that is known.</param>
/// <param name="IsArchive">Whether it is an archive, of which only a wheel can be built.</param>
public sealed record DistributionSource(string Path, PackageName? Name, bool IsArchive);

/// <summary>Which distributions are built.</summary>
public enum DistributionParts
{
    /// <summary>A source distribution, and a wheel of it: what others will build gives the same.</summary>
    WheelFromSdist,

    /// <summary>A source distribution alone.</summary>
    Sdist,

    /// <summary>A wheel alone, of the project itself.</summary>
    Wheel,

    /// <summary>Both, each of the project itself.</summary>
    Both,
}
