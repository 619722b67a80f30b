using System.Text.Json;

namespace Krait.Server.Storage;

/// <summary>What is known of a file beyond its page. A digest that was seen once never changes.</summary>
internal sealed record FileFact
{
    /// <summary>The SHA-256 that was first seen; null where it is not known.</summary>
    public BlobId? Sha256 { get; init; }

    /// <summary>Whether the blob is stored.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The blob of the file's core metadata, where we have it.</summary>
    public BlobId? Metadata { get; init; }

    /// <summary>When the file was removed; null while it is offered.</summary>
    public DateTimeOffset? Removed { get; init; }

    /// <summary>When it was uploaded here; null for a file of an upstream.</summary>
    public DateTimeOffset? Uploaded { get; init; }

    internal void Write(Utf8JsonWriter json)
    {
        if (Sha256 is { } sha256)
            json.WriteString("sha256", sha256.Hex);
        if (IsHeld)
            json.WriteBoolean("held", value: true);
        if (Metadata is { } metadata)
            json.WriteString("metadata", metadata.Hex);
        if (Removed is { } removed)
            json.WriteNumber("removed", removed.ToUnixTimeMilliseconds());
        if (Uploaded is { } uploaded)
            json.WriteNumber("uploaded", uploaded.ToUnixTimeMilliseconds());
    }

    internal static FileFact Read(JsonElement json) =>
        new()
        {
            Sha256 = BlobId.TryParse(ProjectState.Text(json, "sha256"), out var sha256) ? sha256 : null,
            IsHeld = json.TryGetProperty("held", out var held) && held.ValueKind == JsonValueKind.True,
            Metadata = BlobId.TryParse(ProjectState.Text(json, "metadata"), out var metadata) ? metadata : null,
            Removed = Time(json, "removed"),
            Uploaded = Time(json, "uploaded"),
        };

    private static DateTimeOffset? Time(JsonElement json, string name) =>
        json.TryGetProperty(name, out var time) ? DateTimeOffset.FromUnixTimeMilliseconds(time.GetInt64()) : null;
}
