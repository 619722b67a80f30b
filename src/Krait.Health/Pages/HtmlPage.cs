using System.Collections.Immutable;
using System.Net;
using System.Text;

namespace Krait.Health.Pages;

/// <summary>A report as one web page that needs nothing else: readable on a phone, in the dark, and printed.</summary>
public static class HtmlPage
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--line:#d0d7de;--dim:#57606a;--good:#1a7f37;--bad:#cf222e;--odd:#9a6700;--tint:#f6f8fa}
        @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--line:#30363d;--dim:#8b949e;--good:#3fb950;--bad:#f85149;--odd:#d29922;--tint:#161b22}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:72rem;padding:1rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
        h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.15rem;margin:1.5rem 0 .5rem}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
        .verdict{display:inline-block;padding:.15rem .6rem;border-radius:1rem;border:1px solid;font-weight:600;margin:.25rem 0 .75rem}
        .wide{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem}
        table{border-collapse:collapse;width:100%}th,td{padding:.4rem .6rem;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
        thead th{border-top:0;background:var(--tint);position:sticky;top:0}td{overflow-wrap:anywhere}
        .good{color:var(--good)}.bad{color:var(--bad)}.odd{color:var(--odd)}
        svg{display:block;font:12px system-ui,sans-serif}svg text{fill:var(--ink)}svg rect{fill:var(--tint);stroke:var(--line)}svg path{stroke:var(--line);fill:none}
        svg .bad rect{stroke:var(--bad);stroke-width:2}svg .odd rect{stroke:var(--odd);stroke-width:2}
        footer{margin-top:2rem;color:var(--dim);font-size:.85rem}
        @media(max-width:40rem){thead{display:none}tr{display:block;border-top:1px solid var(--line);padding:.3rem 0}td{display:block;border:0;padding:.1rem .6rem}td:empty{display:none}td::before{content:attr(data-label) " ";color:var(--dim);font-size:.8rem}}
        @media print{body{max-width:none;padding:0}.wide{overflow:visible;border:0}thead th{position:static}tr{break-inside:avoid}}
        """;

    /// <summary>The page.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="verdict">The answer in a few words, and how good it is.</param>
    /// <param name="facts">What it is about: names and values.</param>
    /// <param name="tables">The findings.</param>
    /// <param name="picture">A picture of who requires whom; null for none.</param>
    public static string Of(
        string title,
        (string Text, HtmlTone Tone) verdict,
        IEnumerable<(string Name, string Value)> facts,
        IEnumerable<HtmlTable> tables,
        DependencyPicture? picture
    )
    {
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append("<title>")
            .Append(Text(title))
            .Append("</title>\n<style>\n")
            .Append(Style)
            .Append("\n</style>\n</head>\n<body>\n");
        page.Append("<h1>")
            .Append(Text(title))
            .Append("</h1>\n<p class=\"verdict ")
            .Append(ClassOf(verdict.Tone))
            .Append("\">");
        page.Append(Text(verdict.Text)).Append("</p>\n<dl>\n");
        foreach (var (name, value) in facts)
            page.Append("<dt>").Append(Text(name)).Append("</dt><dd>").Append(Text(value)).Append("</dd>\n");
        page.Append("</dl>\n");
        foreach (var table in tables)
            Append(page, table);
        if (picture is not null)
        {
            page.Append("<h2>Dependencies</h2>\n<div class=\"wide\">\n");
            picture.Append(page);
            page.Append("</div>\n");
        }

        return page.Append("<footer>Made by Krait</footer>\n</body>\n</html>\n").ToString();
    }

    internal static string Text(string text) => WebUtility.HtmlEncode(text);

    internal static string ClassOf(HtmlTone tone) =>
        tone switch
        {
            HtmlTone.Good => "good",
            HtmlTone.Bad => "bad",
            HtmlTone.Odd => "odd",
            _ => "plain",
        };

    private static void Append(StringBuilder page, HtmlTable table)
    {
        page.Append("<h2>").Append(Text(table.Title)).Append("</h2>\n");
        if (table.Rows.IsEmpty)
        {
            page.Append("<p>None.</p>\n");
            return;
        }

        page.Append("<div class=\"wide\"><table>\n<thead><tr>");
        foreach (var column in table.Columns)
            page.Append("<th>").Append(Text(column)).Append("</th>");
        page.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            page.Append("<tr>");
            foreach (var (index, cell) in row.Cells.Index())
            {
                page.Append("<td data-label=\"").Append(Text(table.Columns[index])).Append('"');
                if (index == 0)
                    page.Append(" class=\"").Append(ClassOf(row.Tone)).Append('"');
                page.Append('>').Append(Text(cell)).Append("</td>");
            }

            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }
}

/// <summary>A table of a page.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Columns">The names of its columns.</param>
/// <param name="Rows">Its rows.</param>
public sealed record HtmlTable(string Title, ImmutableArray<string> Columns, ImmutableArray<HtmlRow> Rows);

/// <summary>A row of a table.</summary>
/// <param name="Tone">How good it is.</param>
/// <param name="Cells">Its cells, one for each column.</param>
public sealed record HtmlRow(HtmlTone Tone, params ImmutableArray<string> Cells);

/// <summary>How good something is.</summary>
public enum HtmlTone
{
    /// <summary>Neither good nor bad.</summary>
    Plain,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Worth a look.</summary>
    Odd,

    /// <summary>Wrong.</summary>
    Bad,
}
