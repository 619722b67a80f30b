using Krait.Packaging.Names;
using Krait.Server.Caching;
using Krait.Server.Pages;

namespace Krait.Server.Views;

/// <summary>Turns listings into bytes, and remembers them.</summary>
/// <param name="writeMeta">Adds to `meta` of pages in the JSON form.</param>
internal sealed class PageRenderer(Action<System.Text.Json.Utf8JsonWriter>? writeMeta)
{
    private const long Capacity = 96 * 1024 * 1024;

    private readonly BoundedCache<string, RenderedPage> rendered = new(Capacity, page => page.Size);

    /// <summary>The page of a listing.</summary>
    public RenderedPage Render(View view, Listing listing, PageForm form)
    {
        var project = listing.Document.Project;
        var isJson = form is PageForm.Json;
        var key = $"{view.Name} {project} {listing.Key} {(isJson ? 'j' : 'h')}";
        if (rendered.TryGet(key, out var page))
            return page;
        string UrlOf(FileEntry file) => PathOf(listing.SpaceOf(file).Name, project, file.FileName);
        var body = isJson
            ? JsonPageWriter.Write(listing.Document, UrlOf, writeMeta)
            : HtmlPageWriter.Write(listing.Document, UrlOf);
        page = RenderedPage.Of(body);
        rendered.Set(key, page);
        return page;
    }

    /// <summary>The address of a file as a page gives it: relative, so that it holds whatever stands before this server.</summary>
    private static string PathOf(string space, PackageName project, string fileName) =>
        $"../../files/{space}/{project}/{fileName}";
}
