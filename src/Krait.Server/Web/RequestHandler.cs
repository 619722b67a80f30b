using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Server.Activity;
using Krait.Server.Storage;
using Krait.Server.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Krait.Server.Web;

/// <summary>Takes every request to what it is for, and turns every failure into an answer.</summary>
internal sealed class RequestHandler(
    ImmutableArray<View> views,
    TimeProvider clock,
    StoreFolder folder,
    Func<bool> isReady,
    Gatekeeper gate,
    PageRenderer renderer,
    UploadEndpoint uploads,
    ServiceEndpoint service,
    SiteEndpoint site,
    ActivityLog activity,
    Meter meter,
    RateLimit limit,
    AccessLog? log
)
{
    private readonly PageEndpoint pages = new(renderer, clock);

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        folder.Work.Enter();
        try
        {
            await HandleToTheEndAsync(context);
        }
        finally
        {
            folder.Work.Leave();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A bug must not end the server; it is answered and logged.")]
    private async Task HandleToTheEndAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var problem = default(Diagnostic);
        try
        {
            if (limit.TryEnter(context.Connection.RemoteIpAddress, clock.GetUtcNow()))
                await AnswerAsync(context);
            else
                await TooManyAsync(context);
        }
        catch (KraitException failure)
        {
            problem = failure.Diagnostic;
            await FailAsync(context, StatusOf(failure), ForClients(failure), RetryAfter(failure));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
            context.Abort();
        }
        catch (BadHttpRequestException bad)
        {
            await FailAsync(context, bad.StatusCode, new Diagnostic("bad-request", "the request is malformed"));
        }
        catch (Exception bug)
        {
            problem = new Diagnostic("bug", $"the server made a mistake: {bug.GetType().Name}: {bug.StackTrace}");
            await FailAsync(
                context,
                StatusCodes.Status500InternalServerError,
                new Diagnostic("bug", $"the server made a mistake: {bug.GetType().Name}")
            );
        }

        var time = Stopwatch.GetElapsedTime(started);
        meter.Count(context.Response.StatusCode, time);
        activity.CountAnswer(context.Response.StatusCode);
        log?.Write(context, time, problem);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var route = RequestPath.TryParse(target, out var path)
            ? Route.Of(path, views[0].Name, name => views.Any(view => IsNamed(view, name)))
            : new Route.Nothing();
        if (route is Route.Site or Route.Home or Route.Nothing)
            Answers.ExplainToPeople(context);
        var method = context.Request.Method;
        await (
            (route, method) switch
            {
                (Route.Service asked, "POST") => InAsync(context, asked.View, view => AskAsync(context, view, asked)),
                (Route.Upload upload, "POST") => uploads.UploadAsync(context, upload.Space),
                (Route.File file, "DELETE") => uploads.RemoveAsync(context, file.Space, file.Owner, file.FileName),
                (Route.File file, "POST") => uploads.YankAsync(context, file.Space, file.Owner, file.FileName),
                (_, "GET" or "HEAD") => ReadAsync(context, route),
                _ => NotAllowedAsync(context, route),
            }
        );
    }

    private Task ReadAsync(HttpContext context, Route route) =>
        route switch
        {
            Route.Home => site.HomeAsync(context),
            Route.Site page => InAsync(context, page.View, view => site.AnswerAsync(context, view, page)),
            Route.Elsewhere elsewhere => Redirect(context, elsewhere.Relative),
            Route.Projects projects => InAsync(context, projects.View, view => pages.RootAsync(context, view)),
            Route.Project project => InAsync(
                context,
                project.View,
                view => pages.ProjectAsync(context, view, project.Name)
            ),
            Route.File file => InAsync(
                context,
                file.View,
                view => FileEndpoint.SendAsync(context, view, file.Space, file.Owner, file.FileName)
            ),
            Route.Service { Resource: "info", Argument: "" } info => InAsync(
                context,
                info.View,
                view => ServiceEndpoint.InfoAsync(context, view)
            ),
            Route.Service { Resource: "shards" } shard => InAsync(
                context,
                shard.View,
                view => service.ShardAsync(context, view, shard.Argument)
            ),
            Route.Service { Resource: "resolutions" } known => InAsync(
                context,
                known.View,
                view => service.ResolutionAsync(context, view, known.Argument)
            ),
            Route.Service { Resource: "removed", Argument: "" } removed => InAsync(
                context,
                removed.View,
                view => RemovedEndpoint.ListAsync(context, view)
            ),
            Route.Service { Resource: "projects" or "resolve" } => NotAllowedAsync(context, route),
            Route.Healthy => Answers.TextAsync(context, StatusCodes.Status200OK, "text/plain", "ok\n"),
            Route.Ready => ReadyAsync(context),
            Route.Metrics => MetricsAsync(context),
            Route.Upload => NotAllowedAsync(context, route),
            _ => Answers.NotFoundAsync(context, "there is nothing at this URL"),
        };

    private Task AskAsync(HttpContext context, View view, Route.Service asked) =>
        (asked.Resource, asked.Argument) switch
        {
            ("projects", "") => service.ProjectsAsync(context, view),
            ("resolve", "") => service.ResolveAsync(context, view),
            _ => Answers.NotFoundAsync(context, "there is nothing at this URL"),
        };

    /// <summary>Reads something in a view, if the client may. Who may not learns nothing of what is there.</summary>
    private async Task InAsync(HttpContext context, string name, Func<View, Task> readAsync)
    {
        var view = views.First(candidate => IsNamed(candidate, name));
        var verdict = view.IsPublic ? Gatekeeper.Verdict.Granted : await gate.AskAsync(context, "read", name);
        await (
            verdict switch
            {
                Gatekeeper.Verdict.Granted => readAsync(view),
                Gatekeeper.Verdict.Unknown => Gatekeeper.ChallengeAsync(context),
                _ => Answers.NotFoundAsync(context, "there is nothing at this URL"),
            }
        );
    }

    private static bool IsNamed(View view, string name) => string.Equals(view.Name, name, StringComparison.Ordinal);

    private static Task Redirect(HttpContext context, string relative)
    {
        Answers.Redirect(context, relative);
        return Task.CompletedTask;
    }

    private Task ReadyAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var (status, text) =
            folder.IsReadOnly ? (StatusCodes.Status200OK, "ready (read-only)\n")
            : isReady() ? (StatusCodes.Status200OK, "ready\n")
            : (StatusCodes.Status503ServiceUnavailable, "the database cannot be reached\n");
        return Answers.TextAsync(context, status, "text/plain", text);
    }

    private Task MetricsAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Answers.TextAsync(context, StatusCodes.Status200OK, "text/plain; version=0.0.4", meter.ToText());
    }

    private static Task NotAllowedAsync(HttpContext context, Route route)
    {
        context.Response.Headers.Allow = route switch
        {
            Route.Upload or Route.Service => "POST",
            Route.File => "GET, HEAD, POST, DELETE",
            _ => "GET, HEAD",
        };
        return Answers.ProblemAsync(
            context,
            StatusCodes.Status405MethodNotAllowed,
            new Diagnostic("method-not-allowed", "this method is not supported here")
        );
    }

    private static Task TooManyAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return Answers.ProblemAsync(
            context,
            StatusCodes.Status429TooManyRequests,
            new Diagnostic("too-many-requests", "too many requests from this address")
        );
    }

    private static int StatusOf(KraitException failure) =>
        failure switch
        {
            FileSystemException { Error: FileError.NoSpace or FileError.QuotaExceeded or FileError.ReadOnly } =>
                StatusCodes.Status503ServiceUnavailable,
            FileSystemException => StatusCodes.Status500InternalServerError,
            { Kind: FailureKind.Unavailable } => StatusCodes.Status503ServiceUnavailable,
            { Kind: FailureKind.TimedOut } => StatusCodes.Status504GatewayTimeout,
            { Kind: FailureKind.TooLarge } => StatusCodes.Status413PayloadTooLarge,
            { Kind: FailureKind.Taken } => StatusCodes.Status409Conflict,
            { Kind: FailureKind.Damaged } => StatusCodes.Status500InternalServerError,
            { Kind: FailureKind.NotFound } => StatusCodes.Status404NotFound,
            { Kind: FailureKind.UnusableInput } => StatusCodes.Status400BadRequest,
            Krait.Archives.UnsafeArchiveException => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status502BadGateway,
        };

    /// <summary>In how many seconds it is worth asking again; null where nobody knows.</summary>
    private static string? RetryAfter(KraitException failure) =>
        failure is ServiceAwayException away && away.Service != SharedService.Tables ? "2" : null;

    /// <summary>Where a server keeps its things is nobody's business; the log tells.</summary>
    private static Diagnostic ForClients(KraitException failure) =>
        failure switch
        {
            ServiceAwayException away => new Diagnostic(
                failure.Diagnostic.Code,
                away.Service switch
                {
                    SharedService.Database => "this index cannot reach its database right now",
                    SharedService.Objects => "this index cannot reach its storage right now",
                    _ => "this index is being updated",
                }
            ),
            _ => failure.Diagnostic,
        };

    /// <summary>Says what went wrong, or breaks the connection where an answer is under way: a cut body must not look whole.</summary>
    private static async Task FailAsync(HttpContext context, int status, Diagnostic problem, string? retryAfter = null)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Headers.Clear();
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        await Answers.ProblemAsync(context, status, problem);
    }
}
