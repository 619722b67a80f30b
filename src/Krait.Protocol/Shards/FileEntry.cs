using System.Text.Json;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Protocol.Content;

namespace Krait.Protocol.Shards;

/// <summary>
/// The entries of `files` as shards and resolutions hold them: those members of a project page (PEP 691, 700, 714) that decide what a
/// resolver chooses and an installer fetches, sorted by name. All else that a page may say of a file is left out.
/// </summary>
public static class FileEntry
{
    private static readonly string[] Members =
    [
        "core-metadata",
        "filename",
        "hashes",
        "requires-python",
        "size",
        "upload-time",
        "url",
        "yanked",
    ];

    /// <summary>Copies an entry of a page as it is, even a malformed one: readers then skip it for the same reason as in the page.</summary>
    public static void Write(Utf8JsonWriter writer, JsonElement entry)
    {
        if (entry.ValueKind is not JsonValueKind.Object)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        foreach (var member in Members)
        {
            if (TryGet(entry, member, out var value))
            {
                writer.WritePropertyName(member);
                Write(writer, member, value);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a file of a page that was read.</summary>
    public static void Write(Utf8JsonWriter writer, IndexFile file)
    {
        writer.WriteStartObject();
        if (file.HasMetadataFile)
        {
            writer.WritePropertyName("core-metadata");
            if (file.MetadataHash is { } hash)
                WriteHashes(writer, [hash]);
            else
                writer.WriteBooleanValue(value: true);
        }

        writer.WriteString("filename", file.FileName);
        writer.WritePropertyName("hashes");
        WriteHashes(writer, file.Hashes);
        if (file.RequiresPythonText is { Length: > 0 } python)
            writer.WriteString("requires-python", python);
        if (file.Size is { } size)
            writer.WriteNumber("size", size);
        if (file.UploadTime is { } time)
            writer.WriteString("upload-time", TimeText.Of(time));
        writer.WriteString("url", file.Url);
        if (file.YankedReason is { } reason)
            writer.WriteString("yanked", reason);
        else if (file.IsYanked)
            writer.WriteBoolean("yanked", value: true);
        writer.WriteEndObject();
    }

    /// <summary>A member by its name, if it says something; metadata also by the name that it had before (PEP 714).</summary>
    private static bool TryGet(JsonElement entry, string member, out JsonElement value)
    {
        if (!entry.TryGetProperty(member, out value) || value.ValueKind is JsonValueKind.Null)
        {
            var isOlder = member is "core-metadata" && entry.TryGetProperty("dist-info-metadata", out value);
            if (!isOlder && member is not ("filename" or "url" or "hashes"))
                return false;
        }

        // Not to be yanked, and not to have metadata, is as good as to say nothing.
        return value.ValueKind switch
        {
            JsonValueKind.Undefined => false,
            JsonValueKind.False => member is not ("core-metadata" or "yanked"),
            JsonValueKind.Null => member is "filename" or "url" or "hashes",
            _ => true,
        };
    }

    private static void Write(Utf8JsonWriter writer, string member, JsonElement value)
    {
        var isHashes = member is "hashes" or "core-metadata" && value.ValueKind is JsonValueKind.Object;
        if (!isHashes)
        {
            value.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var hash in value.EnumerateObject().OrderBy(hash => hash.Name, StringComparer.Ordinal))
        {
            writer.WritePropertyName(hash.Name);
            hash.Value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteHashes(Utf8JsonWriter writer, IEnumerable<FileHash> hashes)
    {
        writer.WriteStartObject();
        foreach (
            var hash in hashes
                .DistinctBy(hash => hash.Algorithm)
                .OrderBy(hash => FileHash.Name(hash.Algorithm), StringComparer.Ordinal)
        )
        {
            writer.WriteString(FileHash.Name(hash.Algorithm), hash.Hex);
        }

        writer.WriteEndObject();
    }
}
