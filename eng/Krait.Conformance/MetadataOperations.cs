using System.Text;
using Krait.Packaging.Metadata;

namespace Krait.Conformance;

/// <summary>`metadata.*`, `license.normalize`, `direct_url.valid`.</summary>
internal static class MetadataOperations
{
    public static Dictionary<string, Operation> All { get; } =
        new(StringComparer.Ordinal)
        {
            ["metadata.valid"] = input => Read(input).Validate().IsEmpty,
            ["metadata.raw"] = input => Describe(Read(input)),
            ["license.normalize"] = input =>
                LicenseExpression.TryNormalize(input.Text("expression"), out var normalized, out _) ? normalized : null,
            ["direct_url.valid"] = input =>
                DirectUrl.TryParse(Encoding.UTF8.GetBytes(input["document"]?.ToJsonString() ?? "null"), out _, out _),
        };

    private static RawMetadata Read(JsonObject input) => RawMetadata.Parse(Encoding.UTF8.GetBytes(input.Text("text")));

    private static JsonObject Describe(RawMetadata metadata)
    {
        var raw = new JsonObject();
        foreach (var (name, text) in metadata.Texts)
            raw[name] = text;
        foreach (var (name, list) in metadata.Lists)
            raw[name] = Json.Array(list);
        if (metadata.ProjectUrls is { } pairs)
        {
            raw["project_urls"] = new JsonObject(
                pairs.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))
            );
        }

        var unparsed = new JsonObject();
        foreach (var (name, values) in metadata.Unparsed)
            unparsed[name] = Json.Array(values);
        return new JsonObject { ["raw"] = raw, ["unparsed"] = unparsed };
    }
}
