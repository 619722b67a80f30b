using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Krait.Packaging.Text;
using Krait.Protocol.Content;

namespace Krait.Protocol.Batches;

/// <summary>A request for the METADATA of many files; the answer has a frame for each that is known.</summary>
/// <param name="Files">The names of the files, and the digests that the page states of their metadata.</param>
public sealed record MetadataRequest(ImmutableArray<(string FileName, ContentDigest Metadata)> Files)
{
    /// <summary>Writes the request.</summary>
    public byte[] ToBytes() =>
        CanonicalJson.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("files");
            foreach (var (fileName, metadata) in Files)
            {
                writer.WriteStartObject();
                writer.WriteString("metadata-sha256", metadata.Hex);
                writer.WriteString("name", fileName);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNumber("v", ProtocolNames.Version);
            writer.WriteEndObject();
        });

    /// <summary>Reads a request.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> content,
        [NotNullWhen(true)] out MetadataRequest? request,
        [NotNullWhen(false)] out Diagnostic? error
    ) => CanonicalJson.TryRead(content, ProtocolLimits.RequestBytes, "request", Read, out request, out error);

    private static MetadataRequest? Read(JsonElement document)
    {
        if (document.Need("v").GetInt32() != ProtocolNames.Version)
            return null;
        var files = ImmutableArray.CreateBuilder<(string, ContentDigest)>();
        foreach (var element in document.NeedList("files", ProtocolLimits.MetadataFiles))
        {
            if (!ContentDigest.TryParse(element.NeedText("metadata-sha256"), out var digest))
                return null;
            files.Add((element.NeedText("name"), digest));
        }

        return new MetadataRequest(files.DrainToImmutable());
    }
}
