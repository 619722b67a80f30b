using System.Globalization;
using Krait.Server.Views;

namespace Krait.Server.Web;

/// <summary>Chooses the form of a page by the `Accept` header (PEP 691), and its coding by `Accept-Encoding`.</summary>
internal static class Negotiation
{
    /// <summary>The media type of the JSON form.</summary>
    public const string Json = "application/vnd.pypi.simple.v1+json";

    /// <summary>The media type of the HTML form.</summary>
    public const string Html = "application/vnd.pypi.simple.v1+html";

    private const string LatestJson = "application/vnd.pypi.simple.latest+json";
    private const string LatestHtml = "application/vnd.pypi.simple.latest+html";

    /// <summary>The form that is accepted best; null where none is. Without a wish it is plain HTML, as for old clients and people.</summary>
    public static PageForm? FormOf(string accept)
    {
        if (string.IsNullOrWhiteSpace(accept))
            return PageForm.PlainHtml;
        var best = (Quality: 0.0, Form: (PageForm?)null);
        // Of equal wishes, the form that says most comes first, but a browser's `*/*` means a page for people.
        foreach (var (form, names) in Forms)
        {
            var quality = names.Max(name => QualityOf(accept, name));
            if (quality > best.Quality)
                best = (quality, form);
        }

        return best.Form;
    }

    /// <summary>The media type of a form.</summary>
    public static string TypeOf(PageForm form) =>
        form switch
        {
            PageForm.Json => Json,
            PageForm.Html => Html,
            _ => "text/html; charset=utf-8",
        };

    /// <summary>Whether gzip is accepted.</summary>
    public static bool AcceptsGzip(string acceptEncoding) =>
        acceptEncoding.Length > 0 && QualityOf(acceptEncoding, "gzip") > 0;

    private static readonly (PageForm Form, string[] Names)[] Forms =
    [
        (PageForm.PlainHtml, ["text/html"]),
        (PageForm.Json, [Json, LatestJson]),
        (PageForm.Html, [Html, LatestHtml]),
    ];

    /// <summary>How much a name is wished for: what names it most closely counts (RFC 9110, section 12.5.1).</summary>
    private static double QualityOf(string header, string name)
    {
        var found = (Closeness: 0, Quality: 0.0);
        foreach (var item in header.Split(','))
        {
            var parts = item.Split(';', StringSplitOptions.TrimEntries);
            var closeness = Closeness(parts[0], name);
            if (closeness > found.Closeness)
                found = (closeness, Quality(parts));
        }

        return found.Quality;
    }

    private static int Closeness(string wish, string name)
    {
        if (wish.Equals(name, StringComparison.OrdinalIgnoreCase))
            return 3;
        if (wish is "*/*" or "*")
            return 1;
        var isFamily = wish.EndsWith("/*", StringComparison.Ordinal);
        return isFamily && name.StartsWith(wish[..^1], StringComparison.OrdinalIgnoreCase) ? 2 : 0;
    }

    private static double Quality(string[] parts)
    {
        foreach (var parameter in parts.Skip(1))
        {
            if (!parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase))
                continue;
            return double.TryParse(
                parameter.AsSpan(2),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var quality
            )
                ? Math.Clamp(quality, 0, 1)
                : 0;
        }

        return 1;
    }
}
