using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Server.Pages;

/// <summary>
/// Reads pages of upstreams, in both forms. Which files they have, and what they say of them, is for the installer's own reader to decide;
/// what that has no use for, and clients may, is taken from the JSON beside it.
/// </summary>
internal static class DocumentReader
{
    private const int MostHashes = 16;

    /// <summary>Reads the JSON form (PEP 691).</summary>
    public static bool TryReadJson(
        ReadOnlyMemory<byte> body,
        string pageUrl,
        PackageName project,
        [NotNullWhen(true)] out ProjectDocument? document,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        document = null;
        if (!ProjectPage.TryParseJson(body.Span, pageUrl, project, out var page, out error))
            return false;
        try
        {
            using var json = JsonDocument.Parse(body.Span.StartsWith("\uFEFF"u8) ? body[3..] : body);
            document = PageJson.Complete(
                new ProjectDocument { Project = project, Files = FilesOf(json.RootElement, pageUrl, project, page) },
                json.RootElement
            );
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            error = new Diagnostic("invalid-index-page", "the index page has text that is not valid Unicode").In(
                pageUrl
            );
            return false;
        }
    }

    /// <summary>Reads the HTML form (PEP 503).</summary>
    public static bool TryReadHtml(
        ReadOnlyMemory<byte> body,
        string pageUrl,
        PackageName project,
        [NotNullWhen(true)] out ProjectDocument? document,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        document = null;
        if (!ProjectPage.TryParseHtml(body.Span, pageUrl, project, out var page, out error))
            return false;
        var files = ImmutableArray.CreateBuilder<FileEntry>(page.FileCount);
        for (var i = 0; i < page.FileCount; i++)
        {
            if (EntryOf(page.FileAt(i), project) is { } entry)
                files.Add(entry);
        }

        document = new ProjectDocument { Project = project, Files = files.DrainToImmutable() };
        return true;
    }

    /// <summary>The files that the reader has accepted, in the order of the index.</summary>
    private static ImmutableArray<FileEntry> FilesOf(
        JsonElement root,
        string pageUrl,
        PackageName project,
        ProjectPage page
    )
    {
        var accepted = new Dictionary<string, FileEntry>(page.FileCount, StringComparer.Ordinal);
        for (var i = 0; i < page.FileCount; i++)
        {
            if (EntryOf(page.FileAt(i), project) is { } entry)
                accepted[entry.FileName] = entry;
        }

        var files = ImmutableArray.CreateBuilder<FileEntry>(accepted.Count);
        foreach (var json in root.GetProperty("files").EnumerateArray())
        {
            // Of several files of one name the reader has accepted one, which is taken here once.
            if (json.ValueKind != JsonValueKind.Object || PageJson.Text(json, "filename") is not { } name)
                continue;
            if (!accepted.Remove(name, out var entry))
                continue;
            var provenance = PageJson.Text(json, "provenance");
            files.Add(
                entry with
                {
                    UploadTime = entry.UploadTime is null ? null : PageJson.Text(json, "upload-time"),
                    Provenance = provenance is { Length: > 0 } ? UrlText.Resolve(pageUrl, provenance) : null,
                }
            );
        }

        return files.DrainToImmutable();
    }

    /// <summary>The entry of a file; null where its name cannot be an address here, or nothing could ever have its hashes.</summary>
    private static FileEntry? EntryOf(IndexFile file, PackageName project)
    {
        if (FileEntry.TryCreate(project, file.FileName) is not { } entry || HashesOf(file) is not { } hashes)
            return null;
        return entry with
        {
            Url = WithoutFragment(file.Url),
            Hashes = hashes,
            RequiresPython = file.RequiresPythonText,
            Size = file.Size,
            UploadTime = file.UploadTime?.ToString("O"),
            Yanked = file.IsYanked ? file.YankedReason ?? "" : null,
            HasMetadata = file is { HasMetadataFile: true, MetadataHashProblem: null },
            MetadataSha256 = file.MetadataHash is { Algorithm: HashAlgorithm.Sha256 } hash ? hash.Hex : null,
        };
    }

    /// <summary>The hashes of a file; null where one is malformed. Functions that are not known here may be known to clients.</summary>
    private static ImmutableSortedDictionary<string, string>? HashesOf(IndexFile file)
    {
        var hashes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (function, digest) in file.StatedHashes)
        {
            if (FileHash.TryParse(function, digest, out var hash, out _))
                hashes[FileHash.Name(hash.Algorithm)] = hash.Hex;
            else if (!FileHash.IsKnown(function) && IsPlain(function) && IsHex(digest) && hashes.Count < MostHashes)
                hashes[function] = digest.ToLowerInvariant();
            else
                return null;
        }

        return hashes.ToImmutable();
    }

    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= 32 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static bool IsHex(string text) => text.Length is > 0 and <= 256 && text.All(char.IsAsciiHexDigit);

    private static string WithoutFragment(string url)
    {
        var fragment = url.IndexOf('#', StringComparison.Ordinal);
        return fragment < 0 ? url : url[..fragment];
    }
}
