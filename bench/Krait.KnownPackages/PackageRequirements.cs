using Krait.Packaging.Names;
using Krait.Packaging.Requirements;

namespace Krait.KnownPackages;

/// <summary>What the newest version of a package requires, by extra; without any extra under null.</summary>
/// <param name="Name">The package.</param>
/// <param name="Base">What it always requires.</param>
/// <param name="Extras">What each of its extras adds.</param>
internal sealed record PackageRequirements(
    PackageName Name,
    IReadOnlyList<Requirement> Base,
    IReadOnlyDictionary<ExtraName, IReadOnlyList<Requirement>> Extras
);
