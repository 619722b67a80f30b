using Krait.Packaging.Metadata;
using Krait.Resolver.Candidates;

namespace Krait.Resolver.Packages;

/// <summary>A version of a package whose dependencies the solver knows.</summary>
/// <param name="Candidate">The version; null for the root.</param>
/// <param name="Metadata">Its metadata; null for the root and proxies.</param>
/// <param name="Requirements">The requirements in force, in the widest fork that saw it; empty for proxies.</param>
internal sealed record Visit(
    Candidate? Candidate,
    CoreMetadata? Metadata,
    IReadOnlyList<ActiveRequirement> Requirements
);
