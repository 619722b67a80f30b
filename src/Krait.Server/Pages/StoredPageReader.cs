using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Krait.Packaging.Names;

namespace Krait.Server.Pages;

/// <summary>Reads pages as <see cref="JsonPageWriter"/> has written them to the store, where files that were uploaded here have no address.</summary>
internal static class StoredPageReader
{
    /// <summary>Reads a page; false where the bytes are not one that was stored.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> body,
        PackageName project,
        [NotNullWhen(true)] out ProjectDocument? document
    )
    {
        document = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            var files = ImmutableArray.CreateBuilder<FileEntry>(root.GetProperty("files").GetArrayLength());
            foreach (var item in root.GetProperty("files").EnumerateArray())
            {
                if (ReadFile(item, project) is { } file)
                    files.Add(file);
            }

            document = PageJson.Complete(
                new ProjectDocument { Project = project, Files = files.DrainToImmutable() },
                root
            );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Another program's file: as good as none.
        }

        return document is not null;
    }

    private static FileEntry? ReadFile(JsonElement json, PackageName project)
    {
        if (FileEntry.TryCreate(project, PageJson.Text(json, "filename")) is not { } file)
            return null;
        var hasMetadata = json.TryGetProperty("core-metadata", out var metadata);
        return file with
        {
            Url = PageJson.Text(json, "url") ?? "",
            Hashes = json.GetProperty("hashes")
                .EnumerateObject()
                .ToImmutableSortedDictionary(
                    hash => hash.Name,
                    hash => hash.Value.GetString() ?? "",
                    StringComparer.Ordinal
                ),
            RequiresPython = PageJson.Text(json, "requires-python"),
            Size = json.TryGetProperty("size", out var size) ? size.GetInt64() : null,
            UploadTime = PageJson.Text(json, "upload-time"),
            Yanked = ReadYanked(json),
            HasMetadata = hasMetadata,
            MetadataSha256 = metadata.ValueKind == JsonValueKind.Object ? PageJson.Text(metadata, "sha256") : null,
            Provenance = PageJson.Text(json, "provenance"),
        };
    }

    private static string? ReadYanked(JsonElement json) =>
        json.TryGetProperty("yanked", out var yanked) && yanked.ValueKind == JsonValueKind.True
            ? ""
            : PageJson.Text(json, "yanked");
}
