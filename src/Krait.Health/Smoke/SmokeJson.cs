using System.Text.Json;

namespace Krait.Health.Smoke;

/// <summary>A smoke report as JSON for programs.</summary>
public static class SmokeJson
{
    /// <summary>Writes a report as one object.</summary>
    public static void Write(Utf8JsonWriter writer, SmokeReport report)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("passed", report.IsPassed);
        writer.WriteNumber("seconds", Math.Round(report.Elapsed.TotalSeconds, 3));
        writer.WriteStartArray("results");
        foreach (var result in report.Results)
            Write(writer, result);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SmokeResult result)
    {
        writer.WriteStartObject();
        writer.WriteString("name", result.Name);
        if (result.Version is not null)
            writer.WriteString("version", result.Version);
        writer.WriteString("outcome", result.IsPassed ? (result.Probes == 0 ? "skipped" : "passed") : "failed");
        writer.WriteNumber("seconds", Math.Round(result.Seconds, 3));
        writer.WriteNumber("checks", result.Probes);
        writer.WriteStartArray("failures");
        foreach (var failure in result.Failures)
        {
            writer.WriteStartObject();
            writer.WriteString("check", failure.Probe.ToString());
            writer.WriteString("kind", failure.Word);
            writer.WriteString("message", failure.Message);
            if (failure.Place is not null)
                writer.WriteString("place", failure.Place);
            if (failure.Output is not null)
                writer.WriteString("output", failure.Output);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("skipped");
        foreach (var skipped in result.Skipped)
            writer.WriteStringValue(skipped);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
