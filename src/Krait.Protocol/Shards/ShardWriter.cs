using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Protocol.Content;

namespace Krait.Protocol.Shards;

/// <summary>
/// Makes the shard of a project: its page, reduced to what resolvers and installers read, and the metadata of its files, each text once. The
/// same page and metadata give the same bytes, whatever order members have and whatever else the page says.
/// </summary>
public static class ShardWriter
{
    /// <summary>The number of the form.</summary>
    internal const int Form = 1;

    /// <summary>Makes a shard.</summary>
    /// <param name="project">The project.</param>
    /// <param name="page">The page in its JSON form (PEP 691), as the index serves it: addresses may be relative to it.</param>
    /// <param name="metadataOf">The METADATA of a file by the file's name; null where it is not known.</param>
    /// <param name="shard">The bytes of the shard.</param>
    /// <param name="error">Why there is none: the page cannot be read, or is too large.</param>
    public static bool TryWrite(
        PackageName project,
        ReadOnlyMemory<byte> page,
        Func<string, ReadOnlyMemory<byte>?> metadataOf,
        [NotNullWhen(true)] out byte[]? shard,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        shard = null;
        if (
            !CanonicalJson.TryRead(
                page,
                ProtocolLimits.ShardBytes,
                "index page",
                root => Make(project, root, metadataOf),
                out var made,
                out error
            )
        )
        {
            return false;
        }

        if (made.Length > ProtocolLimits.ShardBytes)
        {
            error = new Diagnostic("shard-too-large", $"the shard of `{project}` is too large");
            return false;
        }

        shard = made;
        return true;
    }

    private static byte[] Make(PackageName project, JsonElement page, Func<string, ReadOnlyMemory<byte>?> metadataOf)
    {
        var files = page.NeedList("files", ProtocolLimits.Files);
        var texts = new List<string>();
        var numbers = new List<int>();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var text = NameOf(file) is { } name && metadataOf(name) is { } metadata ? Trim(metadata.Span) : null;
            if (text is null)
            {
                numbers.Add(-1);
                continue;
            }

            if (!known.TryGetValue(text, out var number))
            {
                known.Add(text, number = texts.Count);
                texts.Add(text);
            }

            numbers.Add(number);
        }

        return CanonicalJson.Write(writer => Write(writer, project, page, texts, numbers));
    }

    private static void Write(
        Utf8JsonWriter writer,
        PackageName project,
        JsonElement page,
        List<string> texts,
        List<int> numbers
    )
    {
        writer.WriteStartObject();
        writer.WriteStartObject("_krait");
        writer.WriteTexts("metadata", texts);
        writer.WriteStartArray("of");
        foreach (var number in numbers)
            writer.WriteNumberValue(number);
        writer.WriteEndArray();
        writer.WriteNumber("shard", Form);
        writer.WriteEndObject();
        writer.WriteStartArray("files");
        foreach (var file in page.GetProperty("files").EnumerateArray())
            FileEntry.Write(writer, file);
        writer.WriteEndArray();
        writer.WriteStartObject("meta");
        writer.WriteString("api-version", VersionOf(page));
        writer.WriteEndObject();
        writer.WriteString("name", project.Value);
        WriteStatus(writer, page);
        writer.WriteEndObject();
    }

    private static string VersionOf(JsonElement page) =>
        page.Find("meta") is { ValueKind: JsonValueKind.Object } meta
        && meta.Find("api-version") is { ValueKind: JsonValueKind.String } version
            ? version.Text()
            : "1.0";

    /// <summary>The state of the project (PEP 792), unless it is the usual one.</summary>
    private static void WriteStatus(Utf8JsonWriter writer, JsonElement page)
    {
        if (page.Find("project-status") is not { ValueKind: JsonValueKind.Object } status)
            return;
        var reason = status.FindText("reason");
        var word = status.FindText("status") ?? "active";
        if (word is "active" && reason is null)
            return;
        writer.WriteStartObject("project-status");
        if (reason is not null)
            writer.WriteString("reason", reason);
        writer.WriteString("status", word);
        writer.WriteEndObject();
    }

    private static string? NameOf(JsonElement file) =>
        file.ValueKind is JsonValueKind.Object && file.Find("filename") is { ValueKind: JsonValueKind.String } name
            ? name.GetString()
            : null;

    /// <summary>The lines that a resolver reads; null for metadata that would not come out of a shard as it went in.</summary>
    private static string? Trim(ReadOnlySpan<byte> metadata)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        MetadataTrimmer.Trim(metadata, buffer, keepsIdentity: false);
        var isText =
            buffer.WrittenCount <= ProtocolLimits.MetadataBytes && System.Text.Unicode.Utf8.IsValid(buffer.WrittenSpan);
        return isText ? Encoding.UTF8.GetString(buffer.WrittenSpan) : null;
    }
}
