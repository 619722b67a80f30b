using Krait.Index.Http;
using Krait.Packaging.Text;

namespace Krait.Index.SimpleApi;

/// <summary>The media types of index pages.</summary>
internal static class PageFormat
{
    /// <summary>Whether a type is the JSON form.</summary>
    public static bool IsJson(string mediaType) => mediaType is "application/vnd.pypi.simple.v1+json";

    /// <summary>Whether a type is one of the two forms.</summary>
    public static bool IsKnown(string mediaType) =>
        IsJson(mediaType) || mediaType is "text/html" or "application/vnd.pypi.simple.v1+html";

    /// <summary>Whether an HTML page closes its body or itself near its end.</summary>
    public static bool HasHtmlEnd(ReadOnlySpan<byte> body)
    {
        var tail = body[Math.Max(0, body.Length - 512)..];
        return tail.IndexOf("</html"u8) >= 0
            || tail.IndexOf("</HTML"u8) >= 0
            || tail.IndexOf("</body"u8) >= 0
            || tail.IndexOf("</BODY"u8) >= 0;
    }

    /// <summary>
    /// The error of an answer that is not an index page: whether the index has the project is not known then, and to ask the next one
    /// would be what dependency confusion needs.
    /// </summary>
    public static KraitException Unknown(SafeUrl url, HttpReply reply)
    {
        var type = reply.MediaType.Length == 0 ? "no content type" : $"the content type `{reply.MediaType}`";
        var isRedirected = !string.Equals(reply.Url.Canonical, url.Canonical, StringComparison.Ordinal);
        return new KraitException(
            new Diagnostic("not-an-index-page", $"`{url}` is not a package index page: the response has {type}")
            {
                Source = url.ToString(),
                Notes = isRedirected ? [$"redirected to `{reply.Url}`"] : [],
                Hints =
                [
                    reply.Url.Origin == url.Origin
                        ? "Check that this is the URL of a package index; most end in `/simple`"
                        : "A login page of the network may be in between: open the URL in a browser",
                ],
            }
        );
    }
}
