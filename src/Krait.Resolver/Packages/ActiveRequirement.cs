using Krait.Packaging.Markers;
using Krait.Packaging.Requirements;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Packages;

/// <summary>A requirement that is in force, and where.</summary>
/// <param name="Requirement">The requirement as written, or the constraint or override that applies with it.</param>
/// <param name="Marker">Where it is in force, extras aside.</param>
/// <param name="Root">The user's requirement that it came from.</param>
internal readonly record struct ActiveRequirement(Requirement Requirement, Marker Marker, RootRequirement? Root = null)
{
    /// <summary>Who says it.</summary>
    public RequirementSource Source { get; init; }
}
