using Krait.Packaging.Names;

namespace Krait.Server.Site;

/// <summary>A project: its versions, what the newest needs, and who needs it.</summary>
internal static class ProjectPage
{
    private const int Rows = 25;

    /// <summary>Writes the page.</summary>
    public static byte[] Write(ProjectFacts project, ProjectDetails details, Place place, int number)
    {
        var html = PageFrame.Begin(project.Name.Value, place, "projects");
        html.Add($"<p class=\"crumbs\"><a href=\"{place.To("projects")}\">Projects</a></p>\n<h1>{project.Name}");
        if (project.Main is { } main)
            html.Add($" <small>{main.Version}</small>");
        html.AddMarkup("</h1>\n");
        if (details.Metadata?.Summary is { Length: > 0 } summary)
            html.Add($"<p class=\"lead\">{summary}</p>\n");
        AddStatus(html, project);
        html.Add($"<pre>pip install --index-url {place.IndexUrl} {project.Name}</pre>\n");
        DetailSections.AddContents(html, new PageSection("versions", "Versions", project.Versions.Length), details);
        DetailSections.AddFacts(html, details.Metadata);
        AddSource(html, project);
        AddVersions(html, project, place, number);
        DetailSections.AddDependencies(html, details, project.Main, place);
        DetailSections.AddDependents(html, details.Dependents, place);
        return PageFrame.End(html, place);
    }

    /// <summary>Writes the page of a project that is not known.</summary>
    public static byte[] WriteUnknown(PackageName project, Place place)
    {
        var html = PageFrame.Begin($"{project} – unknown", place, "projects");
        html.Add($"<p class=\"crumbs\"><a href=\"{place.To("projects")}\">Projects</a></p>\n<h1>{project}</h1>\n");
        html.AddMarkup(
            "<p class=\"lead\">This server does not know this project yet, because nobody has requested it.</p>\n"
        );
        html.AddMarkup("<p>If it exists in an index behind this server, installing it makes it known:</p>\n");
        HomePage.AddInstallers(html, place.IndexUrl, project.Value);
        return PageFrame.End(html, place);
    }

    private static void AddStatus(HtmlText html, ProjectFacts project)
    {
        var document = project.Listing.Document;
        if (document.Status is { } status && status is not "active")
        {
            html.Add($"<p class=\"note\">Its index marks this project as <b>{Wording.Cut(status, 40)}</b>");
            html.Add(
                $"{(document.StatusReason is { Length: > 0 } reason ? $": {Wording.Cut(reason, 500)}" : ".")}</p>\n"
            );
        }

        if (project.Listing.IsStale)
        {
            html.Add(
                $"<p class=\"dim small\">Last confirmed by its index at {Wording.Minute(project.Listing.Fetched)}; "
            );
            html.AddMarkup("asked again when somebody installs it.</p>\n");
        }
    }

    private static void AddSource(HtmlText html, ProjectFacts project)
    {
        foreach (var (space, _) in project.Listing.Sources)
        {
            html.Add($"<p class=\"dim small\">From namespace <b>{space.Name}</b>, ");
            html.AddMarkup(space.IsPrivate ? "uploaded here.</p>\n" : "a proxy of another index.</p>\n");
        }
    }

    private static void AddVersions(HtmlText html, ProjectFacts project, Place place, int number)
    {
        html.AddMarkup("<h2 id=\"versions\">Versions</h2>\n");
        if (project.Versions.IsEmpty)
        {
            html.AddMarkup("<p class=\"empty\">There are no files yet.</p>\n");
            return;
        }

        var window = ListWindow.Of(number, Rows, project.Versions.Length);
        html.AddMarkup(
            "<div class=\"wide\"><table class=\"stack\">\n<thead><tr><th>Version</th><th>Uploaded</th><th>Python</th>"
        );
        html.AddMarkup("<th class=\"num\">Files</th><th>Remarks</th></tr></thead>\n<tbody>\n");
        foreach (var version in project.Versions.Skip(window.Skipped).Take(Rows))
        {
            html.AddMarkup(version.IsOffered && !version.IsYanked ? "<tr>" : "<tr class=\"off\">");
            html.Add(
                $"<td data-label=\"Version\"><a href=\"{place.To(project.Name, version.Version)}\">{version.Version}</a></td>"
            );
            html.Add($"<td data-label=\"Uploaded\" class=\"nowrap\">{Wording.Minute(version.Uploaded)}</td>");
            html.Add($"<td data-label=\"Python\">{version.RequiresPython}</td><td data-label=\"Files\" class=\"num\">");
            html.Add($"{version.Files.Length}</td><td data-label=\"Remarks\" class=\"why\"><div>");
            Marks.Add(html, version);
            html.Add($"{Marks.RemarkOf(version.Files)}</div></td></tr>\n");
        }

        html.AddMarkup("</tbody></table></div>\n");
        window.AddLinks(html, query: null);
    }
}
