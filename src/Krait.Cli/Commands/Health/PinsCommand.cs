using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Health.Documents;
using Krait.Health.Pins;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Projects.Operations;
using Krait.Resolver.Reporting;

namespace Krait.Cli.Commands.Health;

/// <summary>`krait pins`: what is not pinned.</summary>
internal static class PinsCommand
{
    private static readonly Option Format = HealthOptions.FormatOf("text", "json", "sarif");

    public static Command Command { get; } =
        new("pins", "List requirements that are not pinned, and pins without a hash")
        {
            Positional = new Positional("FILE", IsRequired: false, IsRepeatable: true),
            Options = () =>
                [
                    HealthOptions.Strict,
                    Format,
                    HealthOptions.Output,
                    .. PipOptions.Sources,
                    .. PipOptions.Freshness,
                    .. IndexOptions.All,
                    .. SelectionOptions.All,
                    .. PipOptions.Binaries,
                    .. PipOptions.Environment,
                    .. PipOptions.Machine,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var files = ProjectFilesOf.Command(context, arguments);
        var inputs = await run.ReadInputsAsync(ResolveArguments.Sources(arguments, [], files), cancellationToken);
        var today = await TodayAsync(context, arguments, run, inputs, cancellationToken);
        run.Display.Stop();
        var findings = PinCheck.Run(inputs, today);
        var text = arguments.Value(Format) switch
        {
            "json" => JsonText.Of(writer => WriteJson(writer, findings), isIndented: true),
            "sarif" => JsonText.Of(
                writer => SarifJson.Write(writer, ProductVersion.Number, Rules, [.. findings.Select(ToSarif)]),
                isIndented: true
            ),
            _ => Text(findings, inputs.Roots.Length),
        };
        HealthOutput.Write(context, arguments, text);
        return arguments.IsOn(HealthOptions.Strict) && !findings.IsEmpty ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static IEnumerable<(string Id, string Description)> Rules =>
        [
            ("unpinned", "A requirement allows more than one version"),
            ("no-hash", "A pin has no hash"),
            ("unlisted", "A dependency is pinned nowhere"),
        ];

    /// <summary>What the files stand for now; where that cannot be found out, the findings are listed without it.</summary>
    private static async Task<Resolution?> TodayAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        RequirementSet inputs,
        CancellationToken cancellationToken
    )
    {
        if (inputs.Roots.IsEmpty)
            return null;
        try
        {
            var interpreter = await TodayPython.FindAsync(context, arguments, run.Cache, cancellationToken);
            var target = TargetArguments.Create(context, arguments, interpreter);
            var indexes = await IndexArguments.CreateAsync(
                context,
                arguments,
                inputs,
                target.Markers,
                cancellationToken
            );
            var options = ResolveArguments.Options(context, arguments, inputs) with
            {
                RequiresHashes = false,
                OneHashDemandsAll = false,
                ChecksHashes = false,
            };
            var request = new SolveRequest(inputs, target) { Resolve = options };
            var bench = run.Bench(indexes, interpreter, request);
            var outcome = await new SolveOperation(bench).RunAsync(request, cancellationToken);
            if (outcome is SolveOutcome.Solved solved)
                return solved.Resolution;
            var failed = ((SolveOutcome.NoSolution)outcome).Explanation.Diagnostic;
            DiagnosticRenderer.WriteWarning(context.Terminal, Unknown(failed));
        }
        catch (KraitException failure)
        {
            DiagnosticRenderer.WriteWarning(context.Terminal, Unknown(failure.Diagnostic));
        }

        return null;
    }

    private static Diagnostic Unknown(Diagnostic cause) =>
        new("today-unknown", "could not find out which versions would be installed today") { Cause = cause };

    private static string Text(ImmutableArray<PinFinding> findings, int requirements)
    {
        var text = new System.Text.StringBuilder();
        foreach (var finding in findings)
        {
            text.Append(PlaceOf(finding))
                .Append(
                    finding.Kind switch
                    {
                        PinFindingKind.Unpinned => $"`{finding.Requirement}` is not pinned",
                        PinFindingKind.NoHash => $"`{finding.Requirement}` has no hash",
                        _ =>
                            $"`{finding.Requirement}` ({finding.RequiredBy ?? "a dependency"} needs it) is pinned nowhere",
                    }
                );
            if (finding.Today is { } today)
            {
                text.Append(CultureInfo.InvariantCulture, $"; today it is {today}");
                if (finding.Released is { } time)
                    text.Append(CultureInfo.InvariantCulture, $", released {time:yyyy-MM-dd}");
            }

            text.Append('\n');
        }

        var loose = findings.Count(one => one.Kind != PinFindingKind.NoHash);
        var bare = findings.Length - loose;
        text.Append(
            findings.IsEmpty
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"All {requirements} requirements are pinned with hashes\n"
                )
                : string.Create(CultureInfo.InvariantCulture, $"{loose} not pinned, {bare} without a hash\n")
        );
        return text.ToString();
    }

    private static string PlaceOf(PinFinding finding) =>
        finding.Origin switch
        {
            RequirementOrigin.InFile { Line: > 0 } line => string.Create(
                CultureInfo.InvariantCulture,
                $"{line.File}:{line.Line}: "
            ),
            { } other => $"{other}: ",
            null => "",
        };

    private static SarifFinding ToSarif(PinFinding finding) =>
        new(
            finding.Word,
            finding.Kind == PinFindingKind.NoHash ? "note" : "warning",
            finding.Kind == PinFindingKind.NoHash
                ? $"{finding.Requirement} has no hash"
                : $"{finding.Requirement} is not pinned{(finding.Today is null ? "" : $"; today it is {finding.Today}")}",
            finding.Origin?.File,
            (finding.Origin as RequirementOrigin.InFile)?.Line ?? 0
        );

    private static void WriteJson(Utf8JsonWriter writer, ImmutableArray<PinFinding> findings)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("pinned", findings.IsEmpty);
        writer.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", finding.Word);
            writer.WriteString("name", finding.Name);
            writer.WriteString("requirement", finding.Requirement);
            if (finding.Origin is { } origin)
                writer.WriteString("file", origin.File);
            if (finding.Origin is RequirementOrigin.InFile { Line: > 0 } line)
                writer.WriteNumber("line", line.Line);
            if (finding.RequiredBy is not null)
                writer.WriteString("required_by", finding.RequiredBy);
            if (finding.Today is not null)
                writer.WriteString("today", finding.Today);
            if (finding.Released is { } time)
            {
                writer.WriteString(
                    "released",
                    time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
                );
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
