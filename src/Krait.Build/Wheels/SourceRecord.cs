using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Krait.Packaging.Distributions;
using Krait.Packaging.Metadata;
using Krait.Packaging.Tags;

namespace Krait.Build.Wheels;

/// <summary>
/// What is known of one source in one state (`metadata.json`): under `policy` the state, under `data` the wheels that were built from
/// it, by file name, with their core metadata, and what hooks answered that have not built one.
/// </summary>
internal sealed record SourceRecord(string Stamp)
{
    private const int Format = 1;

    /// <summary>The wheels.</summary>
    public ImmutableArray<RecordedWheel> Wheels { get; init; } = [];

    /// <summary>Metadata that was prepared without building, by the kind of interpreter.</summary>
    public ImmutableSortedDictionary<string, CoreMetadata> Prepared { get; init; } =
        ImmutableSortedDictionary.Create<string, CoreMetadata>(StringComparer.Ordinal);

    /// <summary>What the backend asked for in addition, by hook and kind of interpreter.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Requires { get; init; } =
        ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);

    /// <summary>Metadata that the source states itself.</summary>
    public CoreMetadata? Static { get; init; }

    /// <summary>The best wheel for an interpreter; null when none can be installed with it.</summary>
    /// <param name="tags">What the interpreter accepts.</param>
    /// <param name="interpreterKey">The kind of interpreter.</param>
    public RecordedWheel? Best(TagSet tags, string interpreterKey) =>
        Wheels
            .Where(wheel =>
                wheel.OnlyFor is null || string.Equals(wheel.OnlyFor, interpreterKey, StringComparison.Ordinal)
            )
            .Select(wheel => (Wheel: wheel, Rank: tags.RankOf(wheel.File)))
            .Where(pair => pair.Rank is not null)
            .OrderBy(pair => pair.Rank)
            .ThenByDescending(pair => pair.Wheel.File.Build)
            .Select(pair => pair.Wheel)
            .FirstOrDefault();

    /// <summary>This record with one more wheel, in the place of one of the same name.</summary>
    public SourceRecord With(RecordedWheel wheel) =>
        this with
        {
            Wheels = [.. Wheels.Where(known => !known.File.Equals(wheel.File)), wheel],
        };

    /// <summary>The record as text.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteStartObject("policy");
            json.WriteString("stamp", Stamp);
            json.WriteEndObject();
            json.WriteStartObject("data");
            foreach (var wheel in Wheels)
                wheel.Write(json);
            json.WriteEndObject();
            if (Static is not null)
                WriteMetadata(json, "static", Static);
            json.WriteStartObject("prepared");
            foreach (var (interpreter, metadata) in Prepared)
                WriteMetadata(json, interpreter, metadata);
            json.WriteEndObject();
            json.WriteStartObject("requires");
            foreach (var (key, texts) in Requires)
                WriteTexts(json, key, texts);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a record; null when it is damaged or of another format: then everything is built again.</summary>
    public static SourceRecord? TryParse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return Read(document.RootElement);
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    private static SourceRecord? Read(JsonElement root)
    {
        if (root.GetProperty("format").GetInt32() != Format)
            return null;
        var record = new SourceRecord(root.GetProperty("policy").GetProperty("stamp").GetString() ?? "");
        foreach (var entry in root.GetProperty("data").EnumerateObject())
        {
            if (RecordedWheel.TryRead(entry.Name, entry.Value) is { } wheel)
                record = record.With(wheel);
        }

        foreach (var entry in root.GetProperty("prepared").EnumerateObject())
        {
            if (MetadataJson.TryRead(entry.Value) is { } metadata)
                record = record with { Prepared = record.Prepared.SetItem(entry.Name, metadata) };
        }

        foreach (var entry in root.GetProperty("requires").EnumerateObject())
        {
            ImmutableArray<string> texts = [.. entry.Value.EnumerateArray().Select(item => item.GetString() ?? "")];
            record = record with { Requires = record.Requires.SetItem(entry.Name, texts) };
        }

        return root.TryGetProperty("static", out var stated)
            ? record with
            {
                Static = MetadataJson.TryRead(stated),
            }
            : record;
    }

    private static void WriteMetadata(Utf8JsonWriter json, string name, CoreMetadata metadata)
    {
        json.WriteStartObject(name);
        MetadataJson.Write(json, metadata);
        json.WriteEndObject();
    }

    internal static void WriteTexts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}

/// <summary>A wheel of a record.</summary>
/// <param name="File">Its file name.</param>
/// <param name="Sha256">Its digest.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Metadata">Its core metadata.</param>
/// <param name="OnlyFor">The kind of interpreter that it holds for, where its tags do not say enough.</param>
/// <param name="BuiltWith">What was installed in its build environment.</param>
internal sealed record RecordedWheel(
    WheelFileName File,
    FileHash Sha256,
    long Size,
    CoreMetadata Metadata,
    string? OnlyFor,
    ImmutableArray<string> BuiltWith
)
{
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject(File.ToString());
        MetadataJson.Write(json, Metadata);
        json.WriteString("sha256", Sha256.Hex);
        json.WriteNumber("size", Size);
        if (OnlyFor is not null)
            json.WriteString("only_for", OnlyFor);
        SourceRecord.WriteTexts(json, "built_with", BuiltWith);
        json.WriteEndObject();
    }

    public static RecordedWheel? TryRead(string name, JsonElement json)
    {
        if (!WheelFileName.TryParse(name, out var file, out _) || MetadataJson.TryRead(json) is not { } metadata)
            return null;
        return FileHash.TryParse("sha256", json.GetProperty("sha256").GetString(), out var sha256, out _)
            ? new RecordedWheel(
                file,
                sha256,
                json.GetProperty("size").GetInt64(),
                metadata,
                json.TryGetProperty("only_for", out var only) ? only.GetString() : null,
                [.. json.GetProperty("built_with").EnumerateArray().Select(item => item.GetString() ?? "")]
            )
            : null;
    }

    public bool Equals(RecordedWheel? other) =>
        other is not null && File.Equals(other.File) && Sha256.Equals(other.Sha256);

    public override int GetHashCode() => Sha256.GetHashCode();
}
