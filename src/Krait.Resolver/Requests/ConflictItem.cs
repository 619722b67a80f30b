using Krait.Packaging.Names;

namespace Krait.Resolver.Requests;

/// <summary>An extra or dependency group of a package that may exclude others.</summary>
/// <param name="Package">The package.</param>
/// <param name="Name">The extra or group.</param>
/// <param name="IsGroup">Whether it is a group.</param>
public sealed record ConflictItem(PackageName Package, ExtraName Name, bool IsGroup);
