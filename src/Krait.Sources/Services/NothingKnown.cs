using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Protocol.Checking;

namespace Krait.Sources.Services;

/// <summary>What a client knows before anything arrived.</summary>
internal sealed class NothingKnown : IKnownProjects
{
    /// <summary>The one instance.</summary>
    public static NothingKnown Instance { get; } = new();

    /// <inheritdoc/>
    public ProjectPage? PageOf(PackageName project) => null;

    /// <inheritdoc/>
    public CoreMetadata? MetadataOf(IndexFile file) => null;
}
