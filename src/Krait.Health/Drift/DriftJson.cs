using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Krait.Health.Documents;

namespace Krait.Health.Drift;

/// <summary>Differences as documents for programs.</summary>
public static class DriftJson
{
    /// <summary>Writes an object with all differences.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="entries">The differences.</param>
    /// <param name="against">What was compared with.</param>
    /// <param name="time">When that was done.</param>
    /// <param name="failure">Why a fresh installation would fail; null where it would not.</param>
    public static void Write(
        Utf8JsonWriter writer,
        ImmutableArray<DriftEntry> entries,
        string against,
        DateTimeOffset time,
        string? failure
    )
    {
        writer.WriteStartObject();
        writer.WriteBoolean("drift", !entries.IsEmpty || failure is not null);
        writer.WriteString("against", against);
        writer.WriteString("checked", Moment(time));
        WriteKnown(writer, "fresh_install_fails", failure);
        writer.WriteStartArray("differences");
        foreach (var entry in entries)
            Write(writer, entry);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Writes the differences as SARIF.</summary>
    public static void WriteSarif(
        Utf8JsonWriter writer,
        ImmutableArray<DriftEntry> entries,
        string kraitVersion,
        string? file,
        string? failure
    )
    {
        var findings = entries
            .Select(entry => new SarifFinding("drift-" + entry.Word, "warning", MessageOf(entry), file, 0))
            .ToImmutableArray();
        if (failure is not null)
            findings = findings.Add(new SarifFinding("fresh-install-fails", "error", failure, file, 0));
        SarifJson.Write(
            writer,
            kraitVersion,
            [
                ("drift-changed", "A fresh installation has another version"),
                ("drift-added", "A fresh installation has another package"),
                ("drift-removed", "A fresh installation lacks a package"),
                ("fresh-install-fails", "A fresh installation fails"),
            ],
            findings
        );
    }

    /// <summary>A difference in one sentence.</summary>
    public static string MessageOf(DriftEntry entry)
    {
        var text = entry.Kind switch
        {
            DriftKind.Changed => $"{entry.Name} {entry.Current} is installed; a fresh installation gives {entry.Fresh}",
            DriftKind.Added => $"{entry.Name} is not installed; a fresh installation gives {entry.Fresh}",
            _ => $"{entry.Name} {entry.Current} is installed; a fresh installation does not need it",
        };
        if (entry.Released is { } time)
            text += string.Create(CultureInfo.InvariantCulture, $", released {time.UtcDateTime:yyyy-MM-dd}");
        return entry.IsAllowed switch
        {
            true => text + ", inside the allowed range",
            false => text + ", outside the range that is allowed now",
            null => text,
        };
    }

    private static void Write(Utf8JsonWriter writer, DriftEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteString("name", entry.Name);
        writer.WriteString("kind", entry.Word);
        WriteKnown(writer, "current", entry.Current);
        WriteKnown(writer, "fresh", entry.Fresh);
        WriteKnown(writer, "released", entry.Released is { } released ? Moment(released) : null);
        WriteKnown(writer, "current_released", entry.CurrentReleased is { } earlier ? Moment(earlier) : null);
        if (entry.IsAllowed is { } allowed)
            writer.WriteBoolean("in_allowed_range", allowed);
        writer.WriteStartArray("required_by");
        foreach (var requirer in entry.RequiredBy)
            writer.WriteStringValue(requirer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Moment(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void WriteKnown(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }
}
