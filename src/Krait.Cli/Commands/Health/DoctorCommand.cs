using System.Collections.Immutable;
using System.Globalization;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Health.Doctor;
using Krait.Health.Pages;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Health;

/// <summary>`krait doctor`: what is wrong with an environment, and putting it right.</summary>
internal static class DoctorCommand
{
    private static readonly Option Format = HealthOptions.FormatOf("text", "json", "sarif");
    private static readonly Option Repair = new(
        "repair",
        OptionKind.Flag,
        "Put right what can be put right, from the cache where possible"
    );

    public static Command Command { get; } =
        new("doctor", "Find out what is wrong with an environment, and repair it")
        {
            Options = () =>
                [
                    Repair,
                    Format,
                    HealthOptions.Output,
                    HealthOptions.Html,
                    .. PipOptions.Environment,
                    .. PipOptions.Freshness,
                    .. IndexOptions.All,
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
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var (report, environment) = await ExamineAsync(context, arguments, run, cancellationToken);
        ImmutableArray<Damage> repaired = [];
        if (arguments.IsOn(Repair) && report.Damages.Any(damage => damage.Repair != DamageRepair.None))
        {
            var before = report.Damages;
            await new DoctorRepair(context, arguments, run).RunAsync(report, environment, cancellationToken);
            (report, environment) = await ExamineAsync(context, arguments, run, cancellationToken);
            var left = report.Damages.Select(KeyOf).ToHashSet();
            repaired = [.. before.Where(damage => !left.Contains(KeyOf(damage)))];
        }

        run.Display.Stop();
        if (arguments.Value(HealthOptions.Html) is { } page)
        {
            HealthOutput.WriteFile(
                context,
                page,
                HealthPages.Of(report, environment is null ? null : GraphOf(environment), ControlNames.Of)
            );
        }

        HealthOutput.Write(context, arguments, Text(arguments, report, repaired));
        return report.IsHealthy ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static InstalledGraph GraphOf(PythonEnvironment environment) =>
        InstalledGraph.Read(InstalledDistributions.Read(environment).WithPartial(), environment.Interpreter.Markers);

    private static (string Code, string? Path, string? Package) KeyOf(Damage damage) =>
        (damage.Code, damage.Path, damage.Package);

    /// <summary>Examines the environment; one whose interpreter does not work, as far as that goes.</summary>
    private static async Task<(DoctorReport Report, PythonEnvironment? Environment)> ExamineAsync(
        KraitContext context,
        ParsedArguments arguments,
        CommandRun run,
        CancellationToken cancellationToken
    )
    {
        var named = NamedRoot(context, arguments);
        try
        {
            if (named is not null && !VenvConfiguration.IsIn(named) && EnvironmentExamination.LooksLikeOne(named))
                return (Examination.RunWithoutInterpreter(named, "it is in no environment"), null);
            var environment = await run.FindEnvironmentAsync(cancellationToken);
            return (Examination.Run(environment, cancellationToken), environment);
        }
        catch (KraitException failure) when (named is not null && EnvironmentExamination.LooksLikeOne(named))
        {
            return (Examination.RunWithoutInterpreter(named, failure.Diagnostic.Message), null);
        }
    }

    /// <summary>The folder of the environment that is meant, whatever state it is in; null where it is none that is named.</summary>
    private static string? NamedRoot(KraitContext context, ParsedArguments arguments)
    {
        var text =
            arguments.Value(PipOptions.Python)
            ?? context.Variables.GetValueOrDefault("VIRTUAL_ENV")
            ?? Path.Join(context.WorkingFolder, ".venv");
        if (text.Length == 0)
            return null;
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(text, context.WorkingFolder));
        if (FolderTree.IsFolder(path))
            return path;
        return Path.GetDirectoryName(Path.GetDirectoryName(path)) is { } root && FolderTree.IsFolder(root)
            ? root
            : null;
    }

    private static string Text(ParsedArguments arguments, DoctorReport report, ImmutableArray<Damage> repaired) =>
        arguments.Value(Format) switch
        {
            "json" => JsonText.Of(
                writer => DoctorJson.Write(writer, report, repaired, ControlNames.Of),
                isIndented: true
            ),
            "sarif" => JsonText.Of(
                writer => DoctorSarif.Write(writer, report, ProductVersion.Number),
                isIndented: true
            ),
            _ => Text(report, repaired),
        };

    private static string Text(DoctorReport report, ImmutableArray<Damage> repaired)
    {
        var text = new System.Text.StringBuilder();
        foreach (var damage in repaired)
            text.Append(CultureInfo.InvariantCulture, $"repaired {damage.Code}: {Subject(damage)}{damage.Message}\n");
        foreach (var damage in report.Damages)
        {
            var word = damage.Severity.ToString().ToLowerInvariant();
            text.Append(CultureInfo.InvariantCulture, $"{word} {damage.Code}: {Subject(damage)}{damage.Message}\n");
            if (damage.Hint is { } hint)
                text.Append(CultureInfo.InvariantCulture, $"    {ControlNames.Of(hint)}\n");
        }

        var problems = report.Damages.Count(damage => damage.Severity != DamageSeverity.Note);
        var repairable = report.Damages.Count(damage =>
            damage.Severity != DamageSeverity.Note && damage.Repair != DamageRepair.None
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"Examined {report.Packages} packages and {report.Files} files in {report.Root}: "
        );
        text.Append(
            problems == 0 ? "no problems" : string.Create(CultureInfo.InvariantCulture, $"{problems} problems")
        );
        if (!repaired.IsEmpty)
            text.Append(CultureInfo.InvariantCulture, $", {repaired.Length} repaired");
        text.Append('\n');
        if (repairable > 0 && repaired.IsEmpty)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{repairable} of them can be repaired with `krait doctor --repair`\n"
            );
        }

        return text.ToString();
    }

    private static string Subject(Damage damage) => damage.Package is { } package ? $"{package}: " : "";
}
