using Krait.Packaging.Markers;
using Krait.Packaging.Names;

namespace Krait.Projects.Inputs;

/// <summary>A package that comes from one index only.</summary>
/// <param name="Name">The package.</param>
/// <param name="Index">The name of the index.</param>
/// <param name="Marker">Where that holds.</param>
public sealed record IndexPin(PackageName Name, string Index, Marker Marker);
