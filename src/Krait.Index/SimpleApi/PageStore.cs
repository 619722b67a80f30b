using System.Diagnostics.CodeAnalysis;
using Krait.Index.Http;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Platform.Caching;
using Krait.Platform.Files;

namespace Krait.Index.SimpleApi;

/// <summary>
/// The pages in the cache: one file for each index and project, a policy block followed by the flat page, read by mapping it. Whatever is
/// not whole counts as missing.
/// </summary>
internal sealed class PageStore(CacheFolder cache, NetworkCounters counters)
{
    /// <summary>The file of a page.</summary>
    public string PathOf(IndexLocation location, PackageName project) =>
        Path.Join(cache.PathOf(CacheBucket.Pages), location.SourceKey, project.Value + ".page");

    /// <summary>Opens a page.</summary>
    public bool TryOpen(
        IndexLocation location,
        PackageName project,
        string url,
        [NotNullWhen(true)] out StoredPage? stored
    )
    {
        stored = null;
        if (MappedFile.TryOpen(PathOf(location, project), out var file) != FileError.None || file is null)
            return false;
        var memory = file.Memory;
        var isWhole =
            memory.Length > PagePolicy.Size
            && PagePolicy.TryRead(memory.Span, url, out var policy)
            && ProjectPage.TryOpen(memory[PagePolicy.Size..], out var page)
            && Keep(policy, page, out stored);
        // A page in use stays mapped until the process ends; of what was read to see that it is whole, little is needed again.
        if (isWhole)
            file.Trim();
        else
            ((IDisposable)file).Dispose();
        return stored is not null;
    }

    /// <summary>Keeps a page; a cache that cannot be written to is counted, and is no error.</summary>
    public void Write(IndexLocation location, PackageName project, PagePolicy policy, ProjectPage page)
    {
        if (!policy.IsStorable)
        {
            Remove(location, project);
            return;
        }

        try
        {
            cache.Folder(CacheBucket.Pages, location.SourceKey);
            CacheFolder.WriteFile(PathOf(location, project), policy.ToBlock(), page.Flat.Span);
        }
        catch (FileSystemException)
        {
            counters.CountCacheFailure();
        }
    }

    /// <summary>Renews the policy of a page that still holds, unless another process has put another page there since.</summary>
    /// <param name="location">The index.</param>
    /// <param name="project">The project.</param>
    /// <param name="before">The policy that the page was read with.</param>
    /// <param name="policy">The policy from now on.</param>
    public void Renew(IndexLocation location, PackageName project, PagePolicy before, PagePolicy policy)
    {
        // One write of one block: a reader that sees half of it finds a wrong checksum, and asks the index.
        if (!policy.IsStorable)
            Remove(location, project);
        else if (Overwrite(PathOf(location, project), before, policy) != FileError.None)
            counters.CountCacheFailure();
    }

    private static FileError Overwrite(string path, PagePolicy before, PagePolicy policy) =>
        PlainFile.TryOverwriteStart(path, before.ToBlock(), policy.ToBlock());

    private void Remove(IndexLocation location, PackageName project)
    {
        try
        {
            FolderTree.Remove(PathOf(location, project));
        }
        catch (FileSystemException)
        {
            counters.CountCacheFailure();
        }
    }

    private static bool Keep(PagePolicy policy, ProjectPage page, out StoredPage stored)
    {
        stored = new StoredPage(policy, page);
        return true;
    }
}

/// <summary>A page from the cache.</summary>
/// <param name="Policy">When it may be used.</param>
/// <param name="Page">The page.</param>
internal sealed record StoredPage(PagePolicy Policy, ProjectPage Page);
