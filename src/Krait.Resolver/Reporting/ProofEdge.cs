using Krait.Packaging.Versions;
using Krait.Resolver.Packages;

namespace Krait.Resolver.Reporting;

/// <summary>A dependency that a proof uses.</summary>
/// <param name="Dependent">The package that depends, or the root.</param>
/// <param name="Versions">Its versions.</param>
/// <param name="Dependency">What they depend on.</param>
/// <param name="Needed">Which versions of it.</param>
internal sealed record ProofEdge(
    PackageKey Dependent,
    VersionRanges Versions,
    PackageKey Dependency,
    VersionRanges Needed
);
