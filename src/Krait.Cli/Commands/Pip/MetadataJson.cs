using System.Text.Json;
using Krait.Packaging.Metadata;

namespace Krait.Cli.Commands.Pip;

/// <summary>Core metadata in the JSON form that pip's reports have.</summary>
internal static class MetadataJson
{
    /// <summary>Metadata as JSON (PEP 566): names in lower case with `_`, lists where a field may come more than once.</summary>
    public static void Write(Utf8JsonWriter writer, RawMetadata raw)
    {
        foreach (var (name, text) in raw.Texts)
            writer.WriteString(name, text);
        foreach (var (name, texts) in raw.Lists)
        {
            writer.WriteStartArray(
                name switch
                {
                    "classifiers" => "classifier",
                    "platforms" => "platform",
                    "license_files" => "license_file",
                    _ => name,
                }
            );
            foreach (var text in texts)
                writer.WriteStringValue(text);
            writer.WriteEndArray();
        }

        if (raw.ProjectUrls is not { } urls)
            return;
        writer.WriteStartArray("project_url");
        foreach (var (label, url) in urls)
            writer.WriteStringValue($"{label}, {url}");
        writer.WriteEndArray();
    }
}
