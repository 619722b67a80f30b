namespace Krait.Server.Site;

/// <summary>The sections that pages of projects and of versions have in common.</summary>
internal static class DetailSections
{
    private const int MostDependents = 200;

    /// <summary>Adds the way to the sections of the page, with how much is in each.</summary>
    public static void AddContents(HtmlText html, PageSection first, ProjectDetails details)
    {
        html.AddMarkup("<div class=\"pages\">");
        AddContent(html, first.Id, first.Name, first.Count);
        AddContent(
            html,
            "dependencies",
            "Dependencies",
            details.Metadata?.Dependencies.Count(dependency => dependency.For.IsEmpty)
        );
        AddContent(html, "required-by", "Required by", details.Dependents.Found.Length);
        html.AddMarkup("</div>\n");
    }

    private static void AddContent(HtmlText html, string id, string name, int? count)
    {
        html.Add($"<span><a href=\"#{id}\">{name}</a>");
        if (count is { } number)
            html.Add($"<span class=\"dim\">{number}</span>");
        html.AddMarkup("</span>");
    }

    /// <summary>Adds who made it, under which license, and where to read more.</summary>
    public static void AddFacts(HtmlText html, KnownMetadata? metadata)
    {
        if (metadata is null || (metadata.License.Length + metadata.Author.Length == 0 && metadata.Links.IsEmpty))
            return;
        html.AddMarkup("<dl>");
        if (metadata.License.Length > 0)
            html.Add($"<dt>License</dt><dd>{metadata.License}</dd>");
        if (metadata.Author.Length > 0)
            html.Add($"<dt>Author</dt><dd>{metadata.Author}</dd>");
        if (!metadata.Links.IsEmpty)
        {
            html.AddMarkup("<dt>Links</dt><dd>");
            foreach (var (label, url) in metadata.Links)
            {
                html.Add(
                    $"<a href=\"{url}\" rel=\"nofollow noopener noreferrer\">{(label.Length > 0 ? label : url)}</a> &nbsp; "
                );
            }

            html.AddMarkup("</dd>");
        }

        html.AddMarkup("</dl>\n");
    }

    /// <summary>Adds what a version needs, as a list and as a picture.</summary>
    public static void AddDependencies(HtmlText html, ProjectDetails details, VersionFacts? version, Place place)
    {
        html.AddMarkup("<h2 id=\"dependencies\">Dependencies</h2>\n");
        if (details.Metadata is not { } metadata)
        {
            html.AddMarkup("<p class=\"empty\">Not known yet: they are read when somebody installs ");
            html.Add($"{(version is null ? "it" : $"version {version.Version}")}.</p>\n");
            return;
        }

        if (metadata.Dependencies.IsEmpty)
        {
            html.AddMarkup("<p class=\"empty\">It needs nothing but Python.</p>\n");
            return;
        }

        html.AddMarkup("<div class=\"card\">\n");
        if (metadata.Dependencies.Any(dependency => dependency.For.IsEmpty))
            AddList(html, metadata.Dependencies.Where(dependency => dependency.For.IsEmpty), place);
        else
            html.AddMarkup("<p class=\"dim\">Without extras it needs nothing but Python.</p>\n");
        var extras = metadata.Dependencies.SelectMany(dependency => dependency.For).Distinct().Order();
        foreach (var extra in extras)
        {
            html.Add($"<details><summary>With the extra <b>{extra.Value}</b></summary>\n");
            AddList(html, metadata.Dependencies.Where(dependency => dependency.For.Contains(extra)), place);
            html.AddMarkup("</details>\n");
        }

        html.AddMarkup("</div>\n");
        AddGraph(html, details.Graph);
    }

    /// <summary>Adds who needs a project.</summary>
    public static void AddDependents(HtmlText html, Dependents dependents, Place place)
    {
        html.AddMarkup("<h2 id=\"required-by\">Required by</h2>\n");
        if (dependents.Found.IsEmpty)
            html.AddMarkup("<p class=\"empty\">No project that is known here requires it.</p>\n");
        else
            AddDependentList(html, dependents, place);
        html.Add($"<p class=\"dim small\">Based on {Wording.Count(dependents.LookedAt, "project", "projects")}: ");
        html.AddMarkup("the newest version of each whose metadata is cached.");
        html.AddMarkup(dependents.IsUnfinished ? " Reload this page in a moment for the rest.</p>\n" : "</p>\n");
    }

    private static void AddDependentList(HtmlText html, Dependents dependents, Place place)
    {
        html.AddMarkup("<div class=\"card\"><ul class=\"plain\">\n");
        foreach (var (name, version, requirements) in dependents.Found.Take(MostDependents))
        {
            html.Add($"<li><a href=\"{place.To(name)}\">{name}</a> <span class=\"dim\">{version}</span> ");
            var ways = requirements.Select(way =>
                way.For.IsEmpty ? way.Details : $"{way.Details} (extra {string.Join(", ", way.For)})"
            );
            html.Add(
                $"<code>{Wording.Cut(string.Join("; ", ways.Where(way => way.Length > 0).Distinct(StringComparer.Ordinal)), 200)}</code></li>\n"
            );
        }

        html.AddMarkup("</ul></div>\n");
        if (dependents.Found.Length > MostDependents)
            html.Add($"<p class=\"dim\">And {dependents.Found.Length - MostDependents} more.</p>\n");
    }

    private static void AddList(HtmlText html, IEnumerable<Dependency> dependencies, Place place)
    {
        html.AddMarkup("<ul class=\"plain\">\n");
        foreach (var dependency in dependencies.OrderBy(dependency => dependency.Name))
        {
            html.Add($"<li><a href=\"{place.To(dependency.Name)}\">{dependency.Name}</a>");
            if (dependency.Details.Length > 0)
                html.Add($" <code>{dependency.Details}</code>");
            if (dependency.Environments.Length > 0)
            {
                html.Add(
                    $" <span class=\"dim small\">where <code>{Wording.Cut(dependency.Environments, 300)}</code></span>"
                );
            }

            html.AddMarkup("</li>\n");
        }

        html.AddMarkup("</ul>\n");
    }

    private static void AddGraph(HtmlText html, DependencyGraph graph)
    {
        if (graph.Picture is not { } picture)
            return;
        html.AddMarkup("<div class=\"wide graph\" tabindex=\"0\">\n").AddBy(picture.Append).AddMarkup("</div>\n");
        html.AddMarkup(
            "<p class=\"dim small\">Each project is shown with the newest version here that fits. Dashed lines apply to some environments only; "
        );
        html.AddMarkup("dashed boxes are not known to this server.");
        if (graph.IsCut)
            html.Add($" There are more than these {graph.Count} projects.");
        html.AddMarkup("</p>\n");
    }
}

/// <summary>A section of a page.</summary>
/// <param name="Id">What names it in addresses.</param>
/// <param name="Name">Its heading.</param>
/// <param name="Count">How much is in it.</param>
internal sealed record PageSection(string Id, string Name, int Count);
