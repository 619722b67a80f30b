using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Server.Spaces;
using Krait.Server.Storage;
using Krait.Server.Uploads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Krait.Server.Web;

/// <summary>Uploads, and what may be done to uploaded files.</summary>
internal sealed class UploadEndpoint(
    ImmutableArray<PrivateSpace> spaces,
    IBlobStore blobs,
    Uploader uploader,
    UploadLog log,
    Gatekeeper gate,
    long largest
)
{
    private const int Fields = 32 * 1024 * 1024;

    private long accepted;

    /// <summary>How many files were taken.</summary>
    public long Accepted => Interlocked.Read(ref accepted);

    /// <summary>Takes a file. Without a name, the only namespace that takes uploads is meant.</summary>
    public async Task UploadAsync(HttpContext context, string? spaceName)
    {
        var space = spaceName is null && spaces.Length == 1 ? spaces[0] : Find(spaceName);
        if (!await MayAsync(context, "upload", space?.Name ?? spaceName ?? ""))
            return;
        if (space is null)
        {
            await Answers.NotFoundAsync(context, "no namespace with this name accepts uploads");
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = largest + Fields;
        var upload = await UploadForm.ReadAsync(context.Request, blobs, largest, context.RequestAborted);
        using (upload.Content)
        {
            var isNew = await uploader.TakeAsync(space, upload, context.RequestAborted);
            if (isNew)
                Note(context, space, upload);
            await Answers.TextAsync(
                context,
                StatusCodes.Status200OK,
                "text/plain; charset=utf-8",
                isNew ? $"added {upload.FileName}\n" : $"{upload.FileName} already exists with the same content\n"
            );
        }
    }

    private void Note(HttpContext context, PrivateSpace space, UploadRequest upload)
    {
        Interlocked.Increment(ref accepted);
        if (context.Items[nameof(Access.Token)] is string token)
            log.Note(space.Name, upload.FileName, token);
    }

    /// <summary>Removes a file, for ever.</summary>
    public async Task RemoveAsync(HttpContext context, string spaceName, PackageName project, string fileName)
    {
        if (!await MayAsync(context, "admin", spaceName))
            return;
        var isFound =
            Find(spaceName) is { } space && await space.RemoveAsync(project, fileName, context.RequestAborted);
        await AnswerAsync(context, isFound, fileName, "removed");
    }

    /// <summary>Withdraws a file (`?yanked=REASON`), or offers it again (without).</summary>
    public async Task YankAsync(HttpContext context, string spaceName, PackageName project, string fileName)
    {
        if (!await MayAsync(context, "admin", spaceName))
            return;
        var reason = context.Request.Query.TryGetValue("yanked", out var text) ? text.ToString() : null;
        var isFound =
            Find(spaceName) is { } space && await space.YankAsync(project, fileName, reason, context.RequestAborted);
        await AnswerAsync(context, isFound, fileName, reason is null ? "unyanked" : "yanked");
    }

    private static Task AnswerAsync(HttpContext context, bool isFound, string fileName, string what) =>
        isFound
            ? Answers.TextAsync(context, StatusCodes.Status200OK, "text/plain; charset=utf-8", $"{what} {fileName}\n")
            : Answers.NotFoundAsync(context, $"there is no file `{fileName}`");

    private async Task<bool> MayAsync(HttpContext context, string action, string space)
    {
        switch (await gate.AskAsync(context, action, space))
        {
            case Gatekeeper.Verdict.Granted:
                return true;
            case Gatekeeper.Verdict.Unknown:
                await Gatekeeper.ChallengeAsync(context);
                return false;
            default:
                await Answers.ProblemAsync(
                    context,
                    StatusCodes.Status403Forbidden,
                    new Diagnostic("not-allowed", $"this token does not allow `{action}` here")
                );
                return false;
        }
    }

    private PrivateSpace? Find(string? name) =>
        spaces.FirstOrDefault(space => string.Equals(space.Name, name, StringComparison.Ordinal));
}
