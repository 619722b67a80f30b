using System.Collections.Immutable;
using System.Text.Json;

namespace Krait.Health.Inventories;

/// <summary>An inventory as JSON for programs.</summary>
public static class InventoryJson
{
    /// <summary>Writes an inventory as one object.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="inventory">The inventory.</param>
    /// <param name="kraitVersion">The version of Krait that made it.</param>
    public static void Write(Utf8JsonWriter writer, EnvironmentInventory inventory, string kraitVersion)
    {
        writer.WriteStartObject();
        writer.WriteString("krait", kraitVersion);
        writer.WriteStartObject("environment");
        writer.WriteString("path", inventory.Root);
        WriteKnown(writer, "created_by", inventory.Creator);
        writer.WriteString("python", inventory.Executable);
        writer.WriteString("python_version", inventory.PythonVersion);
        writer.WriteString("implementation", inventory.Implementation);
        writer.WriteString("platform", inventory.Platform);
        writer.WriteStartObject("markers");
        foreach (var (name, value) in inventory.Markers)
            writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteStartArray("packages");
        foreach (var package in inventory.Packages)
            WritePackage(writer, package);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WritePackage(Utf8JsonWriter writer, InventoryEntry package)
    {
        writer.WriteStartObject();
        writer.WriteString("name", package.DisplayName);
        writer.WriteString("version", package.Version);
        writer.WriteString("purl", package.PackageUrl);
        writer.WriteString("location", package.Location);
        WriteKnown(writer, "installer", package.Installer);
        writer.WriteBoolean("requested", package.IsRequested);
        WriteKnown(writer, "editable_project_location", package.EditableLocation);
        WriteKnown(writer, "source_url", package.SourceUrl);
        WriteKnown(writer, "commit", package.Commit);
        WriteKnown(writer, "license", package.LicenseExpression ?? package.LicenseName);
        WriteKnown(writer, "problem", package.Problem);
        WriteNames(writer, "requires", [.. package.Requires.Select(one => one.Name)]);
        WriteNames(writer, "missing", package.Missing);
        WriteNames(writer, "required_by", package.RequiredBy);
        writer.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter writer, string key, ImmutableArray<string> names)
    {
        writer.WriteStartArray(key);
        foreach (var name in names)
            writer.WriteStringValue(name);
        writer.WriteEndArray();
    }

    private static void WriteKnown(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }
}
