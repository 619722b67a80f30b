using System.Text;
using System.Text.Json;
using Krait.Packaging.Text;

namespace Krait.Health.Inventories;

/// <summary>An inventory as a software bill of materials (CycloneDX 1.5, JSON). Equal inventories give equal text but for the time.</summary>
public static class CycloneDxJson
{
    /// <summary>Writes an inventory.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="inventory">The inventory.</param>
    /// <param name="kraitVersion">The version of Krait that made it.</param>
    /// <param name="time">When it was made.</param>
    public static void Write(
        Utf8JsonWriter writer,
        EnvironmentInventory inventory,
        string kraitVersion,
        DateTimeOffset time
    )
    {
        writer.WriteStartObject();
        writer.WriteString("$schema", "http://cyclonedx.org/schema/bom-1.5.schema.json");
        writer.WriteString("bomFormat", "CycloneDX");
        writer.WriteString("specVersion", "1.5");
        writer.WriteString("serialNumber", $"urn:uuid:{SerialOf(inventory)}");
        writer.WriteNumber("version", 1);
        WriteMetadata(writer, inventory, kraitVersion, time);
        writer.WriteStartArray("components");
        foreach (var package in Distinct(inventory))
            WriteComponent(writer, package);
        writer.WriteEndArray();
        writer.WriteStartArray("dependencies");
        WriteDependencies(
            writer,
            "environment",
            inventory.Packages.Where(one => one.RequiredBy.IsEmpty).Select(one => one.PackageUrl)
        );
        var urls = inventory.Packages.ToLookup(one => one.Name, one => one.PackageUrl, StringComparer.Ordinal);
        foreach (var package in Distinct(inventory))
            WriteDependencies(writer, package.PackageUrl, package.Requires.SelectMany(one => urls[one.Name].Take(1)));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static IEnumerable<InventoryEntry> Distinct(EnvironmentInventory inventory) =>
        inventory.Packages.DistinctBy(package => package.PackageUrl, StringComparer.Ordinal);

    private static void WriteMetadata(
        Utf8JsonWriter writer,
        EnvironmentInventory inventory,
        string kraitVersion,
        DateTimeOffset time
    )
    {
        writer.WriteStartObject("metadata");
        writer.WriteString(
            "timestamp",
            time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)
        );
        writer.WriteStartObject("tools");
        writer.WriteStartArray("components");
        writer.WriteStartObject();
        writer.WriteString("type", "application");
        writer.WriteString("name", "krait");
        writer.WriteString("version", kraitVersion);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartObject("component");
        writer.WriteString("type", "application");
        writer.WriteString("bom-ref", "environment");
        writer.WriteString("name", Path.GetFileName(inventory.Root) is { Length: > 0 } name ? name : "environment");
        writer.WriteEndObject();
        writer.WriteStartArray("properties");
        WriteProperty(writer, "krait:environment", inventory.Root);
        WriteProperty(writer, "krait:python", inventory.Executable);
        WriteProperty(writer, "krait:python-version", inventory.PythonVersion);
        WriteProperty(writer, "krait:implementation", inventory.Implementation);
        WriteProperty(writer, "krait:platform", inventory.Platform);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteComponent(Utf8JsonWriter writer, InventoryEntry package)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "library");
        writer.WriteString("bom-ref", package.PackageUrl);
        writer.WriteString("name", package.DisplayName);
        writer.WriteString("version", package.Version);
        if (package.Summary is { Length: > 0 } summary)
            writer.WriteString("description", summary);
        writer.WriteString("scope", "required");
        WriteLicense(writer, package);
        writer.WriteString("purl", package.PackageUrl);
        WriteReferences(writer, package);
        if (package.Installer is { } installer)
        {
            writer.WriteStartArray("properties");
            WriteProperty(writer, "krait:installer", installer);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteLicense(Utf8JsonWriter writer, InventoryEntry package)
    {
        if ((package.LicenseExpression ?? package.LicenseName) is not { Length: > 0 } license)
            return;
        writer.WriteStartArray("licenses");
        writer.WriteStartObject();
        if (package.LicenseExpression is not null)
        {
            writer.WriteString("expression", license);
        }
        else
        {
            writer.WriteStartObject("license");
            writer.WriteString("name", license);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteReferences(Utf8JsonWriter writer, InventoryEntry package)
    {
        var references = new List<(string Type, string Url)>();
        if (package.HomePage is { } page && Uri.IsWellFormedUriString(page, UriKind.Absolute))
            references.Add(("website", page));
        if (package.SourceUrl is { } source)
            references.Add((package.Commit is null ? "distribution" : "vcs", source));
        if (references.Count == 0)
            return;
        writer.WriteStartArray("externalReferences");
        foreach (var (type, url) in references)
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteString("url", url);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteDependencies(Utf8JsonWriter writer, string reference, IEnumerable<string> on)
    {
        writer.WriteStartObject();
        writer.WriteString("ref", reference);
        writer.WriteStartArray("dependsOn");
        foreach (var other in on.Distinct(StringComparer.Ordinal))
            writer.WriteStringValue(other);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter writer, string name, string value)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteString("value", value);
        writer.WriteEndObject();
    }

    private static Guid SerialOf(EnvironmentInventory inventory)
    {
        var text = new StringBuilder(inventory.Root).Append('\n').Append(inventory.PythonVersion);
        foreach (var package in inventory.Packages)
            text.Append('\n').Append(package.PackageUrl);
        return ContentUuid.Of(text.ToString());
    }
}
