using System.Net;
using System.Text;

namespace Krait.Server.Pages;

/// <summary>Writes pages in the HTML form (PEP 503, 592, 629, 658, 714, 792).</summary>
internal static class HtmlPageWriter
{
    /// <summary>Writes the page of a project.</summary>
    public static byte[] Write(ProjectDocument document, Func<FileEntry, string> urlOf)
    {
        var name = document.Project.Value;
        var html = Begin($"Links for {name}");
        if (document.Status is { } status)
        {
            AppendMeta(html, "pypi:project-status", status);
            if (document.StatusReason is { } reason)
                AppendMeta(html, "pypi:project-status-reason", reason);
        }

        html.Append("</head>\n<body>\n<h1>Links for ").Append(name).Append("</h1>\n");
        foreach (var file in document.Files)
            AppendFile(html, file, urlOf(file));
        return End(html);
    }

    /// <summary>Writes the list of projects.</summary>
    public static byte[] WriteList(IEnumerable<string> names)
    {
        var html = Begin("Simple index").Append("</head>\n<body>\n");
        foreach (var name in names)
            html.Append("<a href=\"").Append(name).Append("/\">").Append(name).Append("</a><br>\n");
        return End(html);
    }

    private static StringBuilder Begin(string title)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        AppendMeta(html, "pypi:repository-version", JsonPageWriter.ApiVersion);
        return html.Append("<title>").Append(title).Append("</title>\n");
    }

    private static byte[] End(StringBuilder html) =>
        Encoding.UTF8.GetBytes(html.Append("</body>\n</html>\n").ToString());

    private static void AppendMeta(StringBuilder html, string name, string content) =>
        html.Append("<meta name=\"").Append(name).Append("\" content=\"").Append(Escape(content)).Append("\">\n");

    private static void AppendFile(StringBuilder html, FileEntry file, string url)
    {
        html.Append("<a href=\"").Append(Escape(url));
        // One hash is all that a fragment can carry.
        if (file.Sha256 is { } sha256)
            html.Append("#sha256=").Append(sha256);
        else if (file.Hashes.Count > 0)
            html.Append('#').Append(file.Hashes.First().Key).Append('=').Append(file.Hashes.First().Value);
        html.Append('"');
        if (file.RequiresPython is { } requires)
            html.Append(" data-requires-python=\"").Append(Escape(requires)).Append('"');
        if (file.Yanked is { } yanked)
            html.Append(" data-yanked=\"").Append(Escape(yanked)).Append('"');
        if (file.HasMetadata)
        {
            var value = file.MetadataSha256 is { } metadata ? "sha256=" + metadata : "true";
            html.Append(" data-core-metadata=\"").Append(value).Append('"');
            html.Append(" data-dist-info-metadata=\"").Append(value).Append('"');
        }

        if (file.Provenance is { } provenance)
            html.Append(" data-provenance=\"").Append(Escape(provenance)).Append('"');
        html.Append('>').Append(Escape(file.FileName)).Append("</a><br>\n");
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
