namespace Krait.Server.Site;

/// <summary>The start page: how to use this index.</summary>
internal static class HomePage
{
    /// <summary>Writes the page.</summary>
    /// <param name="place">Where it is: at the default view.</param>
    /// <param name="views">The views, the default one first.</param>
    public static byte[] Write(Place place, IEnumerable<HomeSection> views)
    {
        var html = PageFrame.Begin("Krait", place);
        html.AddMarkup("<h1>Krait package index</h1>\n<p class=\"lead\">A package index for pip, uv and krait.</p>\n");
        PageFrame.AddSearch(html, place, "", "big");
        foreach (var view in views)
        {
            html.Add($"\n<section class=\"card\">\n<h2>{view.Name}</h2>\n");
            html.Add($"<p class=\"dim\">{view.Members}")
                .AddMarkup(view.IsPublic ? "" : " · needs a token")
                .AddMarkup("</p>\n");
            AddInstallers(html, view.IndexUrl, "PACKAGE");
            html.AddMarkup("<p class=\"small\">");
            foreach (
                var (page, name) in ((string, string)[])
                    [("projects", "Projects"), ("uploads", "Uploads"), ("policy", "Policy")]
            )
            {
                html.Add($"<a href=\"{view.Path}-/{page}/\">{name}</a> &nbsp; ");
            }

            html.Add($"<a href=\"{view.Path}simple/\">Simple index</a></p>\n</section>\n");
        }

        return PageFrame.End(html, place);
    }

    /// <summary>Adds how installers get a package from an index, once and always.</summary>
    public static void AddInstallers(HtmlText html, string url, string package)
    {
        AddTool(html, "pip", $"pip install --index-url {url} {package}", $"pip config set global.index-url {url}");
        AddTool(html, "uv", $"uv pip install --default-index {url} {package}", $"export UV_DEFAULT_INDEX={url}");
        AddTool(
            html,
            "krait",
            $"krait pip install --default-index {url} {package}",
            $"export KRAIT_DEFAULT_INDEX={url}"
        );
    }

    private static void AddTool(HtmlText html, string tool, string once, string always) =>
        html.Add($"<h3>{tool}</h3>\n<pre>{once}\n{always}</pre>\n");
}

/// <summary>A view, as the start page shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its path below the address of the server.</param>
/// <param name="IndexUrl">The address of its index.</param>
/// <param name="Members">What it is made of.</param>
/// <param name="IsPublic">Whether anyone may read it.</param>
internal sealed record HomeSection(string Name, string Path, string IndexUrl, string Members, bool IsPublic);
