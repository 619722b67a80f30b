using System.Collections.Immutable;
using System.Text.Json;

namespace Krait.Projects.Pipenv;

/// <summary>A package of a Pipfile.lock. What is not known here is kept as it is.</summary>
public sealed record PipfileLockEntry
{
    private static readonly string[] Known = ["extras", "hashes", "index", "markers", "version"];

    /// <summary>The extras, sorted.</summary>
    public ImmutableArray<string> Extras { get; init; } = [];

    /// <summary>The hashes, sorted, as `sha256:…`.</summary>
    public ImmutableArray<string> Hashes { get; init; } = [];

    /// <summary>The name of the index that it has to come from.</summary>
    public string? Index { get; init; }

    /// <summary>Where it is installed.</summary>
    public string? Markers { get; init; }

    /// <summary>`==1.0`; null for what does not come from an index.</summary>
    public string? Version { get; init; }

    /// <summary>Other keys with their JSON: those of repositories and paths.</summary>
    public ImmutableSortedDictionary<string, string> Others { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    internal static PipfileLockEntry Read(JsonElement entry) =>
        new()
        {
            Extras = Strings(entry, "extras"),
            Hashes = Strings(entry, "hashes"),
            Index = Text(entry, "index"),
            Markers = Text(entry, "markers"),
            Version = Text(entry, "version"),
            Others = entry
                .EnumerateObject()
                .Where(property => !Known.Contains(property.Name, StringComparer.Ordinal))
                .ToImmutableSortedDictionary(
                    property => property.Name,
                    property => property.Value.GetRawText(),
                    StringComparer.Ordinal
                ),
        };

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var key in Others.Keys.Concat(Known).Order(StringComparer.Ordinal))
        {
            switch (key)
            {
                case "extras":
                    WriteStrings(writer, key, Extras);
                    break;
                case "hashes":
                    WriteStrings(writer, key, Hashes);
                    break;
                case "index":
                    WriteKnown(writer, key, Index);
                    break;
                case "markers":
                    WriteKnown(writer, key, Markers);
                    break;
                case "version":
                    WriteKnown(writer, key, Version);
                    break;
                default:
                    writer.WritePropertyName(key);
                    using (var value = JsonDocument.Parse(Others[key]))
                        value.WriteTo(writer);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>The entry as a line of a requirements file, the hashes on lines of their own.</summary>
    /// <param name="name">The package.</param>
    /// <param name="withHashes">Whether the hashes are written.</param>
    /// <param name="withMarkers">Whether the marker is written.</param>
    public string ToRequirement(string name, bool withHashes, bool withMarkers)
    {
        var extras = Extras.IsEmpty ? "" : $"[{string.Join(',', Extras)}]";
        var text =
            PlaceOf() is not { } place ? $"{name}{extras}{Version}"
            : Others.GetValueOrDefault("editable") is "true" ? "-e " + place.ToEditable(name, extras)
            : place.ToRequirement(name, extras);
        if (withMarkers && Markers is { Length: > 0 } markers)
            text += $" ; {markers}";
        if (withHashes && Version is not null)
            text += string.Concat(Hashes.Select(hash => $" \\\n    --hash={hash}"));
        return text;
    }

    private PipfilePlace? PlaceOf()
    {
        foreach (var key in (ReadOnlySpan<string>)["path", "file", .. PipfilePlace.Systems])
        {
            if (!Others.TryGetValue(key, out var text))
                continue;
            return new PipfilePlace(key, Unquote(text))
            {
                Reference = Others.TryGetValue("ref", out var reference) ? Unquote(reference) : null,
                Subdirectory = Others.TryGetValue("subdirectory", out var folder) ? Unquote(folder) : null,
            };
        }

        return null;
    }

    private static string Unquote(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ToString();
    }

    private static ImmutableArray<string> Strings(JsonElement entry, string key) =>
        entry.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(one => one.ToString())]
            : [];

    private static string? Text(JsonElement entry, string key) =>
        entry.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void WriteStrings(Utf8JsonWriter writer, string key, ImmutableArray<string> texts)
    {
        if (texts.IsEmpty)
            return;
        writer.WriteStartArray(key);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void WriteKnown(Utf8JsonWriter writer, string key, string? text)
    {
        if (text is not null)
            writer.WriteString(key, text);
    }
}
