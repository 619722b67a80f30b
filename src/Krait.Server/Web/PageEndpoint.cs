using System.Globalization;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Server.Views;
using Microsoft.AspNetCore.Http;

namespace Krait.Server.Web;

/// <summary>The pages of the simple repository API.</summary>
internal sealed class PageEndpoint(PageRenderer renderer, TimeProvider clock)
{
    /// <summary>Answers with the page of a project.</summary>
    public async Task ProjectAsync(HttpContext context, View view, PackageName project)
    {
        var listing = await view.FindAsync(project, context.RequestAborted);
        if (listing is null)
        {
            await Answers.NotFoundAsync(context, $"this index has no project `{project}`");
            return;
        }

        if (listing.Document.Files.IsEmpty && listing.Hidden.Values.FirstOrDefault() is { } denial)
        {
            view.NoteRefusal(project, project.Value, denial);
            await Answers.DeniedAsync(context, project.Value, denial);
            return;
        }

        if (ChooseForm(context) is not { } form)
        {
            await NotAcceptableAsync(context);
            return;
        }

        var headers = context.Response.Headers;
        headers["X-PyPI-Last-Serial"] = listing.Serial.ToString(CultureInfo.InvariantCulture);
        if (listing.IsStale)
        {
            var age = Math.Max(0, (long)(clock.GetUtcNow() - listing.Fetched).TotalSeconds);
            headers.Age = age.ToString(CultureInfo.InvariantCulture);
            headers.Warning = "110 - \"the upstream did not answer; this page may be outdated\"";
        }

        // Compressing takes time, and so does writing: both happen once for each version of a page.
        await SendAsync(context, renderer.Render(view, listing, form), form, view);
    }

    /// <summary>Answers with the list of the projects that are known.</summary>
    public async Task RootAsync(HttpContext context, View view)
    {
        if (ChooseForm(context) is not { } form)
        {
            await NotAcceptableAsync(context);
            return;
        }

        var list = await renderer.RenderListAsync(view, form, context.RequestAborted);
        await SendAsync(context, list, form, view);
    }

    private static async Task SendAsync(HttpContext context, RenderedPage page, PageForm form, View view)
    {
        var request = context.Request.Headers;
        var isCompressed = page.Compressed is not null && Negotiation.AcceptsGzip(request.AcceptEncoding.ToString());
        var tag = isCompressed ? page.CompressedTag : page.Tag;
        var headers = context.Response.Headers;
        headers.ETag = tag;
        headers.CacheControl = Answers.MaxAge(view.MaxAge, view.IsPublic);
        headers.Vary = "Accept, Accept-Encoding";
        if (Answers.IsKnown(context, tag))
        {
            Answers.NotModified(context);
            return;
        }

        if (isCompressed)
            headers.ContentEncoding = "gzip";
        var body = isCompressed ? page.Compressed! : page.Body; // there, or it would not be compressed
        await Answers.SendAsync(context, StatusCodes.Status200OK, Negotiation.TypeOf(form), body);
    }

    /// <summary>The form by the `format` in the query, which people can type, or by the header.</summary>
    private static PageForm? ChooseForm(HttpContext context)
    {
        var wish = context.Request.Query["format"].ToString();
        return Negotiation.FormOf(wish.Length > 0 ? wish : context.Request.Headers.Accept.ToString());
    }

    private static Task NotAcceptableAsync(HttpContext context)
    {
        context.Response.Headers.Vary = "Accept, Accept-Encoding";
        return Answers.ProblemAsync(
            context,
            StatusCodes.Status406NotAcceptable,
            new Diagnostic("not-acceptable", "this page is not available in any of the accepted media types")
            {
                Hints = [$"Accept `{Negotiation.Json}`, `{Negotiation.Html}` or `text/html`"],
            }
        );
    }
}
