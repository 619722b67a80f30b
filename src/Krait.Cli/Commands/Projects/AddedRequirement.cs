using Krait.Packaging.Names;
using Krait.Packaging.Toml;

namespace Krait.Cli.Commands.Projects;

/// <summary>A requirement to add.</summary>
/// <param name="Name">The package.</param>
/// <param name="Text">The requirement as it is written; its place is in the source.</param>
/// <param name="Source">Where it comes from; null for an index.</param>
internal sealed record AddedRequirement(PackageName Name, string Text, TomlTable? Source)
{
    /// <summary>Whether the source says where it is, so that no version is asked for.</summary>
    public bool HasPlace => Source is not null && !Source.ContainsKey("index");

    /// <summary>The directory that becomes a member of the workspace, relative to its root; null for none.</summary>
    public string? Member { get; init; }
}
