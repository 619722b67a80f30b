using Krait.Packaging.Indexes;
using Krait.Packaging.Names;

namespace Krait.Index;

/// <summary>A project's page and metadata that an index sent by another way than its pages.</summary>
/// <param name="Project">The project.</param>
/// <param name="Page">The page, as the index would have sent it.</param>
/// <param name="MetadataOf">The METADATA of a file of this or an equal page; null where it was not sent.</param>
public sealed record SuppliedProject(PackageName Project, ProjectPage Page, Func<IndexFile, byte[]?> MetadataOf);
