using Krait.Index.Http;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Index.SimpleApi;

/// <summary>Asks an index for the page of a project (simple repository API, PEP 503 and 691).</summary>
internal sealed class PageFetcher(HttpFetcher fetcher, HttpOptions options, TimeProvider clock)
{
    private const string Accept =
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

    /// <summary>What an index answered.</summary>
    /// <param name="Response">For those who asked.</param>
    /// <param name="Policy">For the cache, when there is something to keep.</param>
    /// <param name="IsRenewal">Whether the page in the cache still holds.</param>
    public sealed record Outcome(PageResponse Response, PagePolicy? Policy, bool IsRenewal);

    /// <summary>Fetches a page, or the word that the cached one still holds.</summary>
    /// <exception cref="KraitException">The index could not be reached, or its answer could not be read.</exception>
    public Task<Outcome> FetchAsync(
        IndexLocation location,
        SafeUrl url,
        PackageName project,
        StoredPage? stored,
        CancellationToken cancellationToken
    )
    {
        var validators = stored?.Policy.Validators() ?? [];
        var query = new HttpQuery(url, location.Url) { Headers = [("Accept", Accept), .. validators] };
        return fetcher.FetchAsync(
            query,
            options.PageLimit,
            (reply, readAsync) => ReadAsync(reply, location, url, project, stored, readAsync),
            cancellationToken
        );
    }

    private async Task<Outcome> ReadAsync(
        HttpReply reply,
        IndexLocation location,
        SafeUrl url,
        PackageName project,
        StoredPage? stored,
        Func<Task<PooledBytes>> readAsync
    )
    {
        switch (reply.Status)
        {
            case 200:
                break;
            case 304 when stored is not null:
                var renewed = stored.Policy.Renew(PagePolicy.Read(reply, url, clock.GetUtcNow()));
                return new Outcome(new PageResponse.Found(stored.Page), renewed, IsRenewal: true);
            case 404 or 410:
            case 403 when location.ForbidsWhatIsMissing:
                return Without(PageResponse.NotFound.Instance);
            case 401:
                return Without(new PageResponse.Unauthorized(url));
            case 403:
                return Without(new PageResponse.Forbidden(url));
            default:
                throw new HttpFailure("http-status", $"the server answered {StatusText.Of(reply.Status)}")
                {
                    IsFinal = true,
                    Status = reply.Status,
                };
        }

        if (!PageFormat.IsKnown(reply.MediaType))
            return Without(new PageResponse.Unusable(PageFormat.Unknown(url, reply)));
        var policy = PagePolicy.Read(reply, url, clock.GetUtcNow());
        using var body = await readAsync();
        var page = Parse(reply, body, project);
        return new Outcome(new PageResponse.Found(page), policy, IsRenewal: false);
    }

    private static ProjectPage Parse(HttpReply reply, PooledBytes body, PackageName project)
    {
        var pageUrl = reply.Url.Canonical;
        var isJson = PageFormat.IsJson(reply.MediaType);
        // Where only the end of the connection ends the body, a page that was cut looks whole.
        if (!isJson && !reply.HasKnownEnd && !PageFormat.HasHtmlEnd(body.Span))
            throw new HttpFailure("answer-damaged", "the page ends before its end");
        var isRead = isJson
            ? ProjectPage.TryParseJson(body.Span, pageUrl, project, out var page, out var error)
            : ProjectPage.TryParseHtml(body.Span, pageUrl, project, out page, out error);
        if (isRead && page is not null)
            return page;
        throw new HttpFailure("invalid-index-page", error?.Message ?? "the page cannot be read")
        {
            IsFinal = reply.HasKnownEnd,
        };
    }

    private static Outcome Without(PageResponse response) => new(response, Policy: null, IsRenewal: false);
}
