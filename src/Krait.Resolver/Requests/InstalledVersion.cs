using Krait.Packaging.Metadata;
using Krait.Packaging.Names;

namespace Krait.Resolver.Requests;

/// <summary>
/// A version that the environment has: a candidate of its own, which stays where it fits, whether or not an index lists it.
/// </summary>
/// <param name="Name">The project.</param>
/// <param name="Version">The version.</param>
/// <param name="Metadata">What it says of itself; null where that cannot be read. Asked for where the version fits.</param>
public sealed record InstalledVersion(PackageName Name, Version Version, Lazy<CoreMetadata?> Metadata);
