using Krait.Packaging.Requirements;

namespace Krait.Projects.Inputs;

/// <summary>A constraint or an override, and the file that says it.</summary>
/// <param name="Requirement">The requirement.</param>
/// <param name="Source">The file as the user named it.</param>
public sealed record Limit(Requirement Requirement, string Source);
