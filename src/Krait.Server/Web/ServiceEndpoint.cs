using System.Buffers;
using System.IO.Compression;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Protocol.Batches;
using Krait.Protocol.Content;
using Krait.Protocol.Discovery;
using Krait.Protocol.Frames;
using Krait.Protocol.Resolving;
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
        if (!ContentDigest.TryParse(hex, out var digest) || shards.Find(view, digest) is not { } content)
            return Answers.NotFoundAsync(context, "unknown shard");
        context.Response.Headers.ETag = $"\"{hex}\"";
        context.Response.Headers.CacheControl = Answers.ForEver(view.IsPublic);
        return Answers.SendAsync(context, StatusCodes.Status200OK, ProtocolNames.ShardType, content);
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

        var output = new ArrayBufferWriter<byte>(64 * 1024);
        var frames = new FrameWriter(output);
        var (unchanged, unknown) = (0, 0);
        var most = Math.Min(request.MostBytes ?? long.MaxValue, ProtocolLimits.FrameBytes);
        foreach (var (have, found) in await ShardsOfAsync(context, view, asked))
        {
            if (found is not { } shard)
                unknown++;
            else if (have == shard.Digest)
                unchanged++;
            else if (output.WrittenCount + shard.Content.Length <= most)
                frames.Write(shard.Content, shard.Digest);
        }

        frames.End(unchanged, unknown);
        context.Response.Headers.CacheControl = "no-store";
        await SendPackedAsync(context, ProtocolNames.FramesType, output.WrittenMemory);
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

        var answer = await resolver.AnswerAsync(view, query, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        await SendAnswerAsync(context, view, answer);
    }

    /// <summary>
    /// Answers with a resolution that is remembered and still holds, by the digest of its request. It is as it was when it was worked out, so
    /// that caches on the way, and clients that ask again, need to be sent it once only.
    /// </summary>
    public async Task ResolutionAsync(HttpContext context, View view, string hex)
    {
        var answer = ContentDigest.TryParse(hex, out var question)
            ? await resolver.RecallAsync(view, question, context.RequestAborted)
            : null;
        if (answer is null)
        {
            await Answers.NotFoundAsync(context, "this resolution is not known here");
            return;
        }

        var form = (AcceptsFrames(context) ? "-frames" : "") + (AcceptsGzip(context) ? "-gzip" : "");
        var tag = $"\"{ContentDigest.Of(answer.ToBytes()).Hex}{form}\"";
        var headers = context.Response.Headers;
        headers.ETag = tag;
        headers.CacheControl =
            Answers.MaxAge(ResolutionAge, view.IsPublic) + ", stale-while-revalidate=300, stale-if-error=86400";
        headers.Vary = "Accept, Accept-Encoding";
        if (Answers.IsKnown(context, tag))
            Answers.NotModified(context);
        else
            await SendAnswerAsync(context, view, answer);
    }

    private async Task SendAnswerAsync(HttpContext context, View view, ResolutionAnswer answer)
    {
        if (!AcceptsFrames(context))
        {
            await SendPackedAsync(context, ProtocolNames.ResolutionType, answer.ToBytes());
            return;
        }

        var output = new ArrayBufferWriter<byte>(64 * 1024);
        var frames = new FrameWriter(output);
        frames.Write(answer.ToBytes());
        foreach (var (project, digest) in answer.Consulted)
        {
            if (shards.Find(view, digest) is { } known)
                frames.Write(known, digest);
            else if (await ShardOfAsync(context, view, project) is { } shard)
                frames.Write(shard.Content, shard.Digest);
        }

        frames.End(unchanged: 0, unknown: 0);
        await SendPackedAsync(context, ProtocolNames.FramesType, output.WrittenMemory);
    }

    /// <summary>The shards of projects in the order of their names. Upstreams are asked for several at a time.</summary>
    private async Task<(ContentDigest? Have, (ContentDigest Digest, byte[] Content)? Found)[]> ShardsOfAsync(
        HttpContext context,
        View view,
        Dictionary<PackageName, ContentDigest?> asked
    )
    {
        var names = asked.Keys.Order().ToList();
        var found = new (ContentDigest?, (ContentDigest, byte[])?)[names.Count];
        await Parallel.ForAsync(
            0,
            names.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Breadth, CancellationToken = context.RequestAborted },
            async (i, _) => found[i] = (asked[names[i]], await ShardOfAsync(context, view, names[i]))
        );
        return found;
    }

    private async Task<(ContentDigest Digest, byte[] Content)?> ShardOfAsync(
        HttpContext context,
        View view,
        PackageName project
    )
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

    private static async Task SendPackedAsync(HttpContext context, string type, ReadOnlyMemory<byte> content)
    {
        var response = context.Response;
        response.Headers.Vary = "Accept, Accept-Encoding";
        if (!AcceptsGzip(context))
        {
            await Answers.SendAsync(context, StatusCodes.Status200OK, type, content);
            return;
        }

        response.ContentType = type;
        response.Headers.ContentEncoding = "gzip";
        if (Answers.IsHead(context))
            return;
        await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        await gzip.WriteAsync(content, context.RequestAborted);
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
