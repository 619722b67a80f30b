using Krait.Packaging.Requirements;

namespace Krait.Projects.Inputs;

/// <summary>A constraint or an override, and where it is written.</summary>
/// <param name="Requirement">The requirement.</param>
/// <param name="Origin">Its file, and its line where that is known.</param>
public sealed record Limit(Requirement Requirement, RequirementOrigin Origin);
