using Krait.Projects.Inputs;

namespace Krait.Projects.Resolving;

/// <summary>What every operation that chooses versions is given.</summary>
/// <param name="Inputs">The requirements, with what limits them.</param>
public abstract record ResolveRequest(RequirementSet Inputs)
{
    /// <summary>How versions are chosen.</summary>
    public ResolveOptions Resolve { get; init; } = new();
}
