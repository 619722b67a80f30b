using System.Collections.Immutable;
using Krait.Projects.Inputs;
using Krait.Resolver.Requests;

namespace Krait.Projects.Resolving;

/// <summary>What every operation that chooses versions is given.</summary>
/// <param name="Inputs">The requirements, with what limits them.</param>
public abstract record ResolveRequest(RequirementSet Inputs)
{
    /// <summary>How versions are chosen.</summary>
    public ResolveOptions Resolve { get; init; } = new();

    /// <summary>Versions of an earlier answer that are kept where they fit, though they may not be installed.</summary>
    public ImmutableArray<Preference> Preferred { get; init; } = [];
}
