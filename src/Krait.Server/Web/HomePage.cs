using System.Net;
using System.Text;

namespace Krait.Server.Web;

/// <summary>The start page: how to use this index.</summary>
internal static class HomePage
{
    /// <summary>Writes the page.</summary>
    /// <param name="address">The address that the reader came by.</param>
    /// <param name="views">The views, the default one first.</param>
    public static string Write(string address, IEnumerable<HomeSection> views)
    {
        var html = new StringBuilder();
        html.Append(PageFrame.Begin("Krait"));
        html.Append("<h1>Krait package index</h1>\n");
        foreach (var (name, path, members) in views)
        {
            var url = Escape($"{address}{path}simple/");
            html.Append("<section>\n<h2>")
                .Append(Escape(name))
                .Append("</h2>\n<p>")
                .Append(Escape(members))
                .Append("</p>\n");
            Append(html, "pip", $"pip install --index-url {url} PACKAGE", $"pip config set global.index-url {url}");
            Append(html, "uv", $"uv pip install --default-index {url} PACKAGE", $"export UV_DEFAULT_INDEX={url}");
            Append(
                html,
                "krait",
                $"krait pip install --default-index {url} PACKAGE",
                $"export KRAIT_DEFAULT_INDEX={url}"
            );
            html.Append("</section>\n");
        }

        return html.Append(PageFrame.End).ToString();
    }

    private static void Append(StringBuilder html, string tool, string once, string always) =>
        html.Append("<h3>")
            .Append(tool)
            .Append("</h3>\n<pre>")
            .Append(once)
            .Append('\n')
            .Append(always)
            .Append("</pre>\n");

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}

/// <summary>A view, as the start page shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its path below the address of the server.</param>
/// <param name="Members">What it is made of.</param>
internal sealed record HomeSection(string Name, string Path, string Members);
