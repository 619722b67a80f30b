using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Krait.Packaging.Text;
using Krait.Protocol.Content;

namespace Krait.Protocol.Discovery;

/// <summary>What an index says of its own service, under the key `_krait` of `meta` in its project pages and at `info`.</summary>
/// <param name="Base">Where requests go: an address, which may be relative to the page.</param>
/// <param name="Engine">The resolver that answers.</param>
public sealed record ServiceDescription(string Base, string Engine)
{
    /// <summary>The key in `meta`.</summary>
    public const string Key = "_krait";

    private const int LongestText = 2048;

    /// <summary>The snapshot that the index serves; null where it does not say.</summary>
    public ContentDigest? Snapshot { get; init; }

    /// <summary>Whether it resolves by the rules of this client.</summary>
    public bool CanResolve => string.Equals(Engine, ProtocolNames.Engine, StringComparison.Ordinal);

    /// <summary>Writes the value of the key.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("base", Base);
        writer.WriteString("engine", Engine);
        if (Snapshot is { } snapshot)
            writer.WriteString("snapshot", snapshot.Hex);
        writer.WriteNumber("v", ProtocolNames.Version);
        writer.WriteEndObject();
    }

    /// <summary>The description as a document of its own.</summary>
    public byte[] ToBytes() => CanonicalJson.Write(Write);

    /// <summary>Reads the document at `info`.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> content,
        [NotNullWhen(true)] out ServiceDescription? description,
        [NotNullWhen(false)] out Diagnostic? error
    ) =>
        CanonicalJson.TryRead(
            content,
            ProtocolLimits.RequestBytes,
            "description of the service",
            Read,
            out description,
            out error
        );

    /// <summary>What a project page says of the service; null where it says nothing that this client understands. Reads no further than `meta`.</summary>
    public static ServiceDescription? FindInPage(ReadOnlySpan<byte> page)
    {
        // Most pages of other indexes are told apart without reading JSON.
        if (page[..Math.Min(page.Length, 4096)].IndexOf("\"_krait\""u8) < 0)
            return null;
        try
        {
            var reader = new Utf8JsonReader(page);
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType is not JsonTokenType.PropertyName)
                    continue;
                if (reader.ValueTextEquals("meta"u8))
                    return FindInMeta(ref reader);
                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // What is wrong with the page is reported by those who read it.
        }

        return null;
    }

    private static ServiceDescription? FindInMeta(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isKey = reader.ValueTextEquals("_krait"u8);
            reader.Read();
            if (isKey)
            {
                using var document = JsonDocument.ParseValue(ref reader);
                return Read(document.RootElement);
            }

            reader.Skip();
        }

        return null;
    }

    private static ServiceDescription? Read(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.Object || value.Need("v").GetInt32() != ProtocolNames.Version)
            return null;
        var snapshot = value.FindText("snapshot");
        var (address, engine) = (value.NeedText("base"), value.FindText("engine") ?? "");
        if (address.Length is 0 or > LongestText || engine.Length > LongestText)
            return null;
        return new ServiceDescription(address, engine)
        {
            Snapshot = ContentDigest.TryParse(snapshot, out var digest) ? digest : null,
        };
    }
}
