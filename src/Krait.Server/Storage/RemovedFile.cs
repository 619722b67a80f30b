using Krait.Packaging.Names;

namespace Krait.Server.Storage;

/// <summary>A file that a namespace had, and does not offer any more.</summary>
/// <param name="Project">Its project.</param>
/// <param name="FileName">Its name.</param>
/// <param name="Sha256">The digest of its content; null where it was never known.</param>
/// <param name="Removed">When it was removed, or first found missing from its index.</param>
internal sealed record RemovedFile(PackageName Project, string FileName, BlobId? Sha256, DateTimeOffset Removed)
{
    /// <summary>What was removed of a project.</summary>
    public static IEnumerable<RemovedFile> Of(PackageName project, ProjectState state) =>
        state
            .Files.Where(file => file.Value.Removed is not null)
            .Select(file => new RemovedFile(
                project,
                file.Key,
                file.Value.Sha256,
                // As it is when it was read again.
                DateTimeOffset.FromUnixTimeMilliseconds(file.Value.Removed.GetValueOrDefault().ToUnixTimeMilliseconds())
            ));

    /// <summary>The first of some files in the order of their removal, with all that were removed at the same time as the last of these.</summary>
    public static List<RemovedFile> First(IEnumerable<RemovedFile> files, int count)
    {
        var ordered = files
            .OrderBy(file => file.Removed)
            .ThenBy(file => file.Project)
            .ThenBy(file => file.FileName, StringComparer.Ordinal)
            .ToList();
        var end = count;
        while (end > 0 && end < ordered.Count && ordered[end].Removed == ordered[end - 1].Removed)
            end++;
        return end < ordered.Count ? ordered[..end] : ordered;
    }
}
