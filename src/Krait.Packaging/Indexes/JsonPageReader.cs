using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Packaging.Indexes;

/// <summary>Reads the JSON form of a project page (PEP 691, 700, 714) in one pass over its bytes; unknown fields are passed over.</summary>
internal static class JsonPageReader
{
    /// <summary>So much of a page that is made as it is read is in memory at a time.</summary>
    private const int LargestWindow = 256 * 1024;

    /// <summary>Reads a page that is in memory.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> body,
        string pageUrl,
        PackageName project,
        [NotNullWhen(true)] out ProjectPage? page,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        try
        {
            var text = new JsonWindow(body);
            return TryRead(ref text, body.Length, pageUrl, project, out page, out error);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Refuse(e, pageUrl, out page, out error);
        }
    }

    /// <summary>Reads a page as it is made.</summary>
    /// <param name="fill">Writes the next bytes of the page; fewer than there is room for only at the end.</param>
    /// <param name="length">About how long the page is.</param>
    public static bool TryRead(
        Func<Span<byte>, int> fill,
        int length,
        string pageUrl,
        PackageName project,
        [NotNullWhen(true)] out ProjectPage? page,
        [NotNullWhen(false)] out Diagnostic? error,
        int largestWindow = LargestWindow
    )
    {
        // One byte more, so that the end of what fits is seen at once.
        var text = new JsonWindow(fill, Math.Min(length, largestWindow - 1) + 1);
        try
        {
            return TryRead(ref text, length, pageUrl, project, out page, out error);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Refuse(e, pageUrl, out page, out error);
        }
        catch (InvalidDataException)
        {
            page = null;
            error = Wrong($"a value on the index page is longer than {JsonWindow.LongestValue >> 20} MiB").In(pageUrl);
            return false;
        }
        finally
        {
            text.Dispose();
        }
    }

    private static bool TryRead(
        scoped ref JsonWindow text,
        int length,
        string pageUrl,
        PackageName project,
        [NotNullWhen(true)] out ProjectPage? page,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        var builder = new ProjectPageBuilder(project, pageUrl, length);
        error = ReadPage(ref text, builder)?.In(pageUrl);
        page = error is null ? builder.Build() : null;
        return page is not null;
    }

    private static bool Refuse(Exception exception, string pageUrl, out ProjectPage? page, out Diagnostic error)
    {
        page = null;
        error = new Diagnostic("invalid-index-page", "the index page is not valid JSON")
        {
            Source = pageUrl,
            Line = (int)Math.Min(int.MaxValue, ((exception as JsonException)?.LineNumber ?? -1) + 1),
        };
        return false;
    }

    private static Diagnostic? ReadPage(scoped ref JsonWindow text, ProjectPageBuilder builder)
    {
        var hasFiles = false;
        text.Read();
        if (text.Reader.TokenType != JsonTokenType.StartObject)
            return Wrong("the index page is not a JSON object");
        while (text.Read() && text.Reader.TokenType == JsonTokenType.PropertyName)
        {
            if (text.Reader.ValueTextEquals("files"u8))
            {
                text.Read();
                if (text.Reader.TokenType != JsonTokenType.StartArray)
                    return Wrong("`files` of the index page is not an array");
                hasFiles = true;
                ReadFiles(ref text, builder);
            }
            else if (text.Reader.ValueTextEquals("meta"u8))
            {
                text.Read();
                if (ReadMeta(ref text) is { } error)
                    return error;
            }
            else
            {
                text.Skip();
            }
        }

        // Reading to the end refuses text behind the object, and with it half a page or two pages in one.
        while (text.Read()) { }

        return hasFiles ? null : Wrong("the index page has no `files`");
    }

    private static Diagnostic? ReadMeta(scoped ref JsonWindow text)
    {
        if (text.Reader.TokenType != JsonTokenType.StartObject)
            return Wrong("`meta` of the index page is not an object");
        while (text.Read() && text.Reader.TokenType == JsonTokenType.PropertyName)
        {
            var isVersion = text.Reader.ValueTextEquals("api-version"u8);
            text.Read();
            if (!isVersion)
                text.Skip();
            else if (text.Reader.TokenType != JsonTokenType.String)
                return Wrong("`api-version` of the index page is not a string");
            else if (ApiVersion.Check(Encoding.UTF8.GetString(text.Reader.ValueSpan)) is { } error)
                return error;
        }

        return null;
    }

    private static Diagnostic Wrong(string message) => new("invalid-index-page", message);

    private static void ReadFiles(scoped ref JsonWindow text, ProjectPageBuilder builder)
    {
        var scratch = new List<byte>(512);
        while (text.Read() && text.Reader.TokenType != JsonTokenType.EndArray)
        {
            if (text.Reader.TokenType != JsonTokenType.StartObject)
            {
                text.Skip();
                builder.Skip([], SkipReason.NotAnObject);
                continue;
            }

            while (!TryReadFile(ref text, builder, scratch)) { }
        }
    }

    /// <summary>Reads one file; false where it was not in memory to its end. Then there is more of it, and it is to be read again.</summary>
    private static bool TryReadFile(scoped ref JsonWindow text, ProjectPageBuilder builder, List<byte> scratch)
    {
        scratch.Clear();
        var start = text.Reader;
        var draft = new FileDraft();
        var reason = JsonFileReader.Read(ref text.Reader, ref draft, scratch);
        if (!text.HasLeft(in start))
            return false;
        if (reason is { } wrong)
        {
            builder.Skip(draft.FileName, wrong);
        }
        else
        {
            draft.TakeHashFromUrl(scratch);
            builder.Add(ref draft);
        }

        return true;
    }
}
