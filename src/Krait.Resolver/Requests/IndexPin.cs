using Krait.Packaging.Markers;
using Krait.Packaging.Names;

namespace Krait.Resolver.Requests;

/// <summary>A package that comes from one index only.</summary>
/// <param name="Name">The package.</param>
/// <param name="Index">The name of the index, as the source of packages knows it.</param>
/// <param name="Marker">Where that holds.</param>
public sealed record IndexPin(PackageName Name, string Index, Marker Marker)
{
    /// <summary>The extra or group of the user's project that says so, where that takes part in a conflict.</summary>
    public ConflictItem? AskedBy { get; init; }

    /// <summary>Whether it holds in some forks of a universal resolution only.</summary>
    public bool IsConditional => !Marker.IsTrue || AskedBy is not null;
}
