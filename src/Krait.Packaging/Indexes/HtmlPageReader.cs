using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Packaging.Indexes;

/// <summary>
/// Reads the HTML form of a project page (PEP 503, 592, 629, 658, 714), and HTML pages of links to files of many projects. Each `a`
/// element is a file, whose name is the last part of its URL.
/// </summary>
internal static class HtmlPageReader
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
        var baseUrl = pageUrl;
        error = FindBase(body, ref baseUrl);
        if (error is null)
        {
            var builder = new ProjectPageBuilder(project, baseUrl, body.Length);
            error = ReadLinks(body, builder);
            page = error is null ? builder.Build() : null;
        }

        error = error?.In(pageUrl);
        return page is not null;
    }

    /// <summary>The head of the page: where its links are relative to, and the version of its form.</summary>
    private static Diagnostic? FindBase(ReadOnlySpan<byte> body, ref string baseUrl)
    {
        var tokens = new HtmlTokenizer(body);
        var hasBase = false;
        while (tokens.MoveNext())
        {
            if (tokens.IsTag("a"u8))
                break;
            if (tokens.IsTag("base"u8) && !hasBase && tokens.TryGetAttribute("href"u8, out var href))
            {
                baseUrl = UrlText.Resolve(baseUrl, HtmlEntities.Decode(href));
                hasBase = true;
            }

            var isVersion =
                tokens.IsTag("meta"u8)
                && tokens.TryGetAttribute("name"u8, out var name)
                && name.SequenceEqual("pypi:repository-version"u8);
            if (
                isVersion
                && tokens.TryGetAttribute("content"u8, out var content)
                && ApiVersion.Check(HtmlEntities.Decode(content)) is { } error
            )
            {
                return error;
            }
        }

        return null;
    }

    private static Diagnostic? ReadLinks(ReadOnlySpan<byte> body, ProjectPageBuilder builder)
    {
        var tokens = new HtmlTokenizer(body);
        var scratch = new List<byte>(512);
        var (hasTags, isInLink) = (false, false);
        while (tokens.MoveNext())
        {
            hasTags = true;
            if (tokens.IsEndTag)
            {
                isInLink &= !tokens.IsName("a"u8);
                continue;
            }

            if (!tokens.IsTag("a"u8) || !tokens.TryGetAttribute("href"u8, out var href))
                continue;
            isInLink = true;
            scratch.Clear();
            ReadLink(ref tokens, href, builder, scratch);
        }

        if (tokens.IsTruncated || isInLink)
            return new Diagnostic("invalid-index-page", "the index page ends in the middle");
        return hasTags || body.Trim(" \t\r\n"u8).IsEmpty
            ? null
            : new Diagnostic("invalid-index-page", "the index page is not HTML");
    }

    private static void ReadLink(
        scoped ref HtmlTokenizer tokens,
        ReadOnlySpan<byte> href,
        ProjectPageBuilder builder,
        List<byte> scratch
    )
    {
        var draft = new FileDraft { Url = HtmlEntities.Decode(href.Trim(" \t\r\n\f"u8), scratch) };
        draft.FileName = FileNameOf(draft.Url, scratch);
        draft.TakeHashFromUrl(scratch);
        if (draft.FileName.IsEmpty)
            return;
        if (tokens.TryGetAttribute("data-requires-python"u8, out var requires))
            draft.RequiresPython = HtmlEntities.Decode(requires, scratch);
        if (tokens.TryGetAttribute("data-yanked"u8, out var yanked))
        {
            draft.Flags |= FlatFileFlags.IsYanked;
            draft.YankedReason = HtmlEntities.Decode(yanked, scratch);
        }

        if (
            tokens.TryGetAttribute("data-core-metadata"u8, out var metadata)
            || tokens.TryGetAttribute("data-dist-info-metadata"u8, out metadata)
        )
        {
            ReadMetadata(HtmlEntities.Decode(metadata, scratch), ref draft, scratch);
        }

        builder.Add(ref draft);
    }

    private static void ReadMetadata(ReadOnlySpan<byte> value, ref FileDraft draft, List<byte> scratch)
    {
        if (value.SequenceEqual("false"u8))
            return;
        draft.Flags |= FlatFileFlags.HasMetadata;
        var equals = value.IndexOf((byte)'=');
        if (equals <= 0)
            return;
        draft.AddMetadataHash(value[..equals], value[(equals + 1)..], scratch);
    }

    /// <summary>The last part of the URL's path, unescaped; empty for a link to a folder.</summary>
    private static ReadOnlySpan<byte> FileNameOf(ReadOnlySpan<byte> url, List<byte> scratch)
    {
        var end = url.IndexOfAny((byte)'?', (byte)'#');
        var path = end < 0 ? url : url[..end];
        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        if (!name.Contains((byte)'%'))
            return name;
        var start = scratch.Count;
        for (var i = 0; i < name.Length; i++)
        {
            var isEscape =
                name[i] == '%'
                && i + 2 < name.Length
                && char.IsAsciiHexDigit((char)name[i + 1])
                && char.IsAsciiHexDigit((char)name[i + 2]);
            scratch.Add(isEscape ? Convert.FromHexString(Encoding.ASCII.GetString(name.Slice(i + 1, 2)))[0] : name[i]);
            i += isEscape ? 2 : 0;
        }

        return CollectionsMarshal.AsSpan(scratch)[start..];
    }
}
