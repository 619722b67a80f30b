using System.Text.Json;
using Krait.Packaging.Text;

namespace Krait.Health.Doctor;

/// <summary>A report as JSON for programs.</summary>
public static class DoctorJson
{
    /// <summary>Writes a report as one object.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="report">The report.</param>
    /// <param name="repaired">What was put right before the report was made.</param>
    /// <param name="say">Puts a remedy into the words of the front end.</param>
    public static void Write(
        Utf8JsonWriter writer,
        DoctorReport report,
        IReadOnlyCollection<Damage> repaired,
        Func<Remedy, string?> say
    )
    {
        writer.WriteStartObject();
        writer.WriteBoolean("healthy", report.IsHealthy);
        writer.WriteString("environment", report.Root);
        writer.WriteNumber("packages", report.Packages);
        writer.WriteNumber("files", report.Files);
        Write(writer, "problems", report.Damages, say);
        Write(writer, "repaired", repaired, say);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string key, IEnumerable<Damage> damages, Func<Remedy, string?> say)
    {
        writer.WriteStartArray(key);
        foreach (var damage in damages)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", damage.Code);
            writer.WriteString("severity", damage.Severity.ToString().ToLowerInvariant());
            writer.WriteString("message", damage.Message);
            WriteKnown(writer, "package", damage.Package);
            WriteKnown(writer, "path", damage.Path);
            writer.WriteBoolean("repairable", damage.Repair != DamageRepair.None);
            WriteKnown(writer, "hint", damage.Hint is { } hint ? say(hint) : null);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteKnown(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }
}
