using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Resolver.Requests;

namespace Krait.Projects.Inputs;

/// <summary>A URL or path that is asked for, whose name only its source tells.</summary>
/// <param name="Url">The text as the user wrote it.</param>
/// <param name="Position">How many requirements with a name stand before it.</param>
public sealed record UnnamedRequirement(string Url, int Position)
{
    /// <summary>The extras that are asked for with it.</summary>
    public ImmutableArray<ExtraName> Extras { get; init; } = [];

    /// <summary>When it is asked for.</summary>
    public Marker Marker { get; init; } = Marker.True;

    /// <summary>Whether it is to be installed in place.</summary>
    public bool IsEditable { get; init; }

    /// <summary>Where it is written; null for the command line.</summary>
    public RequirementOrigin? Origin { get; init; }

    /// <summary>The digests that its line allows.</summary>
    public ImmutableArray<FileHash> Hashes { get; init; } = [];

    /// <summary>The requirement, once the name is known.</summary>
    public RootRequirement Named(PackageName name) =>
        new(
            new Requirement(name)
            {
                Extras = Extras,
                Marker = Marker,
                HasMarker = !Marker.IsTrue,
                Url = Url,
            },
            Origin
        )
        {
            IsEditable = IsEditable,
        };

    public bool Equals(UnnamedRequirement? other) =>
        other is not null
        && string.Equals(Url, other.Url, StringComparison.Ordinal)
        && Position == other.Position
        && IsEditable == other.IsEditable
        && Marker == other.Marker
        && Extras.SequenceEqual(other.Extras)
        && Hashes.SequenceEqual(other.Hashes);

    public override int GetHashCode() => HashCode.Combine(Url, Position, IsEditable);
}
