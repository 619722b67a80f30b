using System.Collections.Immutable;
using System.Globalization;
using Krait.Health.Doctor;
using Krait.Health.Drift;
using Krait.Health.Smoke;
using Krait.Packaging.Text;
using Krait.Projects.Inspection;

namespace Krait.Health.Pages;

/// <summary>The reports on the health of environments as web pages.</summary>
public static class HealthPages
{
    /// <summary>The page of a smoke check.</summary>
    public static string Of(SmokeReport report, string environment, InstalledGraph graph)
    {
        var failed = report.Failed.Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        var failures = report.Failed.SelectMany(one =>
            one.Failures.Select(failure => new HtmlRow(
                HtmlTone.Bad,
                Name(one),
                failure.Probe.ToString(),
                failure.Word,
                failure.Message,
                failure.Place ?? ""
            ))
        );
        var all = report
            .Results.OrderByDescending(one => one.Seconds)
            .Select(one => new HtmlRow(
                one.IsPassed ? HtmlTone.Good : HtmlTone.Bad,
                Name(one),
                one.IsPassed ? "passed" : "failed",
                Number(one.Probes),
                Seconds(one.Seconds),
                string.Join("; ", one.Skipped)
            ));
        return HtmlPage.Of(
            "Smoke check",
            report.IsPassed
                ? ("Everything works", HtmlTone.Good)
                : ($"{failed.Count} of {report.Results.Length} do not work", HtmlTone.Bad),
            [
                ("Environment", environment),
                ("Checked", Number(report.Results.Length)),
                ("Time", Seconds(report.Elapsed.TotalSeconds)),
            ],
            [
                new HtmlTable("Failures", ["Package", "Check", "Kind", "Message", "Place"], [.. failures]),
                new HtmlTable("Results", ["Package", "Outcome", "Checks", "Time", "Left out"], [.. all]),
            ],
            new DependencyPicture(graph, package => failed.Contains(package.Name.Value) ? HtmlTone.Bad : HtmlTone.Plain)
        );
    }

    /// <summary>The page of an examination.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="graph">Who requires whom; null where that cannot be read.</param>
    /// <param name="say">Puts a remedy into the words of the front end.</param>
    public static string Of(DoctorReport report, InstalledGraph? graph, Func<Remedy, string?> say)
    {
        var tones = report
            .Damages.Where(damage => damage.Package is not null && damage.Severity != DamageSeverity.Note)
            .GroupBy(damage => damage.Package!, StringComparer.Ordinal) // not null, as asked
            .ToDictionary(
                same => same.Key,
                same => same.Any(one => one.Severity == DamageSeverity.Error) ? HtmlTone.Bad : HtmlTone.Odd,
                StringComparer.Ordinal
            );
        var rows = report.Damages.Select(damage => new HtmlRow(
            ToneOf(damage.Severity),
            damage.Code,
            damage.Package ?? "",
            damage.Message,
            RemedyOf(damage) is { } remedy ? say(remedy) ?? "" : ""
        ));
        var problems = report.Damages.Count(damage => damage.Severity != DamageSeverity.Note);
        return HtmlPage.Of(
            "Examination of an environment",
            report.IsHealthy ? ("Nothing is wrong", HtmlTone.Good) : ($"{problems} problems", HtmlTone.Bad),
            [("Environment", report.Root), ("Packages", Number(report.Packages)), ("Files", Number(report.Files))],
            [new HtmlTable("Findings", ["Kind", "Package", "What is wrong", "What to do"], [.. rows])],
            graph is null ? null : new DependencyPicture(graph, package => tones.GetValueOrDefault(package.Name.Value))
        );
    }

    private static Remedy? RemedyOf(Damage damage) =>
        damage.Repair == DamageRepair.None ? damage.Hint : $"{Control.RepairEnvironment}";

    /// <summary>The page of a comparison with a fresh installation.</summary>
    public static string Of(
        ImmutableArray<DriftEntry> entries,
        string? failure,
        string environment,
        string against,
        InstalledGraph graph
    )
    {
        var changed = entries.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        var rows = entries.Select(entry => new HtmlRow(
            entry.IsAllowed is false ? HtmlTone.Bad : HtmlTone.Odd,
            entry.Name,
            entry.Current ?? "(not installed)",
            entry.Fresh ?? "(not needed)",
            entry.Released?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
            entry.IsAllowed switch
            {
                true => "inside",
                false => "outside",
                null => "",
            },
            string.Join("; ", entry.RequiredBy)
        ));
        return HtmlPage.Of(
            "Drift",
            failure is not null ? ("A fresh installation fails", HtmlTone.Bad)
                : entries.IsEmpty ? ("No drift", HtmlTone.Good)
                : ($"{entries.Length} packages differ", HtmlTone.Odd),
            [
                ("Environment", environment),
                ("Compared with", against),
                .. failure is null ? Array.Empty<(string, string)>() : [("Failure", failure)],
            ],
            [
                new HtmlTable(
                    "Differences",
                    ["Package", "Installed", "Fresh", "Released", "Allowed range", "Required by"],
                    [.. rows]
                ),
            ],
            new DependencyPicture(
                graph,
                package => changed.Contains(package.Name.Value) ? HtmlTone.Odd : HtmlTone.Plain
            )
        );
    }

    /// <summary>The page of what is installed.</summary>
    public static string Of(InstalledGraph graph, string environment) =>
        HtmlPage.Of(
            "Packages of an environment",
            ($"{graph.Packages.Length} packages", HtmlTone.Plain),
            [("Environment", environment)],
            [
                new HtmlTable(
                    "Packages",
                    ["Package", "Version", "Requires", "Required by"],
                    [
                        .. graph.Packages.Select(package => new HtmlRow(
                            package.Requirements.Any(edge => edge.Target is null) ? HtmlTone.Bad : HtmlTone.Plain,
                            package.DisplayName,
                            package.VersionText,
                            string.Join(
                                ", ",
                                package
                                    .Requirements.Select(edge =>
                                        edge.Target is null
                                            ? $"{edge.Requirement.Name} (missing)"
                                            : edge.Requirement.Name.Value
                                    )
                                    .Distinct(StringComparer.Ordinal)
                            ),
                            string.Join(", ", package.RequiredBy.Select(other => other.Name.Value))
                        )),
                    ]
                ),
            ],
            new DependencyPicture(
                graph,
                package => package.Requirements.Any(edge => edge.Target is null) ? HtmlTone.Bad : HtmlTone.Plain
            )
        );

    private static HtmlTone ToneOf(DamageSeverity severity) =>
        severity switch
        {
            DamageSeverity.Error => HtmlTone.Bad,
            DamageSeverity.Warning => HtmlTone.Odd,
            _ => HtmlTone.Plain,
        };

    private static string Name(SmokeResult result) =>
        result.Version is null ? result.Name : $"{result.Name} {result.Version}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(double seconds) => seconds.ToString("0.00 s", CultureInfo.InvariantCulture);
}
