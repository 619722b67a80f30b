using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Server.Views;

namespace Krait.Server.Site;

/// <summary>The projects that a view has, or those of them that a text is in the name of.</summary>
internal static class SearchPage
{
    private const int Rows = 50;
    private const int Breadth = 8;

    /// <summary>Writes the page.</summary>
    /// <param name="view">The view.</param>
    /// <param name="place">Where the page is.</param>
    /// <param name="query">What is looked for; empty for everything.</param>
    /// <param name="number">Which page of the list.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<byte[]> WriteAsync(
        View view,
        Place place,
        string query,
        int number,
        CancellationToken cancellationToken
    )
    {
        var text = ProjectSearch.Normalize(query);
        var all = await view.ListProjectsAsync(cancellationToken);
        var found = ProjectSearch.Find(all, text);
        var window = ListWindow.Of(number, Rows, found.Length);
        var rows = await DescribeAsync(
            view,
            found.Slice(window.Skipped, Math.Min(Rows, found.Length - window.Skipped)),
            cancellationToken
        );
        var html = PageFrame.Begin(text.Length == 0 ? "Projects" : $"{text} – search", place, "projects", query);
        html.Add($"<h1>{(text.Length == 0 ? "Projects" : "Search")}</h1>\n");
        AddLead(html, text, all.Length, found.Length);
        if (found.IsEmpty)
            AddNothing(html, place, text);
        else
            AddTable(html, place, rows);
        window.AddLinks(html, text);
        return PageFrame.End(html, place);
    }

    private static void AddLead(HtmlText html, string text, int all, int found)
    {
        html.AddMarkup("<p class=\"lead\">");
        if (text.Length == 0)
        {
            html.Add($"{Wording.Count(all, "project is", "projects are")} known here.");
        }
        else
        {
            html.Add(
                $"{Wording.Count(found, "project", "projects")} with <b>{text}</b> in the name, of {all} known here."
            );
        }

        html.AddMarkup("</p>\n");
    }

    private static void AddNothing(HtmlText html, Place place, string text)
    {
        if (text.Length == 0)
        {
            html.AddMarkup(
                "<p class=\"empty\">Projects show up here once somebody has installed or uploaded them.</p>\n"
            );
            return;
        }

        html.AddMarkup(
            "<p class=\"empty\">Nothing found. Projects that nobody has asked this server for yet are not listed.</p>\n"
        );
        if (PackageName.TryParse(text, out var name, out _))
        {
            html.Add($"<p>If <b>{name}</b> exists in an index behind this server, installing it makes it known:</p>\n");
            HomePage.AddInstallers(html, place.IndexUrl, name.Value);
        }
    }

    private static void AddTable(
        HtmlText html,
        Place place,
        IReadOnlyList<(PackageName Name, ProjectFacts? Facts)> rows
    )
    {
        html.AddMarkup(
            "<div class=\"wide\"><table class=\"stack\">\n<thead><tr><th>Project</th><th>Version</th><th>Released</th>"
        );
        html.AddMarkup("<th>Python</th><th class=\"num\">Versions</th><th>From</th></tr></thead>\n<tbody>\n");
        foreach (var (name, facts) in rows)
        {
            var main = facts?.Main;
            html.Add($"<tr><td data-label=\"Project\"><a href=\"{place.To(name)}\">{name}</a></td>");
            html.AddMarkup("<td data-label=\"Version\" class=\"long\"><div>");
            if (main is not null)
                html.Add($"{main.Version} ");
            if (facts is not null)
                Marks.Add(html, facts);
            html.Add($"</div></td><td data-label=\"Released\" class=\"nowrap\">{Wording.Day(main?.Uploaded)}</td>");
            html.Add(
                $"<td data-label=\"Python\">{main?.RequiresPython}</td><td data-label=\"Versions\" class=\"num\">"
            );
            html.Add(
                $"{facts?.Versions.Length.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)}</td>"
            );
            var sources = facts is null
                ? ""
                : string.Join(", ", facts.Listing.Sources.Select(source => source.Space.Name));
            html.Add($"<td data-label=\"From\">{sources}</td></tr>\n");
        }

        html.AddMarkup("</tbody></table></div>\n");
    }

    /// <summary>What is known of some projects, in their order. Stores may be far away, so several are read at a time.</summary>
    private static async Task<(PackageName Name, ProjectFacts? Facts)[]> DescribeAsync(
        View view,
        ImmutableArray<PackageName> names,
        CancellationToken cancellationToken
    )
    {
        var described = new (PackageName Name, ProjectFacts? Facts)[names.Length];
        await Parallel.ForAsync(
            0,
            names.Length,
            new ParallelOptions { MaxDegreeOfParallelism = Breadth, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                var listing = await view.FindKnownAsync(names[i], token);
                described[i] = (names[i], listing is null ? null : ProjectFacts.Of(listing));
            }
        );
        return described;
    }
}
