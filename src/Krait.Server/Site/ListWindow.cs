namespace Krait.Server.Site;

/// <summary>A page of a long list.</summary>
/// <param name="Number">Which, from 1.</param>
/// <param name="Size">How many fit on one.</param>
/// <param name="Total">How many there are in all.</param>
internal readonly record struct ListWindow(int Number, int Size, int Total)
{
    /// <summary>How many pages there are.</summary>
    public int Last => Math.Max(1, (Total + Size - 1) / Size);

    /// <summary>How many come before.</summary>
    public int Skipped => (Number - 1) * Size;

    /// <summary>The requested page, or the nearest one that exists.</summary>
    public static ListWindow Of(int wanted, int size, int total)
    {
        var window = new ListWindow(1, size, total);
        return window with { Number = Math.Clamp(wanted, 1, window.Last) };
    }

    /// <summary>Adds the way to the pages before and behind, where there are any.</summary>
    public void AddLinks(HtmlText html, string? query)
    {
        if (Last == 1)
            return;
        html.AddMarkup("<div class=\"pages\">");
        if (Number > 1)
        {
            html.Add($"<a href=\"{Place.ToListPage(query, 1)}\">First</a> ");
            html.Add($"<a href=\"{Place.ToListPage(query, Number - 1)}\" rel=\"prev\">← Previous</a> ");
        }

        html.Add($"<span class=\"dim\">Page {Number} of {Last}</span>");
        if (Number < Last)
            html.Add($" <a href=\"{Place.ToListPage(query, Number + 1)}\" rel=\"next\">Next →</a>");
        html.AddMarkup("</div>\n");
    }
}
