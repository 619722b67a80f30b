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

    /// <summary>What to say of an answer that is no index page.</summary>
    public static Diagnostic Unknown(SafeUrl url, HttpReply reply)
    {
        var type = reply.MediaType.Length == 0 ? "no content type" : $"the content type `{reply.MediaType}`";
        var diagnostic = new Diagnostic(
            "not-an-index-page",
            $"`{url}` is passed over: it has {type}, which is no index page"
        );
        return reply.Url.Origin == url.Origin
            ? diagnostic
            : diagnostic with
            {
                Notes = [$"it was redirected to `{reply.Url}`"],
                Hints = ["A login page of the network may stand between: open any page in a browser"],
            };
    }
}
