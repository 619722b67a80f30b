using System.Text;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Server.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Krait.Server.Uploads;

/// <summary>Reads what twine and `uv publish` send: the form of the legacy upload interface.</summary>
internal static class UploadForm
{
    private const int MostParts = 2000;
    private const int LargestFields = 16 * 1024 * 1024;
    private const int PartSize = 128 * 1024;

    /// <summary>Reads a form; its file is on disk then. The caller disposes the content.</summary>
    /// <exception cref="KraitException">It is no such form, or is too large.</exception>
    public static async Task<UploadRequest> ReadAsync(
        HttpRequest request,
        IBlobStore blobs,
        long largest,
        CancellationToken cancellationToken
    )
    {
        var isForm =
            MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        var boundary = isForm ? HeaderUtilities.RemoveQuotes(type!.Boundary).Value : null; // it was just parsed
        if (boundary is not { Length: > 0 and <= 200 })
            throw Refused("an upload must be a `multipart/form-data` form");
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var left = LargestFields;
        BlobWriter? content = null;
        string? fileName = null;
        try
        {
            var reader = new MultipartReader(boundary, request.Body) { HeadersLengthLimit = 16 * 1024 };
            for (var parts = 0; await reader.ReadNextSectionAsync(cancellationToken) is { } section; parts++)
            {
                if (parts == MostParts)
                    throw Refused($"the form has more than {MostParts} parts");
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                    throw Refused("a part of the form has no name");
                var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                if (name is not "content")
                {
                    var text = await ReadTextAsync(section.Body, left, cancellationToken);
                    left -= text.Length;
                    fields.TryAdd(name, text);
                    continue;
                }

                if (content is not null)
                    throw Refused("the form has more than one file");
                fileName = HeaderUtilities.RemoveQuotes(disposition.FileName).Value;
                content = blobs.Create();
                await CopyAsync(section.Body, content, largest, cancellationToken);
            }

            return Compose(fields, fileName, content);
        }
        catch (Exception e)
        {
            content?.Dispose();
            if (e is InvalidDataException or IOException)
                throw Refused("the form is malformed or incomplete", e);
            throw;
        }
    }

    private static UploadRequest Compose(Dictionary<string, string> fields, string? fileName, BlobWriter? content)
    {
        if (fields.GetValueOrDefault(":action") is not "file_upload")
            throw Refused("the field `:action` is not `file_upload`");
        if (content is null || fileName is null)
            throw Refused("the form has no file: its field `content` is missing");
        return PackageName.TryParse(fields.GetValueOrDefault("name", ""), out var project, out var error)
            ? new UploadRequest(project, fileName, fields, content)
            : throw Refused(error.Message);
    }

    private static async Task<string> ReadTextAsync(Stream body, int limit, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var buffer = new byte[4096];
        while (await body.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (text.Length + read > limit)
                throw TooLarge("the fields of the form are too large");
            await text.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static async Task CopyAsync(
        Stream body,
        BlobWriter content,
        long largest,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[PartSize];
        while (await body.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (content.Length + read > largest)
                throw TooLarge($"the file is larger than {largest} bytes");
            content.Append(buffer.AsSpan(0, read));
        }
    }

    private static KraitException TooLarge(string message) =>
        new(new Diagnostic("too-large", message)) { Kind = FailureKind.TooLarge };

    private static KraitException Refused(string message, Exception? cause = null) =>
        new(new Diagnostic("invalid-upload", message), cause) { Kind = FailureKind.UnusableInput };
}
