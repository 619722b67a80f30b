using Krait.Packaging.Indexes;
using Krait.Packaging.Versions;
using Krait.Resolver.Candidates;

namespace Krait.Health;

/// <summary>When versions were released: the upload of their first file, as far as an index says it.</summary>
internal static class ReleaseTime
{
    /// <summary>When a candidate was released; null where the index does not say.</summary>
    public static DateTimeOffset? Of(Candidate? candidate) =>
        candidate?.Releases.SelectMany(release => release.Files).Min(file => file.UploadTime);

    /// <summary>When a version on a page was released; null where the page does not have it, or does not say.</summary>
    public static DateTimeOffset? Of(ProjectPage page, Version version)
    {
        var index = page.IndexOf(version);
        return index < 0 ? null : Of(page, index);
    }

    /// <summary>When a version on a page was released, by its place; null where the page does not say.</summary>
    public static DateTimeOffset? Of(ProjectPage page, int versionIndex)
    {
        var (start, count) = page.FilesOf(versionIndex);
        return Enumerable.Range(start, count).Min(index => page.FileAt(index).UploadTime);
    }
}
