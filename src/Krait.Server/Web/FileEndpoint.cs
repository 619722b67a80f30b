using System.Globalization;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Server.Spaces;
using Krait.Server.Storage;
using Krait.Server.Views;
using Microsoft.AspNetCore.Http;

namespace Krait.Server.Web;

/// <summary>Files, whole and in parts, and their core metadata.</summary>
internal static class FileEndpoint
{
    private const string Binary = "application/octet-stream";
    private const string MetadataSuffix = ".metadata";
    private const int PartSize = 64 * 1024;

    /// <summary>Answers with a file or its metadata.</summary>
    public static async Task SendAsync(
        HttpContext context,
        View view,
        string spaceName,
        PackageName project,
        string fileName
    )
    {
        var isMetadata = fileName.EndsWith(MetadataSuffix, StringComparison.Ordinal);
        var name = isMetadata ? fileName[..^MetadataSuffix.Length] : fileName;
        var listing = await view.FindAsync(project, context.RequestAborted);
        // The same view that lists a file gives it: what it hides, it does not hand out either.
        foreach (var (space, page) in listing?.Sources ?? [])
        {
            if (!string.Equals(space.Name, spaceName, StringComparison.Ordinal))
                continue;
            if (listing!.Hidden.TryGetValue(name, out var denial)) // it has sources
            {
                view.NoteRefusal(project, name, denial);
                await Answers.DeniedAsync(context, name, denial);
                return;
            }

            if (page.Document?.Find(name) is null)
            {
                await GoneOrNotFoundAsync(context, page, name);
                return;
            }

            if (isMetadata)
                await SendMetadataAsync(context, view, space, page, name);
            else
                await SendFileAsync(context, view, space, page, name);
            return;
        }

        await Answers.NotFoundAsync(context, $"this index has no file `{fileName}`");
    }

    private static Task GoneOrNotFoundAsync(HttpContext context, SpacePage page, string name) =>
        page.State.Files.GetValueOrDefault(name)?.Removed is not null
            ? Answers.ProblemAsync(
                context,
                StatusCodes.Status410Gone,
                new Diagnostic("file-removed", $"`{name}` was removed from this index")
            )
            : Answers.NotFoundAsync(context, $"this index has no file `{name}`");

    private static async Task SendMetadataAsync(
        HttpContext context,
        View view,
        Space space,
        SpacePage page,
        string name
    )
    {
        var content = await space.GetMetadataAsync(page, name, context.RequestAborted);
        if (content is null)
        {
            await Answers.NotFoundAsync(context, $"this index has no metadata of `{name}`");
            return;
        }

        var tag = TagOf(BlobId.Of(content));
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = Answers.ForEver(view.IsPublic);
        if (Answers.IsKnown(context, tag))
            Answers.NotModified(context);
        else
            await Answers.SendAsync(context, StatusCodes.Status200OK, Binary, content);
    }

    private static async Task SendFileAsync(HttpContext context, View view, Space space, SpacePage page, string name)
    {
        if (page.Document?.Find(name) is { Size: { } size, Sha256: { } sha256 } && Answers.IsHead(context))
        {
            // What it is like is known without fetching it.
            SetHeaders(context, view, BlobId.TryParse(sha256, out var known) ? known : null);
            context.Response.ContentType = Binary;
            context.Response.ContentLength = size;
            return;
        }

        var content = await space.OpenFileAsync(page, name, context.RequestAborted);
        switch (content)
        {
            case FileContent.Held held:
                using (held.Blob)
                    await SendHeldAsync(context, view, held.Blob);
                return;
            case FileContent.Arriving arriving:
                try
                {
                    var pinned = page.Document?.Find(name)?.Sha256;
                    var id = BlobId.TryParse(pinned, out var known) ? known : (BlobId?)null;
                    await SendArrivingAsync(context, view, arriving.Transfer, id);
                }
                finally
                {
                    arriving.Transfer.Leave();
                }

                return;
            default:
                await Answers.ProblemAsync(
                    context,
                    StatusCodes.Status500InternalServerError,
                    new Diagnostic("file-lost", $"the stored content of `{name}` is missing or damaged")
                );
                return;
        }
    }

    private static async Task SendHeldAsync(HttpContext context, View view, OpenBlob blob)
    {
        SetHeaders(context, view, blob.Id);
        if (Answers.IsKnown(context, TagOf(blob.Id)))
        {
            Answers.NotModified(context);
            return;
        }

        if (!TryBegin(context, blob.Length, TagOf(blob.Id), out var range))
            return;
        await CopyAsync(
            context,
            range,
            (offset, buffer, token) => RandomAccess.ReadAsync(blob.Handle, buffer, offset, token)
        );
    }

    private static async Task SendArrivingAsync(HttpContext context, View view, FileTransfer transfer, BlobId? id)
    {
        await transfer.WaitForStartAsync(context.RequestAborted);
        SetHeaders(context, view, id);
        var tag = id is { } known ? TagOf(known) : "";
        if (tag.Length > 0 && Answers.IsKnown(context, tag))
        {
            Answers.NotModified(context);
            return;
        }

        var range = new ByteRange(0, long.MaxValue);
        if (transfer.Size is { } size)
        {
            if (!TryBegin(context, size, tag, out range))
                return;
        }
        else
        {
            // How long it is will be known at its end only.
            context.Response.ContentType = Binary;
            if (Answers.IsHead(context))
                return;
        }

        await CopyAsync(
            context,
            range,
            async (offset, buffer, token) => await transfer.ReadAsync(offset, buffer, token)
        );
    }

    /// <summary>Writes the head of the answer for a file of known length; false where no body follows.</summary>
    private static bool TryBegin(HttpContext context, long length, string tag, out ByteRange range)
    {
        var request = context.Request.Headers;
        var response = context.Response;
        var condition = request.IfRange.ToString();
        var isAsked = condition.Length == 0 || string.Equals(condition, tag, StringComparison.Ordinal);
        var meaning = ByteRange.Read(isAsked ? request.Range.ToString() : "", length, out range);
        if (meaning is ByteRange.Meaning.Unsatisfiable)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{length}");
            response.Headers.CacheControl = "no-store";
            response.ContentLength = 0;
            return false;
        }

        if (meaning is ByteRange.Meaning.Part)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture,
                $"bytes {range.Start}-{range.Start + range.Count - 1}/{length}"
            );
        }

        response.ContentType = Binary;
        response.ContentLength = range.Count;
        return !Answers.IsHead(context);
    }

    private static void SetHeaders(HttpContext context, View view, BlobId? id)
    {
        var headers = context.Response.Headers;
        headers.AcceptRanges = "bytes";
        headers.CacheControl = Answers.ForEver(view.IsPublic);
        if (id is { } known)
            headers.ETag = TagOf(known);
    }

    private static async Task CopyAsync(
        HttpContext context,
        ByteRange range,
        Func<long, Memory<byte>, CancellationToken, ValueTask<int>> readAsync
    )
    {
        var writer = context.Response.BodyWriter;
        var (offset, left) = (range.Start, range.Count);
        while (left > 0)
        {
            var buffer = writer.GetMemory(PartSize);
            if (buffer.Length > left)
                buffer = buffer[..(int)left];
            var read = await readAsync(offset, buffer, context.RequestAborted);
            if (read == 0)
                break;
            writer.Advance(read);
            offset += read;
            left -= read;
            var flushed = await writer.FlushAsync(context.RequestAborted);
            if (flushed.IsCompleted)
                return;
        }
    }

    private static string TagOf(BlobId id) => $"\"{id.Hex}\"";
}
