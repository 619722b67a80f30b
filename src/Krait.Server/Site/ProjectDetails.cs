namespace Krait.Server.Site;

/// <summary>What is known of a version beyond its files.</summary>
/// <param name="Metadata">What it says of itself; null where that is not here.</param>
/// <param name="Graph">What it needs, drawn.</param>
/// <param name="Dependents">Who needs its project.</param>
internal sealed record ProjectDetails(KnownMetadata? Metadata, DependencyGraph Graph, Dependents Dependents);
