using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Metadata;

namespace Krait.Build.Wheels;

/// <summary>A wheel that was built here and lies in the cache.</summary>
/// <param name="File">Its file name.</param>
/// <param name="Sha256">The digest of the file as it was built.</param>
/// <param name="StoreSource">What the store of unpacked wheels keeps it under, together with its file name.</param>
/// <param name="Path">Where it lies: a file, or the folder that the store has put in its place.</param>
/// <param name="Metadata">Its core metadata.</param>
public sealed record BuiltWheel(
    WheelFileName File,
    FileHash Sha256,
    string StoreSource,
    string Path,
    CoreMetadata Metadata
)
{
    /// <summary>What was installed in its build environment, as pins.</summary>
    public ImmutableArray<string> BuiltWith { get; init; } = [];

    /// <summary>Whether it was built just now, not found.</summary>
    public bool IsNew { get; init; }

    public bool Equals(BuiltWheel? other) =>
        other is not null
        && File.Equals(other.File)
        && Sha256.Equals(other.Sha256)
        && string.Equals(Path, other.Path, StringComparison.Ordinal);

    public override int GetHashCode() => Sha256.GetHashCode();
}
