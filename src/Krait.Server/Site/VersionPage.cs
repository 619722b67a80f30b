namespace Krait.Server.Site;

/// <summary>A version of a project: its files, what it needs, and who needs its project.</summary>
internal static class VersionPage
{
    private const int Rows = 200;

    /// <summary>Writes the page.</summary>
    public static byte[] Write(
        ProjectFacts project,
        VersionFacts version,
        ProjectDetails details,
        Place place,
        int number
    )
    {
        var html = PageFrame.Begin($"{project.Name} {version.Version}", place, "projects");
        html.Add($"<p class=\"crumbs\"><a href=\"{place.To("projects")}\">Projects</a> / ");
        html.Add(
            $"<a href=\"{place.To(project.Name)}\">{project.Name}</a></p>\n<h1>{project.Name} <small>{version.Version}</small> "
        );
        Marks.Add(html, version);
        html.AddMarkup("</h1>\n");
        if (details.Metadata?.Summary is { Length: > 0 } summary)
            html.Add($"<p class=\"lead\">{summary}</p>\n");
        if (Marks.ReasonOf(version) is { Length: > 0 } reason)
            html.Add($"<p class=\"note\">{reason}</p>\n");
        html.Add($"<pre>pip install --index-url {place.IndexUrl} {project.Name}=={version.Version}</pre>\n");
        DetailSections.AddContents(html, new PageSection("files", "Files", version.Files.Length), details);
        DetailSections.AddFacts(html, details.Metadata);
        AddFiles(html, project, version, place, number);
        DetailSections.AddDependencies(html, details, version, place);
        DetailSections.AddDependents(html, details.Dependents, place);
        return PageFrame.End(html, place);
    }

    /// <summary>Writes the page of a version that is not known.</summary>
    public static byte[] WriteUnknown(ProjectFacts project, Version version, Place place)
    {
        var html = PageFrame.Begin($"{project.Name} {version} – unknown", place, "projects");
        html.Add($"<p class=\"crumbs\"><a href=\"{place.To("projects")}\">Projects</a> / ");
        html.Add(
            $"<a href=\"{place.To(project.Name)}\">{project.Name}</a></p>\n<h1>{project.Name} <small>{version}</small></h1>\n"
        );
        html.AddMarkup("<p class=\"lead\">This server does not know this version.</p>\n");
        html.Add($"<p><a href=\"{place.To(project.Name)}\">See all versions of {project.Name}</a></p>\n");
        return PageFrame.End(html, place);
    }

    private static void AddFiles(HtmlText html, ProjectFacts project, VersionFacts version, Place place, int number)
    {
        var window = ListWindow.Of(number, Rows, version.Files.Length);
        html.AddMarkup(
            "<h2 id=\"files\">Files</h2>\n<div class=\"wide\"><table class=\"stack\">\n<thead><tr><th>File</th><th class=\"num\">Size</th>"
        );
        html.AddMarkup("<th>Uploaded</th><th>Python</th><th>From</th><th>Remarks</th></tr></thead>\n<tbody>\n");
        foreach (var file in version.Files.Skip(window.Skipped).Take(Rows))
            AddFile(html, project, file, place);
        html.AddMarkup("</tbody></table></div>\n");
        window.AddLinks(html, query: null);
    }

    private static void AddFile(HtmlText html, ProjectFacts project, KnownFile file, Place place)
    {
        var (entry, name) = (file.Entry, file.Entry.FileName);
        html.AddMarkup(file.IsOffered && entry.Yanked is null ? "<tr>" : "<tr class=\"off\">");
        html.AddMarkup("<td data-label=\"File\" class=\"long\">");
        var path = place.ToFile(file.Space.Name, project.Name, name);
        if (file.IsOffered)
            html.Add($"<a href=\"{path}\" download>{name}</a>");
        else
            html.Add($"{name}");
        if ((entry.Sha256 ?? file.Fact?.Sha256?.Hex) is { } sha256)
            html.Add($"<br><span class=\"mono dim\">sha256:{sha256}</span>");
        if (file.IsOffered && entry.HasMetadata)
            html.Add($"<br><a class=\"small\" href=\"{path}.metadata\" download>metadata</a>");
        html.Add($"</td><td data-label=\"Size\" class=\"num nowrap\">{Wording.Size(entry.Size)}</td>");
        html.Add(
            $"<td data-label=\"Uploaded\" class=\"nowrap\">{Wording.Minute(entry.Uploaded ?? file.Fact?.Uploaded)}</td>"
        );
        html.Add($"<td data-label=\"Python\">{entry.RequiresPython}</td>");
        html.Add($"<td data-label=\"From\">{OriginOf(file)}</td><td data-label=\"Remarks\" class=\"why\"><div>");
        AddRemarks(html, file);
        html.AddMarkup("</div></td></tr>\n");
    }

    private static void AddRemarks(HtmlText html, KnownFile file)
    {
        if (file.Denial is { } denial)
            html.Add($"<span class=\"tag bad\">{denial.Code}</span> ");
        if (file.IsRemoved)
            html.AddMarkup("<span class=\"tag bad\">removed</span> ");
        if (file.IsOffered && file.Entry.Yanked is not null)
            html.AddMarkup("<span class=\"tag odd\">yanked</span> ");
        if (file is { IsOffered: true, Fact.IsHeld: true, Space.IsPrivate: false })
            html.AddMarkup("<span class=\"tag good\">cached</span> ");
        html.Add($"{Marks.RemarkOf([file])}");
    }

    /// <summary>Where a file came from: the host alone, since the rest of an address may be nobody's business.</summary>
    private static string OriginOf(KnownFile file) =>
        Uri.TryCreate(file.Entry.Url, UriKind.Absolute, out var url) && url.Host.Length > 0
            ? $"{file.Space.Name} ({url.Host})"
            : file.Space.Name;
}
