using Krait.Packaging.Requirements;

namespace Krait.Packaging.Manifests;

/// <summary>A requirement of a project file, and how and where it is written.</summary>
/// <param name="Requirement">The requirement.</param>
/// <param name="Text">Its text as written.</param>
/// <param name="Line">The 1-based line of the file; 0 when unknown.</param>
public sealed record StatedRequirement(Requirement Requirement, string Text, int Line);
