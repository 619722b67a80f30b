using System.IO.Compression;
using Krait.Index.Http;
using Krait.Packaging.Text;

namespace Krait.Index.Services;

/// <summary>
/// Asks services of indexes. There are no retries and no redirects: callers have another way to get what they want.
/// </summary>
internal sealed class ServiceClient(HttpSender sender, HttpOptions options, NetworkCounters counters)
{
    /// <summary>Sends a request and hands on what is answered.</summary>
    /// <exception cref="KraitException">The service could not be reached, or its answer broke off.</exception>
    public async Task<int> AskAsync(
        ServiceRequest request,
        Func<ReadOnlyMemory<byte>, bool> received,
        CancellationToken cancellationToken
    )
    {
        var query = new HttpQuery(request.Url, request.Index)
        {
            Content = (request.MediaType, request.Body),
            Headers = [("Accept", request.Accepts), ("Accept-Encoding", "gzip")],
        };
        try
        {
            using var reply = await sender.SendAsync(query, cancellationToken);
            if (reply.Status != 200)
                return reply.Status;
            if (!string.Equals(reply.MediaType, request.Accepts, StringComparison.Ordinal))
                return 0;
            await ReadAsync(reply, received, cancellationToken);
            return reply.Status;
        }
        catch (HttpFailure e)
        {
            throw new KraitException(new Diagnostic(e.Code, e.Reason) { Source = request.Url.ToString() }, e);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            var diagnostic = new Diagnostic("answer-damaged", "the answer of the service broke off");
            throw new KraitException(diagnostic with { Source = request.Url.ToString() }, e);
        }
    }

    private async Task ReadAsync(
        HttpReply reply,
        Func<ReadOnlyMemory<byte>, bool> received,
        CancellationToken cancellationToken
    )
    {
        using var body = new BodyReader(reply, options, counters, cancellationToken);
        await using var raw = new BodyStream(body);
        await using var stream = reply.Header("Content-Encoding") switch
        {
            "" or "identity" => (Stream)raw,
            "gzip" => new GZipStream(raw, CompressionMode.Decompress, leaveOpen: true),
            _ => throw new InvalidDataException(),
        };
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (!received(buffer.AsMemory(0, read)))
                return;
        }
    }
}
