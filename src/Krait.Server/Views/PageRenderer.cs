using System.Collections.Concurrent;
using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Server.Caching;
using Krait.Server.Pages;

namespace Krait.Server.Views;

/// <summary>Turns listings into bytes, and remembers them.</summary>
/// <param name="writeMeta">Adds to `meta` of pages in the JSON form.</param>
internal sealed class PageRenderer(Action<System.Text.Json.Utf8JsonWriter>? writeMeta)
{
    private const long Capacity = 96 * 1024 * 1024;

    private readonly BoundedCache<
        (string View, PackageName Project, bool IsJson),
        (string Key, RenderedPage Page)
    > rendered = new(Capacity, entry => entry.Page.Size);

    private readonly ConcurrentDictionary<(string View, bool IsJson), ProjectList> lists = new();

    /// <summary>The page of a listing.</summary>
    public RenderedPage Render(View view, Listing listing, PageForm form)
    {
        var project = listing.Document.Project;
        var isJson = form is PageForm.Json;
        var place = (view.Name, project, isJson);
        var isKnown = rendered.TryGet(place, out var known);
        if (isKnown && string.Equals(known.Key, listing.Key, StringComparison.Ordinal))
            return known.Page;
        string UrlOf(FileEntry file) => PathOf(listing.SpaceOf(file).Name, project, file.FileName);
        var body = isJson
            ? JsonPageWriter.Write(listing.Document, UrlOf, writeMeta)
            : HtmlPageWriter.Write(listing.Document, UrlOf);
        // Much of what is learned of a project does not show on its page, and compressing takes most of the time.
        var page = isKnown && body.AsSpan().SequenceEqual(known.Page.Body) ? known.Page : RenderedPage.Of(body);
        rendered.Set(place, (listing.Key, page));
        return page;
    }

    /// <summary>The list of the projects of a view.</summary>
    public async Task<RenderedPage> RenderListAsync(View view, PageForm form, CancellationToken cancellationToken)
    {
        var projects = await view.ListProjectsAsync(cancellationToken);
        var place = (view.Name, form is PageForm.Json);
        if (lists.TryGetValue(place, out var known) && known.Projects.SequenceEqual(projects))
            return known.Page;
        var names = projects.Select(name => name.Value);
        var page = RenderedPage.Of(
            form is PageForm.Json ? JsonPageWriter.WriteList(names) : HtmlPageWriter.WriteList(names)
        );
        lists[place] = new ProjectList(projects, page);
        return page;
    }

    /// <summary>The address of a file as a page gives it: relative, so that it holds whatever stands before this server.</summary>
    private static string PathOf(string space, PackageName project, string fileName) =>
        $"../../files/{space}/{project}/{fileName}";

    private sealed record ProjectList(ImmutableArray<PackageName> Projects, RenderedPage Page);
}
