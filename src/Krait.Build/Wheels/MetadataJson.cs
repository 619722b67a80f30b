using System.Text.Json;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Versions;

namespace Krait.Build.Wheels;

/// <summary>Core metadata as JSON, as far as a resolver asks for it: read back without parsing a METADATA file.</summary>
internal static class MetadataJson
{
    /// <summary>Writes the fields into an object that is open.</summary>
    public static void Write(Utf8JsonWriter json, CoreMetadata metadata)
    {
        json.WriteString("name", metadata.Name.Value);
        json.WriteString("version", metadata.Version.ToString());
        if (metadata.RequiresPython is { } python)
            json.WriteString("requires_python", python.ToString());
        json.WriteStartArray("requires_dist");
        foreach (var requirement in metadata.RequiresDist)
            json.WriteStringValue(requirement.ToString());
        json.WriteEndArray();
        json.WriteStartArray("provides_extra");
        foreach (var extra in metadata.ProvidesExtra)
            json.WriteStringValue(extra.Value);
        json.WriteEndArray();
    }

    /// <summary>Reads the fields; null when one is missing or malformed.</summary>
    public static CoreMetadata? TryRead(JsonElement json)
    {
        if (!PackageName.TryParse(Text(json, "name"), out var name, out _))
            return null;
        if (!Version.TryParse(Text(json, "version") ?? "", out var version, out _))
            return null;
        SpecifierSet? python = null;
        if (Text(json, "requires_python") is { } stated && !SpecifierSet.TryParse(stated, out python, out _))
            return null;
        var requirements = new List<Requirement>();
        foreach (var item in json.GetProperty("requires_dist").EnumerateArray())
        {
            if (!Requirement.TryParse(item.GetString() ?? "", out var requirement, out _))
                return null;
            requirements.Add(requirement);
        }

        var extras = new List<ExtraName>();
        foreach (var item in json.GetProperty("provides_extra").EnumerateArray())
        {
            if (!ExtraName.TryParse(item.GetString() ?? "", out var extra, out _))
                return null;
            extras.Add(extra);
        }

        return CoreMetadata.Create(name, version, python, requirements, extras);
    }

    private static string? Text(JsonElement json, string key) =>
        json.TryGetProperty(key, out var value) ? value.GetString() : null;
}
