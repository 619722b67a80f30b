using System.Diagnostics;
using Krait.Index.Http;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Index.SimpleApi;

/// <summary>Asks an index for the page of a project (simple repository API, PEP 503 and 691).</summary>
internal sealed class PageFetcher(HttpFetcher fetcher, HttpOptions options, TimeProvider clock)
{
#pragma warning disable MA0046 // A span cannot be part of an EventArgs, and a page that is shown is never copied.
    /// <summary>Shows how each page in the JSON form begins as it arrives, before it is read.</summary>
    public event PageObserver? Arrived;
#pragma warning restore MA0046

    private const string Accept =
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

    /// <summary>What an index answered.</summary>
    /// <param name="Response">For those who asked.</param>
    /// <param name="Policy">For the cache, when there is something to keep.</param>
    /// <param name="IsRenewal">Whether the page in the cache still holds.</param>
    public sealed record Outcome(PageResponse Response, PagePolicy? Policy, bool IsRenewal);

    /// <summary>Fetches a page, or the word that the cached one still holds.</summary>
    /// <exception cref="KraitException">The index could not be reached, or its answer could not be read.</exception>
    public async Task<Outcome> FetchAsync(
        IndexLocation location,
        SafeUrl url,
        PackageName project,
        StoredPage? stored,
        CancellationToken cancellationToken
    )
    {
        if (
            stored is not null
            && await FetchOnceAsync(location, url, project, stored, cancellationToken) is { } outcome
        )
        {
            return outcome;
        }

        // A 304 that was about another page confirms nothing: the page itself is asked for.
        return await FetchOnceAsync(location, url, project, stored: null, cancellationToken)
            ?? throw new UnreachableException();
    }

    private Task<Outcome?> FetchOnceAsync(
        IndexLocation location,
        SafeUrl url,
        PackageName project,
        StoredPage? stored,
        CancellationToken cancellationToken
    )
    {
        var validators = stored?.Policy.Validators() ?? [];
        var query = new HttpQuery(url, location.Url)
        {
            Headers = [("Accept", Accept), .. validators],
            ExpectedStatuses = location.IgnoredStatuses,
        };
        return fetcher.FetchEncodedAsync(
            query,
            options.PageLimit,
            (reply, readAsync) => ReadAsync(reply, location, url, project, stored, readAsync),
            cancellationToken
        );
    }

    /// <summary>Reads an answer; null when it confirms another page than the stored one.</summary>
    private async Task<Outcome?> ReadAsync(
        HttpReply reply,
        IndexLocation location,
        SafeUrl url,
        PackageName project,
        StoredPage? stored,
        Func<Task<EncodedBody>> readAsync
    )
    {
        switch (reply.Status)
        {
            case 200:
                break;
            case 304 when stored is not null:
                return Renew(reply, url, stored);
            case 404 or 410:
            case var status when location.IgnoredStatuses.Contains(status):
                return Without(PageResponse.NotFound.Instance);
            case 401:
                return Without(new PageResponse.Unauthorized(url));
            case 403:
                return Without(new PageResponse.Forbidden(url));
            default:
                throw HttpFailure.OfStatus(reply);
        }

        if (!PageFormat.IsKnown(reply.MediaType))
            throw PageFormat.Unknown(url, reply);
        using var body = await readAsync();
        var page = PageFormat.IsJson(reply.MediaType)
            ? ParseJson(reply, body, location, project)
            : ParseHtml(reply, body, project);
        return new Outcome(new PageResponse.Found(page), PolicyOf(reply, location, url), IsRenewal: false);
    }

    private Outcome? Renew(HttpReply reply, SafeUrl url, StoredPage stored)
    {
        var confirmation = PagePolicy.Read(reply, url, clock.GetUtcNow());
        return stored.Policy.IsConfirmedBy(reply)
            ? new Outcome(new PageResponse.Found(stored.Page), stored.Policy.Renew(confirmation), IsRenewal: true)
            : null;
    }

    /// <summary>What came by way of a host that nobody vouched for is not kept for runs that trust the index itself.</summary>
    private PagePolicy PolicyOf(HttpReply reply, IndexLocation location, SafeUrl url)
    {
        var policy = PagePolicy.Read(reply, url, clock.GetUtcNow());
        return reply.IsUnverified && !location.IsUnverified ? policy with { IsStorable = false } : policy;
    }

    /// <summary>Reads a page as it is decoded: of a large one, only a part is in memory at a time.</summary>
    private ProjectPage ParseJson(HttpReply reply, EncodedBody body, IndexLocation location, PackageName project)
    {
        var pageUrl = reply.Url.Canonical;
        using var decoder = body.Open();
        ProjectPage? page;
        Diagnostic? error;
        if (decoder is null)
        {
            using var text = body.Decode();
            Arrived?.Invoke(location, reply.Url, text.Span);
            if (ProjectPage.TryParseJson(text.Span, pageUrl, project, out page, out error))
                return page;
        }
        else
        {
            // A server may say any length.
            var length = (int)Math.Min(decoder.ExpectedLength, PooledBytes.LargestShared);
            var isFirst = true;
            if (ProjectPage.TryParseJson(Fill, length, pageUrl, project, out page, out error))
                return page;
            // Where the encoding is damaged, what is wrong with the page says nothing.
            decoder.CheckRest();

            int Fill(Span<byte> window)
            {
                var count = decoder.Fill(window);
                if (isFirst)
                    Arrived?.Invoke(location, reply.Url, window[..count]);
                isFirst = false;
                return count;
            }
        }

        throw Unreadable(reply, error);
    }

    private static ProjectPage ParseHtml(HttpReply reply, EncodedBody body, PackageName project)
    {
        using var text = body.Decode();
        // Where only the end of the connection ends the body, a page that was cut looks whole.
        if (!reply.HasKnownEnd && !PageFormat.HasHtmlEnd(text.Span))
            throw new HttpFailure(HttpFailureKind.DamagedAnswer, "the page was cut short");
        return ProjectPage.TryParseHtml(text.Span, reply.Url.Canonical, project, out var page, out var error)
            ? page
            : throw Unreadable(reply, error);
    }

    private static HttpFailure Unreadable(HttpReply reply, Diagnostic error) =>
        new(HttpFailureKind.InvalidIndexPage, error.Message) { IsFinal = reply.HasKnownEnd };

    private static Outcome Without(PageResponse response) => new(response, Policy: null, IsRenewal: false);
}
