namespace Krait.Server.Site;

/// <summary>What all pages for people have in common. They need no script, and follow the reader's choice of light or dark.</summary>
internal static class PageFrame
{
    private const string Icon =
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='%2317704b' stroke-width='3' "
        + "stroke-linecap='round'%3E%3Cpath d='M4 18c4 3 7 0 6-3s-3-5 0-7 5 1 4 4-1 5 2 5 4-3 4-6'/%3E%3C/svg%3E";

    private static readonly (string Page, string Title)[] Pages =
    [
        ("projects", "Projects"),
        ("uploads", "Uploads"),
        ("policy", "Policy"),
        ("status", "Status"),
    ];

    /// <summary>Begins a page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="place">Where it is; null for a page that may be anywhere, and leads nowhere.</param>
    /// <param name="current">The page of the navigation that it is or belongs to.</param>
    /// <param name="query">What is in the field of the search.</param>
    public static HtmlText Begin(string title, Place? place, string current = "", string query = "")
    {
        var html = new HtmlText();
        html.AddMarkup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.AddMarkup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.AddMarkup("<meta name=\"robots\" content=\"noindex\">\n<link rel=\"icon\" href=\"" + Icon + "\">\n");
        html.Add($"<title>{title}</title>\n<style>").AddMarkup(PageStyle.Text).AddMarkup("</style>\n</head>\n<body>\n");
        html.AddMarkup("<header><div class=\"bar\">");
        AddBrand(html, place);
        if (place is not null)
        {
            html.AddMarkup("<nav aria-label=\"Pages\">");
            foreach (var (page, name) in Pages)
            {
                html.Add($"<a href=\"{place.To(page)}\"")
                    .AddMarkup(string.Equals(page, current, StringComparison.Ordinal) ? " aria-current=\"page\"" : "")
                    .Add($">{name}</a>");
            }

            html.AddMarkup("</nav>");
            // The start page has a larger one.
            if (current.Length > 0)
                AddSearch(html, place, query, "");
        }

        return html.AddMarkup("</div></header>\n<main>\n");
    }

    /// <summary>Ends a page.</summary>
    public static byte[] End(HtmlText html, Place? place)
    {
        html.AddMarkup("</main>\n<footer>");
        if (place is { IsDefault: false })
            html.Add($"View <b>{place.View}</b> · ");
        return html.AddMarkup("Served by Krait · all times are UTC</footer>\n</body>\n</html>\n").ToBytes();
    }

    /// <summary>Adds the field of the search.</summary>
    public static void AddSearch(HtmlText html, Place place, string query, string style) =>
        html.Add($"<form role=\"search\" action=\"{place.To("projects")}\" class=\"{style}\">")
            .Add(
                $"<input type=\"search\" name=\"q\" value=\"{query}\" maxlength=\"100\" placeholder=\"Search projects\" "
            )
            .AddMarkup(
                "aria-label=\"Search projects\" autocapitalize=\"none\" autocomplete=\"off\" spellcheck=\"false\">"
            )
            .AddMarkup("<button>Search</button></form>");

    private static void AddBrand(HtmlText html, Place? place)
    {
        const string Mark =
            "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M4 18c4 3 7 0 6-3s-3-5 0-7 5 1 4 4-1 5 2 5 4-3 4-6\"/></svg>Krait";
        if (place is null)
            html.AddMarkup("<span class=\"brand\">" + Mark + "</span>");
        else
            html.Add($"<a class=\"brand\" href=\"{place.ServerRoot}\">").AddMarkup(Mark + "</a>");
    }
}
