using System.Collections.Immutable;
using System.Globalization;
using Krait.Packaging.Names;
using Krait.Server.Activity;
using Krait.Server.Site;
using Krait.Server.Uploads;
using Krait.Server.Views;
using Microsoft.AspNetCore.Http;

namespace Krait.Server.Web;

/// <summary>The pages for people. They show what is here: nothing is asked of an upstream because somebody looks at a page.</summary>
internal sealed class SiteEndpoint
{
    private readonly ImmutableArray<View> views;
    private readonly ActivityLog activity;
    private readonly UploadLog uploads;
    private readonly TimeProvider clock;
    private readonly MetadataShelf metadata = new();
    private readonly ImmutableDictionary<string, DependentIndex> dependents;

    /// <summary>Makes the pages of some views.</summary>
    /// <param name="views">The views, the default one first.</param>
    /// <param name="activity">What the server did.</param>
    /// <param name="uploads">Who uploaded what.</param>
    /// <param name="work">What is to end before the server does.</param>
    /// <param name="clock">The time.</param>
    /// <param name="stopping">Fires when the server ends.</param>
    public SiteEndpoint(
        ImmutableArray<View> views,
        ActivityLog activity,
        UploadLog uploads,
        Storage.PendingWork work,
        TimeProvider clock,
        CancellationToken stopping
    )
    {
        this.views = views;
        this.activity = activity;
        this.uploads = uploads;
        this.clock = clock;
        dependents = views.ToImmutableDictionary(
            view => view.Name,
            view => new DependentIndex(view, metadata, work, clock, stopping),
            StringComparer.Ordinal
        );
    }

    /// <summary>Answers with the start page.</summary>
    public Task HomeAsync(HttpContext context)
    {
        var address = AddressOf(context);
        var sections = views.Select(
            (view, i) =>
                new HomeSection(
                    view.Name,
                    i == 0 ? "" : view.Name + "/",
                    i == 0 ? $"{address}simple/" : $"{address}{view.Name}/simple/",
                    string.Join(", ", view.Members.Select(member => member.Name)),
                    view.IsPublic
                )
        );
        var place = new Place(views[0].Name, IsDefault: true, Depth: 0, address);
        return SendAsync(context, StatusCodes.Status200OK, HomePage.Write(place, sections), isPublic: true);
    }

    /// <summary>Answers with a page of a view, to who may read it.</summary>
    public async Task AnswerAsync(HttpContext context, View view, Route.Site route)
    {
        var place = new Place(view.Name, ReferenceEquals(view, views[0]), route.Depth, AddressOf(context));
        var token = context.RequestAborted;
        var (status, page) = route switch
        {
            Route.Site.Search => (
                StatusCodes.Status200OK,
                await SearchPage.WriteAsync(
                    view,
                    place,
                    context.Request.Query["q"].ToString(),
                    Number(context, "page"),
                    token
                )
            ),
            Route.Site.Uploads => (StatusCodes.Status200OK, await UploadsPage.WriteAsync(view, uploads, place, token)),
            Route.Site.Policy => (StatusCodes.Status200OK, PolicyPage.Write(view, place)),
            Route.Site.Status => (
                StatusCodes.Status200OK,
                StatusPage.Write(activity, clock.GetUtcNow(), Number(context, "hours"), place)
            ),
            Route.Site.ProjectPage project => await ProjectAsync(context, view, place, project.Name, project.Version),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        await SendAsync(context, status, page, view.IsPublic);
    }

    private async Task<(int Status, byte[] Page)> ProjectAsync(
        HttpContext context,
        View view,
        Place place,
        PackageName name,
        Version? asked
    )
    {
        var token = context.RequestAborted;
        if (await view.FindKnownAsync(name, token) is not { } listing)
            return (StatusCodes.Status404NotFound, ProjectPage.WriteUnknown(name, place));
        var project = ProjectFacts.Of(listing);
        var version = asked is null ? project.Main : project.Find(asked);
        if (asked is not null && version is null)
            return (StatusCodes.Status404NotFound, VersionPage.WriteUnknown(project, asked, place));
        var graph = new DependencyGraph(view, metadata);
        if (version is not null)
            await graph.DrawAsync(name, version, place, token);
        var details = new ProjectDetails(
            version is null ? null : await metadata.FindAsync(version, token),
            graph,
            await dependents[view.Name].FindAsync(name, token)
        );
        var number = Number(context, "page");
        var page =
            asked is null || version is null
                ? ProjectPage.Write(project, details, place, number)
                : VersionPage.Write(project, version, details, place, number);
        return (StatusCodes.Status200OK, page);
    }

    /// <summary>A number of the query; 0 where it is none.</summary>
    private static int Number(HttpContext context, string name) =>
        int.TryParse(
            context.Request.Query[name].ToString(),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : 0;

    private static async Task SendAsync(HttpContext context, int status, byte[] page, bool isPublic)
    {
        SetHeaders(context, isPublic);
        if (status == StatusCodes.Status200OK)
        {
            var tag = $"\"{Storage.BlobId.Of(page).Hex[..32]}\"";
            context.Response.Headers.ETag = tag;
            if (Answers.IsKnown(context, tag))
            {
                Answers.NotModified(context);
                return;
            }
        }

        await Answers.SendAsync(context, status, "text/html; charset=utf-8", page);
    }

    /// <summary>Sets what a browser is told of every page: to run nothing, to load nothing, and to ask again the next time.</summary>
    private static void SetHeaders(HttpContext context, bool isPublic)
    {
        var headers = context.Response.Headers;
        Answers.SetPageHeaders(context);
        headers.CacheControl = isPublic ? "no-cache" : "private, no-cache";
        headers.Vary = isPublic ? "Accept" : "Accept, Authorization";
    }

    /// <summary>The address that the reader came by; it only decides what people copy from a page.</summary>
    private static string AddressOf(HttpContext context)
    {
        var host = context.Request.Host.Value ?? "";
        var isPlain =
            host.Length > 0 && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '[' or ']');
        var isSecure = context.Request.IsHttps || context.Request.Headers["X-Forwarded-Proto"].ToString() is "https";
        return isPlain ? $"{(isSecure ? "https" : "http")}://{host}/" : "http://127.0.0.1/";
    }
}
