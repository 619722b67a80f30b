using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Krait.Packaging.Text;
using Krait.Server.Policy;
using Krait.Server.Site;
using Krait.Server.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Krait.Server.Web;

/// <summary>The forms of answers that all resources share.</summary>
internal static class Answers
{
    /// <summary>What never changes under its address.</summary>
    public static string ForEver(bool isPublic) =>
        isPublic ? "public, max-age=365000000, immutable" : "private, max-age=365000000, immutable";

    private const int LongestReason = 300;
    private static readonly object ForPeople = new();

    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whether a client has a version already (RFC 9110, section 13.1.2).</summary>
    public static bool IsKnown(HttpContext context, string tag)
    {
        var header = context.Request.Headers.IfNoneMatch.ToString();
        if (header.Length == 0)
            return false;
        foreach (var item in header.Split(',', StringSplitOptions.TrimEntries))
        {
            var known = item.StartsWith("W/", StringComparison.Ordinal) ? item[2..] : item;
            if (known is "*" || string.Equals(known, tag, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>Whether only the head of an answer is wanted.</summary>
    public static bool IsHead(HttpContext context) => HttpMethods.IsHead(context.Request.Method);

    /// <summary>Sends bytes that are at hand.</summary>
    public static async Task SendAsync(HttpContext context, int status, string type, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        if (!IsHead(context))
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>Says that the client has the newest version.</summary>
    public static void NotModified(HttpContext context) =>
        context.Response.StatusCode = StatusCodes.Status304NotModified;

    /// <summary>Says what went wrong (RFC 9457); pip and uv show the text.</summary>
    public static Task ProblemAsync(HttpContext context, int status, Diagnostic problem)
    {
        var response = context.Response;
        // What twine and pip show of an answer: the line of its status.
        if (context.Features.Get<IHttpResponseFeature>() is { } feature)
            feature.ReasonPhrase = ReasonOf(problem.Message);
        response.Headers.CacheControl = status is 404 or 410 ? "max-age=30" : "no-store";
        if (context.Items.ContainsKey(ForPeople))
        {
            SetPageHeaders(context);
            return SendAsync(context, status, "text/html; charset=utf-8", ProblemPage.Write(status, problem));
        }

        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", problem.Message);
            json.WriteNumber("status", status);
            json.WriteString("code", problem.Code);
            var details = problem.Notes.Concat(ServerControls.HintsOf(problem)).ToList();
            if (details.Count > 0)
                json.WriteString("detail", string.Join("; ", details));
            json.WriteEndObject();
        }

        return SendAsync(context, status, "application/problem+json", buffer.WrittenMemory);
    }

    /// <summary>Has what goes wrong with a request explained on a page, where the client is a browser.</summary>
    public static void ExplainToPeople(HttpContext context)
    {
        // Programs that accept a page at all accept it least.
        var accept = context.Request.Headers.Accept.ToString();
        if (
            accept.Contains("text/html", StringComparison.OrdinalIgnoreCase)
            && Negotiation.FormOf(accept) is PageForm.PlainHtml
        )
        {
            context.Items[ForPeople] = ForPeople;
        }
    }

    /// <summary>Sets what a browser is told of every page: to run nothing, and to load nothing.</summary>
    public static void SetPageHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = PageStyle.SecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.Vary = "Accept";
    }

    /// <summary>A message as the one line of plain characters that a status can have.</summary>
    private static string ReasonOf(string message) =>
        string.Concat(message.Take(LongestReason).Select(c => c is >= ' ' and <= '~' ? c : '?'));

    /// <summary>Explains why a file that exists is not served.</summary>
    public static Task DeniedAsync(HttpContext context, string what, Denial denial) =>
        ProblemAsync(
            context,
            StatusCodes.Status403Forbidden,
            new Diagnostic(denial.Code, $"`{what}` is not offered here: {denial.Reason}")
        );

    /// <summary>Says that there is nothing under an address.</summary>
    public static Task NotFoundAsync(HttpContext context, string what) =>
        ProblemAsync(context, StatusCodes.Status404NotFound, new Diagnostic("not-found", what));

    /// <summary>Leads to another address of this server, relative to the one that was asked for.</summary>
    public static void Redirect(HttpContext context, string relative)
    {
        context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
        context.Response.Headers.Location = relative;
        context.Response.Headers.CacheControl = "max-age=600";
    }

    /// <summary>Sends a text.</summary>
    public static Task TextAsync(HttpContext context, int status, string type, string text) =>
        SendAsync(context, status, type, Encoding.UTF8.GetBytes(text));

    /// <summary>`max-age` of so many seconds.</summary>
    public static string MaxAge(TimeSpan age, bool isPublic) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(isPublic ? "public" : "private")}, max-age={(long)age.TotalSeconds}"
        );
}
