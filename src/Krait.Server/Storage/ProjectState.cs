using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Krait.Server.Storage;

/// <summary>What a namespace knows of a project: the reference to its page, and facts about files that no page tells.</summary>
internal sealed record ProjectState
{
    private const int RoughSizeOfFact = 350;

    /// <summary>The number of the last change in the namespace that concerned it.</summary>
    public long Serial { get; init; }

    /// <summary>The page, as a blob; null where the namespace does not have the project.</summary>
    public BlobId? Document { get; init; }

    /// <summary>How to ask the upstream whether the page has changed.</summary>
    public string ETag { get; init; } = "";

    /// <summary>The date of last change that the upstream stated.</summary>
    public string LastModified { get; init; } = "";

    /// <summary>When the upstream was last asked.</summary>
    public DateTimeOffset Fetched { get; init; }

    /// <summary>How long from then its answer holds.</summary>
    public TimeSpan FreshFor { get; init; }

    /// <summary>Files that were fetched, uploaded or removed.</summary>
    public ImmutableDictionary<string, FileFact> Files { get; init; } =
        ImmutableDictionary.Create<string, FileFact>(StringComparer.Ordinal);

    /// <summary>About how much memory it takes.</summary>
    public long Size => 300 + (RoughSizeOfFact * (long)Files.Count);

    /// <summary>Whether it was uploaded here: then there is no upstream that could be asked again.</summary>
    public bool IsOwn => Files.Values.Any(fact => fact.Uploaded is not null);

    /// <summary>This state with another fact about a file.</summary>
    public ProjectState With(string fileName, FileFact fact) => this with { Files = Files.SetItem(fileName, fact) };

    /// <summary>Writes it as JSON.</summary>
    public byte[] ToJson(string project)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("project", project);
            json.WriteNumber("serial", Serial);
            if (Document is { } document)
                json.WriteString("document", document.Hex);
            if (ETag.Length > 0)
                json.WriteString("etag", ETag);
            if (LastModified.Length > 0)
                json.WriteString("last-modified", LastModified);
            json.WriteNumber("fetched", Fetched.ToUnixTimeMilliseconds());
            json.WriteNumber("fresh-for", (long)FreshFor.TotalSeconds);
            json.WriteStartObject("files");
            foreach (var (name, fact) in Files.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject(name);
                fact.Write(json);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads it; null where the bytes are not what <see cref="ToJson"/> wrote.</summary>
    public static ProjectState? TryRead(ReadOnlyMemory<byte> json, out string project)
    {
        project = "";
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            project = root.GetProperty("project").GetString() ?? "";
            var files = ImmutableDictionary.CreateBuilder<string, FileFact>(StringComparer.Ordinal);
            foreach (var file in root.GetProperty("files").EnumerateObject())
                files[file.Name] = FileFact.Read(file.Value);
            return new ProjectState
            {
                Serial = root.GetProperty("serial").GetInt64(),
                Document = BlobId.TryParse(Text(root, "document"), out var id) ? id : null,
                ETag = Text(root, "etag") ?? "",
                LastModified = Text(root, "last-modified") ?? "",
                Fetched = DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("fetched").GetInt64()),
                FreshFor = TimeSpan.FromSeconds(root.GetProperty("fresh-for").GetInt64()),
                Files = files.ToImmutable(),
            };
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or ArgumentException
                        or OverflowException
            )
        {
            return null;
        }
    }

    internal static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
