using Krait.Index.Http;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Concurrency;
using Krait.Platform.Files;

namespace Krait.Index.SimpleApi;

/// <summary>Reads what is not a page for each project over HTTP: folders and pages of files of any projects, and indexes on disk.</summary>
internal sealed class LinkReader(HttpFetcher fetcher, HttpOptions options)
{
    private readonly SingleFlight<string, LinkPage> pages = new(keepResults: true, StringComparer.Ordinal);
    private readonly SingleFlight<string, List<(string Name, long? Size)>> folders = new(
        keepResults: true,
        StringComparer.Ordinal
    );

    /// <summary>Finds the files of a project.</summary>
    /// <exception cref="KraitException">The place is missing or cannot be read.</exception>
    public async Task<PageResponse> ReadAsync(
        IndexLocation location,
        PackageName project,
        CancellationToken cancellationToken
    )
    {
        if (location.Url.IsFile && location.Kind is IndexKind.Simple)
            return ReadProjectFolder(location.Url.Below(project.Value), project);
        if (folders.TryGet(location.Url.Canonical, out var known))
            return FromFiles(location.Url, project, known);
        if (location.Url.IsFile && FileStatusOf(location.Url).Kind is FileKind.Folder)
            return await ReadFolderAsync(location.Url, project, cancellationToken);
        var page = await pages.RunAsync(
            location.Url.Canonical,
            (_, token) => FetchAsync(location, token),
            cancellationToken
        );
        return page.Refusal ?? Parse(page.Content, page.Url, project);
    }

    private async Task<PageResponse> ReadFolderAsync(
        SafeUrl url,
        PackageName project,
        CancellationToken cancellationToken
    )
    {
        var files = await folders.RunAsync(
            url.Canonical,
            (_, _) => Task.FromResult(List(url.LocalPath)),
            cancellationToken
        );
        return FromFiles(url, project, files);
    }

    private static PageResponse ReadProjectFolder(SafeUrl url, PackageName project)
    {
        var path = url.LocalPath;
        if (FileStatus.TryRead(path, followLinks: true, out _) == FileError.NotFound)
            return PageResponse.NotFound.Instance;
        if (PlainFile.TryReadBytes(Path.Join(path, "index.json"), out var json) == FileError.None)
        {
            return ProjectPage.TryParseJson(json, url.Canonical, project, out var page, out var error)
                ? new PageResponse.Found(page)
                : throw new KraitException(error.In(url.ToString()));
        }

        return PlainFile.TryReadBytes(Path.Join(path, "index.html"), out var html) == FileError.None
            ? Parse(html, url, project)
            : FromFiles(url, project, List(path));
    }

    private async Task<LinkPage> FetchAsync(IndexLocation location, CancellationToken cancellationToken)
    {
        if (location.Url.IsFile)
        {
            var path = location.Url.LocalPath;
            var error = PlainFile.TryReadBytes(path, out var content);
            return error == FileError.None
                ? new LinkPage(content, location.Url, Refusal: null)
                : throw new FileSystemException("read", path, error);
        }

        // What looks like a file may be a large one: its head tells before the body is on its way.
        var isSuspicious = LooksLikeFile(location.Url.FileName);
        if (isSuspicious && await FetchAsync(location, isHead: true, cancellationToken) is { Refusal: not null } head)
            return head;
        return await FetchAsync(location, isHead: false, cancellationToken);
    }

    private Task<LinkPage> FetchAsync(IndexLocation location, bool isHead, CancellationToken cancellationToken)
    {
        var query = new HttpQuery(location.Url, location.Url)
        {
            Headers = [("Accept", "text/html")],
            IsHead = isHead,
            ExpectedStatuses = location.IgnoredStatuses,
        };
        return fetcher.FetchAsync(query, options.PageLimit, ReadAsync, cancellationToken);

        async Task<LinkPage> ReadAsync(HttpReply reply, Func<Task<PooledBytes>> readAsync)
        {
            if (Refusal(location, reply) is { } refusal)
                return new LinkPage([], reply.Url, refusal);
            if (isHead)
                return new LinkPage([], reply.Url, Refusal: null);
            using var body = await readAsync();
            return new LinkPage(body.Span.ToArray(), reply.Url, Refusal: null);
        }
    }

    private static PageResponse? Refusal(IndexLocation location, HttpReply reply) =>
        reply.Status switch
        {
            var status when location.IgnoredStatuses.Contains(status) => PageResponse.NotFound.Instance,
            200 when PageFormat.IsKnown(reply.MediaType) && !PageFormat.IsJson(reply.MediaType) => null,
            200 => throw PageFormat.Unknown(location.Url, reply),
            401 => new PageResponse.Unauthorized(location.Url),
            403 => new PageResponse.Forbidden(location.Url),
            _ => throw HttpFailure.OfStatus(reply),
        };

    private static PageResponse Parse(byte[] html, SafeUrl url, PackageName project)
    {
        if (!ProjectPage.TryParseHtml(html, url.Canonical, project, out var page, out var error))
            throw new KraitException(error.In(url.ToString()));
        return FoundUnlessEmpty(page);
    }

    private static PageResponse FromFiles(SafeUrl url, PackageName project, List<(string Name, long? Size)> files) =>
        FoundUnlessEmpty(ProjectPage.FromFiles(url.Canonical.TrimEnd('/') + '/', project, files));

    private static PageResponse FoundUnlessEmpty(ProjectPage page) =>
        page.FileCount == 0 ? PageResponse.NotFound.Instance : new PageResponse.Found(page);

    private static List<(string Name, long? Size)> List(string path)
    {
        using var folder = DirectoryHandle.Open(path);
        var files = new List<(string Name, long? Size)>();
        foreach (var entry in folder.List())
        {
            if (
                folder.TryStatus(entry.Name, out var status, followLinks: true) == FileError.None
                && status.Kind is FileKind.File
            )
            {
                files.Add((entry.Name, status.Size));
            }
        }

        files.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return files;
    }

    private static FileStatus FileStatusOf(SafeUrl url)
    {
        var error = FileStatus.TryRead(url.LocalPath, followLinks: true, out var status);
        return error == FileError.None ? status : throw new FileSystemException("read", url.LocalPath, error);
    }

    private static bool LooksLikeFile(string name) =>
        name.EndsWith(".whl", StringComparison.OrdinalIgnoreCase) || SdistFileName.ExtensionOf(name) is not null;

    private sealed record LinkPage(byte[] Content, SafeUrl Url, PageResponse? Refusal);
}
