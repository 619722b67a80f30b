using System.Collections.Immutable;

namespace Krait.Resolver.Questions;

/// <summary>A way from the request to a package.</summary>
/// <param name="Steps">The requirements on the way, the user's first.</param>
public sealed record WhyPath(ImmutableArray<WhyStep> Steps);
