using System.Collections.Immutable;
using System.Text.Json;

namespace Krait.Health.Documents;

/// <summary>Findings in the format in which code hosts take the results of analyses (SARIF 2.1.0).</summary>
public static class SarifJson
{
    /// <summary>Writes a log with one run.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="kraitVersion">The version of Krait.</param>
    /// <param name="rules">What kinds of findings there are: identifier and description.</param>
    /// <param name="findings">The findings.</param>
    public static void Write(
        Utf8JsonWriter writer,
        string kraitVersion,
        IEnumerable<(string Id, string Description)> rules,
        ImmutableArray<SarifFinding> findings
    )
    {
        writer.WriteStartObject();
        writer.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        writer.WriteString("version", "2.1.0");
        writer.WriteStartArray("runs");
        writer.WriteStartObject();
        writer.WriteStartObject("tool");
        writer.WriteStartObject("driver");
        writer.WriteString("name", "krait");
        writer.WriteString("version", kraitVersion);
        writer.WriteStartArray("rules");
        foreach (var (id, description) in rules)
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteStartObject("shortDescription");
            writer.WriteString("text", description);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteStartArray("results");
        foreach (var finding in findings)
            Write(writer, finding);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SarifFinding finding)
    {
        writer.WriteStartObject();
        writer.WriteString("ruleId", finding.Rule);
        writer.WriteString("level", finding.Level);
        writer.WriteStartObject("message");
        writer.WriteString("text", finding.Message);
        writer.WriteEndObject();
        if (finding.File is { } file)
        {
            writer.WriteStartArray("locations");
            writer.WriteStartObject();
            writer.WriteStartObject("physicalLocation");
            writer.WriteStartObject("artifactLocation");
            writer.WriteString(
                "uri",
                string.Join('/', file.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString))
            );
            writer.WriteEndObject();
            if (finding.Line > 0)
            {
                writer.WriteStartObject("region");
                writer.WriteNumber("startLine", finding.Line);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}

/// <summary>One finding.</summary>
/// <param name="Rule">The identifier of its kind.</param>
/// <param name="Level">`error`, `warning` or `note`.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="File">The file that it is in, relative to the working directory; null where it is in none.</param>
/// <param name="Line">The line; 0 where only the file is known.</param>
public sealed record SarifFinding(string Rule, string Level, string Message, string? File, int Line);
