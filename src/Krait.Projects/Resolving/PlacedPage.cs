using Krait.Index;
using Krait.Packaging.Indexes;

namespace Krait.Projects.Resolving;

/// <summary>A project's page, and where it is from.</summary>
/// <param name="Page">The page.</param>
/// <param name="Location">The index or folder.</param>
internal sealed record PlacedPage(ProjectPage Page, IndexLocation Location);
