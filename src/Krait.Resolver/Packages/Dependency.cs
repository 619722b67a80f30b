using Krait.Resolver.Solving;

namespace Krait.Resolver.Packages;

/// <summary>A requirement as the solver sees it.</summary>
/// <param name="Package">The package that is asked for: a distribution or a proxy.</param>
/// <param name="Set">The versions that satisfy it.</param>
/// <param name="Active">The requirement, and where it is in force.</param>
internal readonly record struct Dependency(PackageId Package, SetId Set, ActiveRequirement Active);
