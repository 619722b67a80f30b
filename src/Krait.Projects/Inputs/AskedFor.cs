using Krait.Resolver.Requests;

namespace Krait.Projects.Inputs;

/// <summary>One thing that is asked for: one of the two.</summary>
/// <param name="Root">What has a name.</param>
/// <param name="Unnamed">What has none yet.</param>
internal sealed record AskedFor(RootRequirement? Root, UnnamedRequirement? Unnamed);
