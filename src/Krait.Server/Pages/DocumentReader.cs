using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Server.Pages;

/// <summary>Reads pages of the simple repository API, in both forms, with everything that is passed on. What is stored is read by it, too.</summary>
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
        error = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                error = Invalid("it is not a JSON object", pageUrl);
            else
                document = ReadPage(json.RootElement, pageUrl, project, ref error);
        }
        catch (JsonException e)
        {
            error = Invalid($"it is not valid JSON (line {(e.LineNumber ?? 0) + 1})", pageUrl);
        }
        catch (InvalidOperationException)
        {
            error = Invalid("it has text that is not valid Unicode", pageUrl);
        }

        if (error is not null)
            document = null;
        return document is not null;
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
            var file = page.FileAt(i);
            if (FileEntry.TryCreate(project, file.FileName) is not { } entry)
                continue;
            files.Add(
                entry with
                {
                    Url = WithoutFragment(file.Url),
                    Hashes = file.Hashes.ToImmutableSortedDictionary(
                        hash => Krait.Packaging.Distributions.FileHash.Name(hash.Algorithm),
                        hash => hash.Hex,
                        StringComparer.Ordinal
                    ),
                    RequiresPython = file.RequiresPythonText,
                    Yanked = file.IsYanked ? file.YankedReason ?? "" : null,
                    HasMetadata = file.HasMetadataFile,
                    MetadataSha256 = file.MetadataHash
                        is { Algorithm: Krait.Packaging.Distributions.HashAlgorithm.Sha256 } hash
                        ? hash.Hex
                        : null,
                }
            );
        }

        document = new ProjectDocument { Project = project, Files = files.DrainToImmutable() };
        return true;
    }

    private static ProjectDocument? ReadPage(
        JsonElement root,
        string pageUrl,
        PackageName project,
        ref Diagnostic? error
    )
    {
        if (root.TryGetProperty("meta", out var meta) && meta.ValueKind == JsonValueKind.Object)
        {
            var version = Text(meta, "api-version") ?? "1.0";
            if (!version.StartsWith("1.", StringComparison.Ordinal))
                error = Invalid("its API version is not 1", pageUrl);
        }

        if (!root.TryGetProperty("files", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            error = Invalid("it has no list of files", pageUrl);
            return null;
        }

        var files = ImmutableArray.CreateBuilder<FileEntry>(list.GetArrayLength());
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.EnumerateArray())
        {
            if (ReadFile(item, pageUrl, project) is { } file && seen.Add(file.FileName))
                files.Add(file);
        }

        var hasStatus =
            root.TryGetProperty("project-status", out var status) && status.ValueKind == JsonValueKind.Object;
        return new ProjectDocument
        {
            Project = project,
            Files = files.ToImmutable(),
            Versions = Texts(root, "versions"),
            Status = hasStatus ? Text(status, "status") : null,
            StatusReason = hasStatus ? Text(status, "reason") : null,
        };
    }

    private static FileEntry? ReadFile(JsonElement json, string pageUrl, PackageName project)
    {
        if (
            json.ValueKind != JsonValueKind.Object
            || FileEntry.TryCreate(project, Text(json, "filename")) is not { } file
            || Text(json, "url") is not { } url
        )
        {
            return null;
        }

        var (hasMetadata, metadata) = Metadata(json);
        return file with
        {
            Url = url.Length == 0 ? "" : WithoutFragment(UrlText.Resolve(pageUrl, url)),
            Hashes = json.TryGetProperty("hashes", out var hashes) ? Hashes(hashes) : file.Hashes,
            RequiresPython = Text(json, "requires-python"),
            Size =
                json.TryGetProperty("size", out var size)
                && size.ValueKind == JsonValueKind.Number
                && size.TryGetInt64(out var bytes)
                && bytes >= 0
                    ? bytes
                    : null,
            UploadTime = Text(json, "upload-time"),
            Yanked = Yanked(json),
            HasMetadata = hasMetadata,
            MetadataSha256 = metadata,
            Provenance = Text(json, "provenance") is { Length: > 0 } provenance
                ? UrlText.Resolve(pageUrl, provenance)
                : null,
        };
    }

    private static string? Yanked(JsonElement json) =>
        json.TryGetProperty("yanked", out var yanked)
            ? yanked.ValueKind switch
            {
                JsonValueKind.True => "",
                JsonValueKind.String => yanked.GetString(),
                _ => null,
            }
            : null;

    /// <summary>The older key says the same (PEP 714).</summary>
    private static (bool Has, string? Sha256) Metadata(JsonElement json)
    {
        if (
            !json.TryGetProperty("core-metadata", out var metadata)
            && !json.TryGetProperty("dist-info-metadata", out metadata)
        )
        {
            return (false, null);
        }

        return metadata.ValueKind switch
        {
            JsonValueKind.True => (true, null),
            JsonValueKind.Object => (true, Hashes(metadata).GetValueOrDefault("sha256")),
            _ => (false, null),
        };
    }

    private static ImmutableSortedDictionary<string, string> Hashes(JsonElement json)
    {
        var hashes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (json.ValueKind != JsonValueKind.Object)
            return hashes.ToImmutable();
        foreach (var hash in json.EnumerateObject().Take(MostHashes))
        {
            var isPlain =
                hash.Name.Length is > 0 and <= 32
                && hash.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
            if (
                isPlain
                && hash.Value.ValueKind == JsonValueKind.String
                && hash.Value.GetString() is { } hex
                && IsHex(hex)
            )
            {
                hashes[hash.Name] = hex.ToLowerInvariant();
            }
        }

        return hashes.ToImmutable();
    }

    private static bool IsHex(string text) => text.Length is > 0 and <= 256 && text.All(char.IsAsciiHexDigit);

    private static ImmutableArray<string> Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ?
            [
                .. list.EnumerateArray()
                    .Where(item => item.ValueKind == JsonValueKind.String)
                    .Select(item => item.GetString() ?? ""),
            ]
            : [];

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string WithoutFragment(string url)
    {
        var fragment = url.IndexOf('#', StringComparison.Ordinal);
        return fragment < 0 ? url : url[..fragment];
    }

    private static Diagnostic Invalid(string reason, string pageUrl) =>
        new Diagnostic("invalid-index-page", $"the index page cannot be read: {reason}").In(pageUrl);
}
