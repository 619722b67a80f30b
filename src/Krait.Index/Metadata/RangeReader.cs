using System.Globalization;
using Krait.Archives;
using Krait.Archives.Zip;
using Krait.Index.Downloads;
using Krait.Index.Http;
using Krait.Packaging.Text;
using Krait.Platform.Tracing;

namespace Krait.Index.Metadata;

/// <summary>
/// Reads METADATA out of a wheel on a server by asking for its last bytes: the directory and, mostly, METADATA itself are there. At most
/// three requests. A server that sends the whole file instead is taken at its word, and the file is kept.
/// </summary>
internal sealed class RangeReader(
    HttpSender sender,
    HttpOptions options,
    Retrying retrying,
    NetworkCounters counters,
    DownloadClient downloads
)
{
    /// <summary>A smaller file is fetched whole: one request, and it is there when it is to be installed.</summary>
    public const int NotWorthParts = 32 * 1024;

    private const int SmallestTail = 16 * 1024;
    private const int LargestTail = 256 * 1024;
    private const int UsualTail = 64 * 1024;
    private const int LargestDirectory = 16 * 1024 * 1024;

    /// <summary>What reading parts came to.</summary>
    /// <param name="Metadata">The content of METADATA.</param>
    /// <param name="Whole">The whole file, when the server sent that.</param>
    public sealed record Outcome(byte[]? Metadata, DownloadedFile? Whole)
    {
        /// <summary>The server does not send parts of the file, or they make no sense: the whole may.</summary>
        public static Outcome Nothing { get; } = new(null, null);
    }

    /// <summary>Reads the METADATA of a wheel.</summary>
    /// <exception cref="KraitException">The server could not be reached.</exception>
    public async Task<Outcome> ReadAsync(DownloadRequest request, CancellationToken cancellationToken)
    {
        using var span = Tracer.Begin("read metadata by ranges", request.FileName);
        try
        {
            return await retrying.RunAsync(request.Url, (_, token) => AttemptAsync(request, token), cancellationToken);
        }
        catch (KraitException e) when (e.InnerException is HttpFailure { Status: > 0 })
        {
            // Who refuses a part may send the whole: object stores with signed URLs, proxies that drop the header.
            return Outcome.Nothing;
        }
    }

    private async Task<Outcome> AttemptAsync(DownloadRequest request, CancellationToken cancellationToken)
    {
        var wanted = request.Size is { } size ? (int)Math.Clamp(size / 16, SmallestTail, LargestTail) : UsualTail;
        var range = string.Create(CultureInfo.InvariantCulture, $"bytes=-{wanted}");
        using var reply = await SendAsync(request, range, ifRange: "", cancellationToken);
        if (reply.IsSuccess)
            return new Outcome(null, await downloads.TakeAsync(reply, request, cancellationToken));
        if (reply.Status != 206 || reply.Range is not { Unit: "bytes", Length: { } length, From: { } from, To: { } to })
            return Outcome.Nothing;
        if (to != length - 1 || from != Math.Max(0, length - wanted) || request.Size is { } told && told != length)
            return Outcome.Nothing;
        using var tail = await ReadAsync(reply, (int)(to - from + 1), cancellationToken);
        if (tail.Length != to - from + 1)
            return Outcome.Nothing;
        var validator = reply.Header("ETag") is { Length: > 0 } tag && !tag.StartsWith('W') ? tag : "";
        return await ReadDirectoryAsync(request, new Tail(tail, from, length, validator), cancellationToken);
    }

    private async Task<Outcome> ReadDirectoryAsync(
        DownloadRequest request,
        Tail tail,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var end = ZipTail.Find(tail.Bytes.Span, tail.Start);
            if (end.DirectorySize > LargestDirectory)
                return Outcome.Nothing;
            using var directory = await PartAsync(
                request,
                tail,
                end.DirectoryOffset,
                (int)end.DirectorySize,
                cancellationToken
            );
            if (directory is null)
                return Outcome.Nothing;
            var member = MetadataEntry.Find(end, directory.Span);
            if (member.Reach > MetadataEntry.LargestSize * 2L)
                return Outcome.Nothing;
            using var local = await PartAsync(request, tail, member.Start, (int)member.Reach, cancellationToken);
            return local is null
                ? Outcome.Nothing
                : new Outcome(member.Read(local.Memory, MetadataEntry.LargestSize), Whole: null);
        }
        catch (UnsafeArchiveException)
        {
            // The whole file is read next, which names what is wrong with it.
            return Outcome.Nothing;
        }
    }

    /// <summary>A part of the archive, from the tail if it is there; null when the server does not send just that.</summary>
    private async Task<PooledBytes?> PartAsync(
        DownloadRequest request,
        Tail tail,
        long start,
        int length,
        CancellationToken cancellationToken
    )
    {
        var part = new PooledBytes(Math.Max(length, 1));
        if (start >= tail.Start)
        {
            tail.Bytes.Span.Slice((int)(start - tail.Start), length).CopyTo(part.Free.Span);
            part.Length = length;
            return part;
        }

        part.Dispose();
        var range = string.Create(CultureInfo.InvariantCulture, $"bytes={start}-{start + length - 1}");
        using var reply = await SendAsync(request, range, tail.Validator, cancellationToken);
        if (reply.Status != 206 || reply.Range?.From != start || reply.Range.Length != tail.ArchiveLength)
            return null;
        var body = await ReadAsync(reply, length, cancellationToken);
        if (body.Length == length)
            return body;
        body.Dispose();
        return null;
    }

    private async Task<HttpReply> SendAsync(
        DownloadRequest request,
        string range,
        string ifRange,
        CancellationToken cancellationToken
    )
    {
        var headers = new List<(string Name, string Value)> { ("Accept-Encoding", "identity"), ("Range", range) };
        if (ifRange.Length > 0)
            headers.Add(("If-Range", ifRange));
        var query = new HttpQuery(request.Url.WithEscapedPlus(), request.LinkedFrom) { Headers = headers };
        var reply = await sender.SendAsync(query, cancellationToken);
        try
        {
            // A server that fails because of the range will fail the next time, too.
            if (reply.Status is not (500 or 501))
                retrying.ThrowIfTransient(reply);
            return reply;
        }
        catch
        {
            reply.Dispose();
            throw;
        }
    }

    private async Task<PooledBytes> ReadAsync(HttpReply reply, int limit, CancellationToken cancellationToken)
    {
        using var reader = new BodyReader(reply, options, counters, cancellationToken);
        return await reader.ReadAllAsync(limit);
    }

    /// <summary>The last bytes of an archive.</summary>
    private sealed record Tail(PooledBytes Bytes, long Start, long ArchiveLength, string Validator);
}
