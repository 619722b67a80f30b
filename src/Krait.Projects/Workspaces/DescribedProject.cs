using System.Collections.Immutable;
using Krait.Packaging.Manifests;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;

namespace Krait.Projects.Workspaces;

/// <summary>What the backend of a project says that it requires, where its manifest does not say it.</summary>
/// <param name="Dependencies">What it always requires.</param>
/// <param name="OptionalDependencies">What its extras require.</param>
public sealed record DescribedProject(
    ImmutableArray<StatedRequirement> Dependencies,
    ImmutableArray<KeyValuePair<ExtraName, ImmutableArray<StatedRequirement>>> OptionalDependencies
)
{
    /// <summary>What metadata says.</summary>
    public static DescribedProject Of(CoreMetadata metadata)
    {
        var plain = metadata.RequiresDist.Where(one => !metadata.ProvidesExtra.Any(extra => IsOf(one.Marker, extra)));
        var extras = metadata.ProvidesExtra.Select(extra =>
            KeyValuePair.Create(
                extra,
                metadata
                    .RequiresDist.Where(one => IsOf(one.Marker, extra))
                    .Select(one => one.WithMarker(one.Marker.SimplifyToExtras([extra])))
                    .Select(one => new StatedRequirement(one, one.ToString(), Line: 0))
                    .ToImmutableArray()
            )
        );
        return new DescribedProject(
            [.. plain.Select(one => new StatedRequirement(one, one.ToString(), Line: 0))],
            [.. extras]
        );
    }

    /// <summary>Whether a requirement is one of an extra.</summary>
    private static bool IsOf(Marker marker, ExtraName extra) => marker.And(Marker.FromExtra(extra).Not()).IsFalse;
}
