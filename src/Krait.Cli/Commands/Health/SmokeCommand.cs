using System.Collections.Immutable;
using System.Globalization;
using Krait.Cli.Commands.Pip;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Health.Documents;
using Krait.Health.Pages;
using Krait.Health.Smoke;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Health;

/// <summary>`krait smoke`: whether what is installed can be imported and started.</summary>
internal static class SmokeCommand
{
    private static readonly Option Format = HealthOptions.FormatOf("text", "json", "junit");

    public static Command Command { get; } =
        new("smoke", "Check that installed packages can be imported and their programs loaded")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () =>
                [
                    SmokeOptions.Module,
                    SmokeOptions.Command,
                    .. SmokeOptions.Limits,
                    Format,
                    SmokeOptions.JUnit,
                    HealthOptions.Output,
                    HealthOptions.Html,
                    InspectionOptions.Exclude,
                    .. PipOptions.Environment,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var (environment, installed) = await Inspection.OpenAsync(context, arguments, cancellationToken);
        var graph = InstalledGraph.Read(installed, environment.Interpreter.Markers);
        var request = SmokeArguments.Create(context, arguments, environment, graph, Packages(arguments, graph));
        var report = await SmokeCheck.RunAsync(request, cancellationToken);
        if (arguments.Value(HealthOptions.Html) is { } page)
            HealthOutput.WriteFile(context, page, HealthPages.Of(report, environment.Root, graph));
        if (arguments.Value(SmokeOptions.JUnit) is { } junit)
            HealthOutput.WriteFile(context, junit, JUnitXml.Of(report));
        switch (arguments.Value(Format))
        {
            case "json":
                HealthOutput.Write(
                    context,
                    arguments,
                    JsonText.Of(writer => SmokeJson.Write(writer, report), isIndented: true)
                );
                break;
            case "junit":
                HealthOutput.Write(context, arguments, JUnitXml.Of(report));
                break;
            default:
                HealthOutput.Write(context, arguments, Text(report));
                break;
        }

        return report.IsPassed ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>What is tried: the packages that are named, else all unless only modules or commands are named.</summary>
    private static ImmutableArray<InstalledPackage> Packages(ParsedArguments arguments, InstalledGraph graph)
    {
        var excluded = arguments.Values(InspectionOptions.Exclude).Select(NameLists.ParseName).ToHashSet();
        if (arguments.Positionals.Count > 0)
        {
            return
            [
                .. arguments
                    .Positionals.Select(NameLists.ParseName)
                    .Distinct()
                    .Select(name => graph.Find(name) ?? throw NotInstalled(name.Value)),
            ];
        }

        var isNamed = arguments.WasGiven(SmokeOptions.Module) || arguments.WasGiven(SmokeOptions.Command);
        return isNamed ? [] : [.. graph.Packages.Where(package => !excluded.Contains(package.Name))];
    }

    private static UsageException NotInstalled(string name) =>
        new($"`{name}` is not installed in the environment", "Check the spelling with `krait pip list`");

    /// <summary>What does not work, each with its first line, and a count.</summary>
    public static string Text(SmokeReport report)
    {
        var text = new System.Text.StringBuilder();
        foreach (var result in report.Failed)
        {
            var name = result.Version is null ? result.Name : $"{result.Name} {result.Version}";
            foreach (var failure in result.Failures)
            {
                text.Append(CultureInfo.InvariantCulture, $"FAILED {name}: {failure.Probe}\n");
                text.Append(CultureInfo.InvariantCulture, $"    {failure.Message}\n");
                if (failure.Output is { } output)
                    text.Append(CultureInfo.InvariantCulture, $"    {output}\n");
                if (failure.Place is { } place)
                    text.Append(CultureInfo.InvariantCulture, $"    at {place}\n");
            }
        }

        var failed = report.Failed.Count();
        var passed = report.Results.Length - failed;
        text.Append(
            CultureInfo.InvariantCulture,
            $"Checked {Count(report.Results.Length)} in {report.Elapsed.TotalSeconds:0.0} s: {passed} passed, {failed} failed\n"
        );
        return text.ToString();
    }

    private static string Count(int number) =>
        number == 1 ? "1 item" : string.Create(CultureInfo.InvariantCulture, $"{number} items");
}
