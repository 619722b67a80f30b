using Krait.Packaging.Indexes;

namespace Krait.Resolver.Candidates;

/// <summary>A version as one index lists it.</summary>
/// <param name="Page">The project's page there.</param>
/// <param name="VersionIndex">The version's place on the page.</param>
public readonly record struct IndexRelease(IndexedPage Page, int VersionIndex)
{
    /// <summary>Its files.</summary>
    public IEnumerable<IndexFile> Files
    {
        get
        {
            var (start, count) = Page.Page.FilesOf(VersionIndex);
            for (var i = start; i < start + count; i++)
                yield return Page.Page.FileAt(i);
        }
    }
}
