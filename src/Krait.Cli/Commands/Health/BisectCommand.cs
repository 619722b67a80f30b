using System.Globalization;
using System.Text.Json;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Health.Bisect;
using Krait.Packaging.Text;

namespace Krait.Cli.Commands.Health;

/// <summary>`krait bisect`: which release, upload or revision of a lock file broke a command.</summary>
internal static class BisectCommand
{
    public static readonly Option Good = new(
        "good",
        OptionKind.Value,
        "Start from this version, date or revision, which is known to work"
    )
    {
        ValueName = "VERSION|DATE|REV",
    };
    public static readonly Option Bad = new(
        "bad",
        OptionKind.Value,
        "Stop at this version, date or revision, which is known to fail"
    )
    {
        ValueName = "VERSION|DATE|REV",
    };
    public static readonly Option Package = new("package", OptionKind.Value, "Search the versions of this package")
    {
        ValueName = "PACKAGE",
    };
    private static readonly Option Verify = new(
        "verify",
        OptionKind.Flag,
        "First check that --good works and --bad fails"
    );
    private static readonly Option TimeLimit = SmokeOptions.TimeLimit with
    {
        Help = "Count a probe as failed after this many seconds",
        Default = "600",
    };
    private static readonly Option Format = HealthOptions.FormatOf("text", "json");

    public static Command Command { get; } =
        new("bisect", "Find the release that broke a command")
        {
            Positional = new Positional("COMMAND", IsRequired: true, IsRepeatable: true),
            Options = () =>
                [
                    Good,
                    Bad,
                    Package,
                    Verify,
                    TimeLimit,
                    Format,
                    HealthOptions.Output,
                    PipOptions.Requirements,
                    .. PipOptions.Sources,
                    .. PipOptions.Freshness,
                    .. IndexOptions.All,
                    .. SelectionOptions.All,
                    .. PipOptions.Binaries,
                    .. PipOptions.Environment,
                    PipOptions.LinkMode,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var (good, bad) = (arguments.Value(Good), arguments.Value(Bad));
        if (good is null || bad is null)
            throw new UsageException("`krait bisect` needs both ends", "Pass `--good` and `--bad`");
        if (arguments.Values(PipOptions.Requirements).Count == 0)
            throw new UsageException("there is nothing to install", "Name the file with the requirements: `-r FILE`");
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        await using var probe = await BisectProbe.OpenAsync(
            context,
            arguments,
            run,
            Limit(arguments),
            cancellationToken
        );
        var row = await BisectRow.ReadAsync(context, arguments, run, probe, good, bad, cancellationToken);
        var search = new Bisection(row.Steps.Length);
        context.Terminal.Say(
            $"Bisecting {row.Steps.Length} {row.Noun} after {row.Good.Label}, up to {row.Steps[^1].Label}: at most {search.Limit} probes"
        );
        if (arguments.IsOn(Verify))
            await VerifyAsync(context, probe, row, cancellationToken);
        var probes = 0;
        while (search.Next() is { } place)
        {
            var verdict = await probe.RunAsync(row.Steps[place], cancellationToken);
            search.Take(place, verdict.Verdict);
            probes++;
            Report(context, probes, row.Steps[place], verdict);
        }

        run.Display.Stop();
        var culprit = await row.DescribeAsync(search, cancellationToken);
        HealthOutput.Write(
            context,
            arguments,
            arguments.Value(Format) is "json"
                ? JsonText.Of(writer => WriteJson(writer, culprit, probes), isIndented: true)
                : culprit.ToText(probes)
        );
        return ExitCodes.Done;
    }

    private static TimeSpan Limit(ParsedArguments arguments)
    {
        if (arguments.Value(TimeLimit) is not { } text)
            return TimeSpan.FromMinutes(10);
        return
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException($"`--time-limit` needs a positive number, but `{text}` was given");
    }

    private static async Task VerifyAsync(
        KraitContext context,
        BisectProbe probe,
        BisectRow row,
        CancellationToken cancellationToken
    )
    {
        var good = await probe.RunAsync(row.Good, cancellationToken);
        Report(context, 0, row.Good, good);
        if (good.Verdict != BisectVerdict.Good)
            throw Wrong($"the command does not work with {row.Good.Label}, which you gave as good", good);
        var bad = await probe.RunAsync(row.Steps[^1], cancellationToken);
        Report(context, 0, row.Steps[^1], bad);
        if (bad.Verdict != BisectVerdict.Bad)
            throw Wrong($"the command does not fail with {row.Steps[^1].Label}, which you gave as bad", bad);
    }

    private static KraitException Wrong(string message, ProbeResult result) =>
        new(
            new Diagnostic("wrong-end", message)
            {
                Notes = result.LastLine is { } line ? [line] : [],
                Hints = ["Choose other ends, or check the command by hand"],
            }
        );

    private static void Report(KraitContext context, int number, BisectStep step, ProbeResult result)
    {
        var word = result.Verdict switch
        {
            BisectVerdict.Good => "good",
            BisectVerdict.Bad => "bad",
            _ => "cannot be judged",
        };
        var prefix = number == 0 ? "check" : string.Create(CultureInfo.InvariantCulture, $"probe {number}");
        var line = result is { Verdict: not BisectVerdict.Good, LastLine: { } last } ? $": {last}" : "";
        context.Terminal.Say(
            string.Create(CultureInfo.InvariantCulture, $"{prefix}: {step.Label} {word} ({result.Seconds:0.0} s){line}")
        );
    }

    private static void WriteJson(Utf8JsonWriter writer, BisectCulprit culprit, int probes)
    {
        writer.WriteStartObject();
        writer.WriteString("first_bad", culprit.Release);
        writer.WriteString("last_good", culprit.LastGood);
        writer.WriteNumber("probes", probes);
        if (culprit.Package is not null)
            writer.WriteString("package", culprit.Package);
        if (culprit.Version is not null)
            writer.WriteString("version", culprit.Version);
        if (culprit.Released is { } time)
        {
            writer.WriteString(
                "released",
                time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            );
        }

        if (culprit.Constraint is not null)
            writer.WriteString("constraint", culprit.Constraint);
        writer.WriteStartArray("changes");
        foreach (var change in culprit.Changes)
            writer.WriteStringValue(change);
        writer.WriteEndArray();
        writer.WriteStartArray("not_judged");
        foreach (var unknown in culprit.NotJudged)
            writer.WriteStringValue(unknown);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
