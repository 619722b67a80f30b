using Krait.Resolver.Packages;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Forking;

/// <summary>A part of a fork, and what a version needs there.</summary>
/// <param name="Environment">The part.</param>
/// <param name="Dependencies">What is needed.</param>
internal sealed record ForkPart(ForkEnvironment Environment, List<Dependency> Dependencies);
