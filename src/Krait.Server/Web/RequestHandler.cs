using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;
using Krait.Server.Storage;
using Krait.Server.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Krait.Server.Web;

/// <summary>Takes every request to what it is for, and turns every failure into an answer.</summary>
internal sealed class RequestHandler(ImmutableArray<View> views, TimeProvider clock, StoreFolder folder)
{
    private readonly PageEndpoint pages = new(new PageRenderer(), clock);

    /// <summary>Answers a request.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A bug must not end the server; it is answered and logged.")]
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (KraitException failure)
        {
            await FailAsync(context, StatusOf(failure), failure.Diagnostic);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
            context.Abort();
        }
        catch (BadHttpRequestException bad)
        {
            await FailAsync(context, bad.StatusCode, new Diagnostic("bad-request", "the request cannot be read"));
        }
        catch (Exception bug)
        {
            var problem = new Diagnostic("bug", $"the server made a mistake: {bug.GetType().Name}");
            await FailAsync(context, StatusCodes.Status500InternalServerError, problem);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var route = RequestPath.TryParse(target, out var path)
            ? Route.Of(path, views[0].Name, name => views.Any(view => IsNamed(view, name)))
            : new Route.Nothing();
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            await Answers.ProblemAsync(
                context,
                StatusCodes.Status405MethodNotAllowed,
                new Diagnostic("method-not-allowed", "only GET and HEAD are possible here")
            );
            return;
        }

        await (
            route switch
            {
                Route.Home => HomeAsync(context),
                Route.Elsewhere elsewhere => Redirect(context, elsewhere.Relative),
                Route.Projects projects => PageEndpoint.RootAsync(context, Find(projects.View)),
                Route.Project project => pages.ProjectAsync(context, Find(project.View), project.Name),
                Route.File file => FileEndpoint.SendAsync(
                    context,
                    Find(file.View),
                    file.Space,
                    file.Owner,
                    file.FileName
                ),
                Route.Healthy => Answers.TextAsync(context, StatusCodes.Status200OK, "text/plain", "ok\n"),
                Route.Ready => ReadyAsync(context),
                _ => Answers.NotFoundAsync(context, "there is nothing at this address"),
            }
        );
    }

    private View Find(string name) => views.First(view => IsNamed(view, name));

    private static bool IsNamed(View view, string name) => string.Equals(view.Name, name, StringComparison.Ordinal);

    private static Task Redirect(HttpContext context, string relative)
    {
        Answers.Redirect(context, relative);
        return Task.CompletedTask;
    }

    private Task ReadyAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Answers.TextAsync(
            context,
            StatusCodes.Status200OK,
            "text/plain",
            folder.IsReadOnly ? "ready (read-only)\n" : "ready\n"
        );
    }

    private Task HomeAsync(HttpContext context)
    {
        var host = context.Request.Host.Value ?? "";
        var isPlain =
            host.Length > 0 && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '[' or ']');
        var address = isPlain ? $"{context.Request.Scheme}://{host}/" : "http://127.0.0.1/";
        context.Response.Headers.ContentSecurityPolicy = PageFrame.SecurityPolicy;
        context.Response.Headers.CacheControl = "no-cache";
        var described = views.Select(
            (view, i) =>
                (
                    view.Name,
                    i == 0 ? "" : view.Name + "/",
                    string.Join(", ", view.Members.Select(member => member.Name))
                )
        );
        return Answers.TextAsync(
            context,
            StatusCodes.Status200OK,
            "text/html; charset=utf-8",
            HomePage.Write(address, described)
        );
    }

    private static int StatusOf(KraitException failure) =>
        failure.Diagnostic.Code switch
        {
            "read-only" or "store-in-use" or "disk-full" => StatusCodes.Status503ServiceUnavailable,
            "network-timeout" => StatusCodes.Status504GatewayTimeout,
            "file-system" or "permission-denied" or "store-damaged" => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status502BadGateway,
        };

    /// <summary>Says what went wrong, or breaks the connection where an answer is under way: a cut body must not look whole.</summary>
    private static async Task FailAsync(HttpContext context, int status, Diagnostic problem)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Headers.Clear();
        await Answers.ProblemAsync(context, status, problem);
    }
}
