using Krait.Projects.Inputs;

namespace Krait.Projects.Resolving;

/// <summary>A request of nothing but requirements, and how versions are chosen for them.</summary>
/// <param name="Inputs">The requirements.</param>
public sealed record PlainResolveRequest(RequirementSet Inputs) : ResolveRequest(Inputs);
