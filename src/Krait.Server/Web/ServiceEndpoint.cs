using System.Buffers;
using System.IO.Compression;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Protocol.Batches;
using Krait.Protocol.Content;
using Krait.Protocol.Discovery;
using Krait.Protocol.Frames;
using Krait.Protocol.Resolving;
using Krait.Server.Caching;
using Krait.Server.Resolving;
using Krait.Server.Views;
using Microsoft.AspNetCore.Http;

namespace Krait.Server.Web;

/// <summary>What goes beyond the simple repository API: shards, many projects in one answer, and whole resolutions.</summary>
internal sealed class ServiceEndpoint(ShardService shards, ResolveService resolver)
{
    /// <summary>The address of the service as a project page gives it.</summary>
    public static ServiceDescription Description { get; } =
        new("../../" + ProtocolNames.BasePath, ProtocolNames.Engine);

    private const int Breadth = 16;
    private const int FlushedAtOnce = 64 * 1024;

    private static readonly Piece FirstFrame = new(FrameParts.Start);

    private static readonly TimeSpan MetadataAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ResolutionAge = TimeSpan.FromMinutes(1);

    /// <summary>Answers with what this service can do.</summary>
    public static Task InfoAsync(HttpContext context, View view)
    {
        context.Response.Headers.CacheControl = Answers.MaxAge(MetadataAge, view.IsPublic);
        var own = Description with { Base = "./" };
        return Answers.SendAsync(context, StatusCodes.Status200OK, "application/json", own.ToBytes());
    }

    /// <summary>Answers with a shard.</summary>
    public Task ShardAsync(HttpContext context, View view, string hex)
    {
        if (!ContentDigest.TryParse(hex, out var digest) || shards.Find(view, digest) is not { } shard)
            return Answers.NotFoundAsync(context, "unknown shard");
        context.Response.Headers.ETag = $"\"{hex}\"";
        context.Response.Headers.CacheControl = Answers.ForEver(view.IsPublic);
        return Answers.SendAsync(context, StatusCodes.Status200OK, ProtocolNames.ShardType, shard.Content);
    }

    /// <summary>Answers with the shards of many projects.</summary>
    public async Task ProjectsAsync(HttpContext context, View view)
    {
        var body = await ReadBodyAsync(context);
        if (!ProjectsRequest.TryRead(body, out var request, out var error))
            throw new KraitException(error) { Kind = FailureKind.UnusableInput };
        var asked = request.Projects.ToDictionary(project => project.Name, project => project.Have);
        if (request.Closure is { } closure)
        {
            foreach (var name in await resolver.PredictAsync(view, closure, context.RequestAborted))
                asked.TryAdd(name, null);
        }

        var pieces = new List<Piece>(asked.Count + 2) { FirstFrame };
        var (bytes, unchanged, unknown) = (0L, 0, 0);
        var most = Math.Min(request.MostBytes ?? long.MaxValue, ProtocolLimits.FrameBytes);
        foreach (var (have, found) in await ShardsOfAsync(context, view, asked))
        {
            if (found is not { } shard)
            {
                unknown++;
            }
            else if (have == shard.Digest)
            {
                unchanged++;
            }
            else if (bytes + shard.Content.Length <= most)
            {
                pieces.Add(shard.Frame);
                bytes += shard.Content.Length;
            }
        }

        var counts = new FrameCounts(pieces.Count - 1, bytes, unchanged, unknown);
        pieces.Add(new Piece(FrameParts.End(counts)));
        context.Response.Headers.CacheControl = "no-store";
        await SendFramesAsync(context, pieces);
    }

