using System.Text.Json;
using Krait.Health.Documents;

namespace Krait.Health.Doctor;

/// <summary>A report as SARIF.</summary>
public static class DoctorSarif
{
    /// <summary>Writes a report.</summary>
    public static void Write(Utf8JsonWriter writer, DoctorReport report, string kraitVersion) =>
        SarifJson.Write(
            writer,
            kraitVersion,
            report
                .Damages.Select(damage => damage.Code)
                .Distinct(StringComparer.Ordinal)
                .Select(code => (code, code.Replace('-', ' '))),
            [
                .. report.Damages.Select(damage => new SarifFinding(
                    damage.Code,
                    damage.Severity.ToString().ToLowerInvariant(),
                    damage.Package is null ? damage.Message : $"{damage.Package}: {damage.Message}",
                    damage.Path is { } path && path.StartsWith(report.Root + "/", StringComparison.Ordinal)
                        ? Path.GetRelativePath(report.Root, path)
                        : null,
                    0
                )),
            ]
        );
}
