using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;

namespace Krait.Protocol.Checking;

/// <summary>What a client knows of projects by itself: pages that it asked the index for, and metadata that it has.</summary>
public interface IKnownProjects
{
    /// <summary>The page of a project; null where the client has none.</summary>
    public ProjectPage? PageOf(PackageName project);

    /// <summary>The metadata of a file of such a page; null where the client does not have it.</summary>
    public CoreMetadata? MetadataOf(IndexFile file);
}