    /// <summary>Answers with a resolution, and with the shards that it was made of for those who accept frames.</summary>
    public async Task ResolveAsync(HttpContext context, View view)
    {
        var body = await ReadBodyAsync(context);
        if (!ResolveQuery.TryRead(body, out var query, out var error))
            throw new KraitException(error) { Kind = FailureKind.UnusableInput };
        if (!query.Indexes.IsEmpty || !query.Pins.IsEmpty)
        {
            throw new KraitException(
                new Diagnostic(
                    "unsupported",
                    "a view always resolves with all of its namespaces; `indexes` and `pins` are not supported"
                )
            )
            {
                Kind = FailureKind.UnusableInput,
            };
        }

        var answered = await resolver.AnswerAsync(view, query, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        await SendAnswerAsync(context, view, answered);
    }

    /// <summary>
    /// Answers with a resolution that is remembered and still holds, by the digest of its request. It is as it was when it was worked out, so
    /// that caches on the way, and clients that ask again, need to be sent it once only.
    /// </summary>
    public async Task ResolutionAsync(HttpContext context, View view, string hex)
    {
        var answered = ContentDigest.TryParse(hex, out var question)
            ? await resolver.RecallAsync(view, question, context.RequestAborted)
            : null;
        if (answered is null)
        {
            await Answers.NotFoundAsync(context, "this resolution is not known here");
            return;
        }

        var form = (AcceptsFrames(context) ? "-frames" : "") + (AcceptsGzip(context) ? "-gzip" : "");
        var tag = $"\"{answered.Digest().Hex}{form}\"";
        var headers = context.Response.Headers;
        headers.ETag = tag;
        headers.CacheControl =
            Answers.MaxAge(ResolutionAge, view.IsPublic) + ", stale-while-revalidate=300, stale-if-error=86400";
        headers.Vary = "Accept, Accept-Encoding";
        if (Answers.IsKnown(context, tag))
            Answers.NotModified(context);
        else
            await SendAnswerAsync(context, view, answered);
    }

    private async Task SendAnswerAsync(HttpContext context, View view, Answered answered)
    {
        if (!AcceptsFrames(context))
        {
            await SendJsonAsync(context, answered);
            return;
        }

        var consulted = answered.Memo.Answer.Consulted;
        var start = new byte[FrameParts.Start.Length + FrameParts.HeadSize];
        FrameParts.Start.CopyTo(start);
        FrameParts.WriteHead(start.AsSpan(FrameParts.Start.Length), answered.Length, answered.Digest());
        var pieces = new List<Piece>(consulted.Length + 4) { new(start), answered.Memo.Start, new(answered.End) };
        var (frames, bytes) = (1, (long)answered.Length);
        foreach (var (project, digest) in consulted)
        {
            if ((shards.Find(view, digest) ?? await ShardOfAsync(context, view, project)) is not { } shard)
                continue;
            pieces.Add(shard.Frame);
            frames++;
            bytes += shard.Content.Length;
        }

        pieces.Add(new Piece(FrameParts.End(new FrameCounts(frames, bytes, Unchanged: 0, Unknown: 0))));
        await SendFramesAsync(context, pieces);
    }

    /// <summary>The shards of projects in the order of their names. Upstreams are asked for several at a time.</summary>
    private async Task<(ContentDigest? Have, MadeShard? Found)[]> ShardsOfAsync(
        HttpContext context,
        View view,
        Dictionary<PackageName, ContentDigest?> asked
    )
    {
        var names = asked.Keys.Order().ToList();
        var found = new (ContentDigest?, MadeShard?)[names.Count];
        await Parallel.ForAsync(
            0,
            names.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Breadth, CancellationToken = context.RequestAborted },
            async (i, _) => found[i] = (asked[names[i]], await ShardOfAsync(context, view, names[i]))
        );
        return found;
    }

    private async Task<MadeShard?> ShardOfAsync(HttpContext context, View view, PackageName project)
    {
        try
        {
            return await view.FindAsync(project, context.RequestAborted) is { } listing
                ? await shards.MakeAsync(view, listing, context.RequestAborted)
                : null;
        }
        catch (KraitException)
        {
            // One project that cannot be had now is no reason to keep the others back.
            return null;
        }
    }

    private static bool AcceptsFrames(HttpContext context) =>
        context
            .Request.Headers.Accept.ToString()
            .Contains(ProtocolNames.FramesType, StringComparison.OrdinalIgnoreCase);

    private static bool AcceptsGzip(HttpContext context) =>
        Negotiation.AcceptsGzip(context.Request.Headers.AcceptEncoding.ToString());

    /// <summary>Sends parts of a sequence of frames from where they lie. Those that are sent often have been compressed before.</summary>
    private static async Task SendFramesAsync(HttpContext context, List<Piece> pieces)
    {
        var response = context.Response;
        response.Headers.Vary = "Accept, Accept-Encoding";
        response.ContentType = ProtocolNames.FramesType;
        var isPacked = AcceptsGzip(context);
        if (isPacked)
            response.Headers.ContentEncoding = "gzip";
        response.ContentLength = pieces.Sum(piece => isPacked ? piece.Packed.Length : piece.Plain.Length);
        if (Answers.IsHead(context))
            return;
        var (output, waiting) = (response.BodyWriter, 0);
        foreach (var piece in pieces)
        {
            var bytes = isPacked ? piece.Packed : piece.Plain;
            output.Write(bytes.Span);
            waiting += bytes.Length;
            if (waiting < FlushedAtOnce)
                continue;
            waiting = 0;
            await output.FlushAsync(context.RequestAborted);
        }

        await output.FlushAsync(context.RequestAborted);
    }

    private static async Task SendJsonAsync(HttpContext context, Answered answered)
    {
        var response = context.Response;
        response.Headers.Vary = "Accept, Accept-Encoding";
        response.ContentType = ProtocolNames.ResolutionType;
        if (!AcceptsGzip(context))
        {
            response.ContentLength = answered.Length;
            if (Answers.IsHead(context))
                return;
            await response.BodyWriter.WriteAsync(answered.Memo.Start.Plain, context.RequestAborted);
            await response.BodyWriter.WriteAsync(answered.End, context.RequestAborted);
            return;
        }

        response.Headers.ContentEncoding = "gzip";
        if (Answers.IsHead(context))
            return;
        // Not every client of this form reads one member after the other.
        await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        await gzip.WriteAsync(answered.Memo.Start.Plain, context.RequestAborted);
        await gzip.WriteAsync(answered.End, context.RequestAborted);
    }

    private static async Task<byte[]> ReadBodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var read and > 0)
        {
            if (body.Length + read > ProtocolLimits.RequestBytes)
            {
                throw new KraitException(new Diagnostic("too-large", "the request is larger than 1 MiB"))
                {
                    Kind = FailureKind.TooLarge,
                };
            }

            await body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
        }

        return body.ToArray();
    }
}
