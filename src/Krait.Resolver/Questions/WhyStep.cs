using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Questions;

/// <summary>A requirement on the way to a package.</summary>
/// <param name="RequirerIndex">The index of who requires in the resolution's packages; -1 for the user.</param>
/// <param name="Requirer">Who requires; null for the user.</param>
/// <param name="TargetIndex">The index of what is required.</param>
/// <param name="Requirement">The requirement.</param>
public sealed record WhyStep(int RequirerIndex, ResolvedPackage? Requirer, int TargetIndex, Requirement Requirement)
{
    /// <summary>The extra of the one who requires that asks for it; null for the distribution itself.</summary>
    public ExtraName? Extra { get; init; }

    /// <summary>Who says it: who requires, or the user by a constraint or override.</summary>
    public RequirementSource Source { get; init; }

    /// <summary>Where the user wrote it.</summary>
    public RequirementOrigin? Origin { get; init; }
}
