using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Resolver.Candidates;

namespace Krait.Resolver.Packages;

/// <summary>What a package of the solver stands for.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name, or none.</param>
/// <param name="Extra">The extra.</param>
/// <param name="Marker">The marker under which it is asked for.</param>
internal readonly record struct PackageKey(PackageKind Kind, NameId Name, ExtraName? Extra, Marker Marker)
{
    /// <summary>What of the machine is meant (<see cref="SystemNeed.Name"/>); null for all other kinds.</summary>
    public string? System { get; init; }
}
