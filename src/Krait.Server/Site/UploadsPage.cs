using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Server.Spaces;
using Krait.Server.Uploads;
using Krait.Server.Views;

namespace Krait.Server.Site;

/// <summary>The files that were uploaded last into the namespaces of a view.</summary>
internal static class UploadsPage
{
    private const int Rows = 100;

    /// <summary>How many changes of a namespace are looked at: removing and withdrawing files are changes, too.</summary>
    private const int Changes = 200;

    /// <summary>Writes the page.</summary>
    public static async Task<byte[]> WriteAsync(
        View view,
        UploadLog log,
        Place place,
        CancellationToken cancellationToken
    )
    {
        var spaces = view.Members.OfType<PrivateSpace>().ToImmutableArray();
        var uploads = new List<Upload>();
        foreach (var space in spaces)
            uploads.AddRange(await ListAsync(space, cancellationToken));
        var html = PageFrame.Begin("Uploads", place, "uploads");
        html.AddMarkup("<h1>Uploads</h1>\n<p class=\"lead\">The files that were uploaded here last.</p>\n");
        if (spaces.IsEmpty)
            html.AddMarkup("<p class=\"empty\">No namespace of this view takes uploads.</p>\n");
        else if (uploads.Count == 0)
            html.AddMarkup("<p class=\"empty\">Nothing has been uploaded yet.</p>\n");
        else
            AddTable(html, uploads.OrderByDescending(upload => upload.Time).Take(Rows), log, place);
        AddAdvice(html, spaces, place);
        return PageFrame.End(html, place);
    }

    private static async Task<List<Upload>> ListAsync(PrivateSpace space, CancellationToken cancellationToken)
    {
        var found = new List<Upload>();
        foreach (var project in await space.Projects.ListChangedAsync(Changes, cancellationToken))
        {
            if (await space.FindKnownPageAsync(project, cancellationToken) is not { } page)
                continue;
            foreach (var (name, fact) in page.State.Files)
            {
                if (fact.Uploaded is { } time)
                {
                    var entry = page.Document?.Find(name);
                    found.Add(new Upload(space.Name, project, name, entry?.Version, entry?.Size, time, fact.Removed));
                }
            }
        }

        return found;
    }

    private static void AddTable(HtmlText html, IEnumerable<Upload> uploads, UploadLog log, Place place)
    {
        html.AddMarkup(
            "<div class=\"wide\"><table class=\"stack\">\n<thead><tr><th>File</th><th>Project</th><th class=\"num\">Size</th>"
        );
        html.AddMarkup("<th>Namespace</th><th>Uploaded</th><th>With token</th></tr></thead>\n<tbody>\n");
        foreach (var upload in uploads)
        {
            html.Add($"<tr{(upload.Removed is null ? "" : " class=off")}><td data-label=\"File\" class=\"long\">");
            if (upload.Version is { } version)
                html.Add($"<a href=\"{place.To(upload.Project, version)}\">{upload.FileName}</a>");
            else
                html.Add($"{upload.FileName} ");
            if (upload.Removed is { } removed)
                html.Add($"<span class=\"tag bad\">removed {Wording.Day(removed)}</span>");
            html.Add(
                $"</td><td data-label=\"Project\"><a href=\"{place.To(upload.Project)}\">{upload.Project}</a></td>"
            );
            html.Add($"<td data-label=\"Size\" class=\"num nowrap\">{Wording.Size(upload.Size)}</td>");
            html.Add($"<td data-label=\"Namespace\">{upload.Space}</td>");
            html.Add($"<td data-label=\"Uploaded\" class=\"nowrap\">{Wording.Minute(upload.Time)}</td>");
            html.Add(
                $"<td data-label=\"With token\" class=\"mono nowrap\">{log.Find(upload.Space, upload.FileName)}</td></tr>\n"
            );
        }

        html.AddMarkup(
            "</tbody></table></div>\n<p class=\"dim small\">Tokens are known of uploads that this server took since it was started.</p>\n"
        );
    }

    private static void AddAdvice(HtmlText html, ImmutableArray<PrivateSpace> spaces, Place place)
    {
        if (spaces.IsEmpty)
            return;
        html.AddMarkup("<h2>Uploading</h2>\n");
        foreach (var space in spaces)
        {
            // The upload is not below the view.
            var url = $"{place.ServerUrl}upload/{space.Name}/";
            html.Add($"<pre>twine upload --repository-url {url} -u __token__ -p TOKEN dist/*\n");
            html.Add($"uv publish --publish-url {url} -u __token__ -p TOKEN dist/*</pre>\n");
        }
    }

    private sealed record Upload(
        string Space,
        PackageName Project,
        string FileName,
        Version? Version,
        long? Size,
        DateTimeOffset Time,
        DateTimeOffset? Removed
    );
}
