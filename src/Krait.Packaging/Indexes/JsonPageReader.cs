using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Packaging.Indexes;

/// <summary>Reads the JSON form of a project page (PEP 691, 700, 714) in one pass over its bytes; unknown fields are passed over.</summary>
internal static class JsonPageReader
{
    public static bool TryRead(
        ReadOnlySpan<byte> body,
        string pageUrl,
        PackageName project,
        [NotNullWhen(true)] out ProjectPage? page,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        page = null;
        if (body.StartsWith("\uFEFF"u8))
            body = body[3..];
        try
        {
            var builder = new ProjectPageBuilder(project, pageUrl, body.Length);
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 64 });
            error = ReadPage(ref reader, builder)?.In(pageUrl);
            page = error is null ? builder.Build() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            error = new Diagnostic("invalid-index-page", "the index page is not valid JSON")
            {
                Source = pageUrl,
                Line = (int)Math.Min(int.MaxValue, ((e as JsonException)?.LineNumber ?? -1) + 1),
            };
        }

        return error is null && page is not null;
    }

    private static Diagnostic? ReadPage(scoped ref Utf8JsonReader reader, ProjectPageBuilder builder)
    {
        var hasFiles = false;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return Wrong("the index page is not a JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("files"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.StartArray)
                    return Wrong("`files` of the index page is not an array");
                hasFiles = true;
                ReadFiles(ref reader, builder);
            }
            else if (reader.ValueTextEquals("meta"u8))
            {
                reader.Read();
                if (ReadMeta(ref reader) is { } error)
                    return error;
            }
            else
            {
                reader.Skip();
            }
        }

        // Reading to the end refuses text behind the object, and with it half a page or two pages in one.
        while (reader.Read()) { }

        return hasFiles ? null : Wrong("the index page has no `files`");
    }

    private static Diagnostic? ReadMeta(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return Wrong("`meta` of the index page is not an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isVersion = reader.ValueTextEquals("api-version"u8);
            reader.Read();
            if (!isVersion)
                reader.Skip();
            else if (reader.TokenType != JsonTokenType.String)
                return Wrong("`api-version` of the index page is not a string");
            else if (ApiVersion.Check(Encoding.UTF8.GetString(reader.ValueSpan)) is { } error)
                return error;
        }

        return null;
    }

    private static Diagnostic Wrong(string message) => new("invalid-index-page", message);

    private static void ReadFiles(scoped ref Utf8JsonReader reader, ProjectPageBuilder builder)
    {
        var scratch = new List<byte>(512);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                builder.Skip([], SkipReason.NotAnObject);
                continue;
            }

            scratch.Clear();
            var draft = new FileDraft();
            if (JsonFileReader.Read(ref reader, ref draft, scratch) is { } reason)
            {
                builder.Skip(draft.FileName, reason);
            }
            else
            {
                draft.TakeHashFromUrl(scratch);
                builder.Add(ref draft);
            }
        }
    }
}
