using Krait.Index.Http;
using Krait.Packaging.Text;

namespace Krait.Index.Downloads;

/// <summary>Reads texts that the user names by URL: small things that are needed once, and are not kept.</summary>
internal sealed class TextFetcher(IndexClientOptions options, HttpFetcher fetcher)
{
    /// <summary>Fetches a text.</summary>
    /// <exception cref="KraitException">It cannot be fetched, or is too large.</exception>
    public Task<byte[]> ReadAsync(SafeUrl url, CancellationToken cancellationToken)
    {
        if (options.IsOffline)
        {
            throw new KraitException(
                new Diagnostic("offline", $"`{url}` is not in the cache")
                {
                    Because = ControlKind.Offline,
                    Source = url.ToString(),
                }
            );
        }

        return fetcher.FetchAsync(
            new HttpQuery(url, LinkedFrom: null),
            options.Http.TextLimit,
            async (reply, readAsync) =>
            {
                if (!reply.IsSuccess)
                    throw HttpFailure.OfStatus(reply);
                using var body = await readAsync();
                return body.Span.ToArray();
            },
            cancellationToken
        );
    }
}
