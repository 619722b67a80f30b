using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Krait.Packaging.Text;
using Krait.Protocol.Content;
using Krait.Server.Spaces;
using Krait.Server.Storage;
using Krait.Server.Views;
using Microsoft.AspNetCore.Http;

namespace Krait.Server.Web;

/// <summary>
/// The files that were removed, for those who have installed or locked them: a lock file goes on naming a file whatever becomes of it.
/// </summary>
internal static class RemovedEndpoint
{
    private const int MostFiles = 10_000;

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private static readonly string[] TimeForms = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    /// <summary>Answers with what was removed since a time; without a time, with all that was.</summary>
    public static async Task ListAsync(HttpContext context, View view)
    {
        var since = ReadSince(context.Request.Query["since"].ToString());
        var removed = await view.ListRemovedAsync(since, MostFiles, context.RequestAborted);
        // The answer is the same until something else is removed.
        var until = removed.Count > 0 ? removed[^1].File.Removed : since;
        var hasMore = removed.Count >= MostFiles;
        var body = Write(removed, hasMore ? until.AddMilliseconds(1) : until, hasMore);
        var tag = $"\"{ContentDigest.Of(body.Span).Hex}\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = Answers.MaxAge(MaxAge, view.IsPublic);
        if (Answers.IsKnown(context, tag))
            Answers.NotModified(context);
        else
            await Answers.SendAsync(context, StatusCodes.Status200OK, "application/json", body);
    }

    private static DateTimeOffset ReadSince(string text)
    {
        if (text.Length == 0)
            return DateTimeOffset.UnixEpoch;
        var isTime = DateTimeOffset.TryParseExact(
            text,
            TimeForms,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var since
        );
        if (isTime)
            return since;
        throw new KraitException(
            new Diagnostic("invalid-time", "`since` is not a time such as 2026-11-01 or 2026-11-01T12:00:00Z")
        )
        {
            Kind = FailureKind.UnusableInput,
        };
    }

    private static ReadOnlyMemory<byte> Write(
        List<(Space Space, RemovedFile File)> removed,
        DateTimeOffset until,
        bool hasMore
    )
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", ProtocolNames.Version);
            json.WriteString("until", TextOf(until));
            json.WriteBoolean("more", hasMore);
            json.WriteStartArray("removed");
            foreach (var (space, file) in removed)
            {
                json.WriteStartObject();
                json.WriteString("project", file.Project.Value);
                json.WriteString("file", file.FileName);
                if (file.Sha256 is { } sha256)
                    json.WriteString("sha256", sha256.Hex);
                json.WriteString("removed", TextOf(file.Removed));
                json.WriteString("space", space.Name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static string TextOf(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
