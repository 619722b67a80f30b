using Krait.Resolver.Candidates;

namespace Krait.Sources;

/// <summary>Tells what was skipped on the page of an index.</summary>
public static class SkippedEntries
{
    /// <summary>How many entries of a page are told one by one.</summary>
    private const int Most = 20;

    /// <summary>A line for each entry that was skipped, with its reason; of many, only the first.</summary>
    public static IEnumerable<string> Describe(IndexedPage page)
    {
        var (project, skipped) = (page.Page.ProjectName, page.Skipped);
        foreach (var one in skipped.Take(Most))
            yield return $"Skipped on the page of {project} at {page.Index}: {one.Message}";
        if (skipped.Length > Most)
            yield return $"Skipped {page.SkippedCount - Most} more entries on the page of {project}";
    }
}
