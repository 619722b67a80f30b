using System.Globalization;
using Krait.Cli.Commands.Pip;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Health.Inventories;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Health;

/// <summary>`krait inventory`: what is installed where, to attach to a release or an error report.</summary>
internal static class InventoryCommand
{
    private static readonly Option Format = HealthOptions.FormatOf("text", "json", "cyclonedx") with
    {
        Help = "Print text, JSON, or a CycloneDX 1.5 bill of materials",
    };

    public static Command Command { get; } =
        new("inventory", "List what is installed where, to attach to a release or an error report")
        {
            Options = () =>
                [
                    Format,
                    HealthOptions.Output,
                    .. PipOptions.Environment,
                    .. PipOptions.Folders,
                    InspectionOptions.Path,
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
        var inventory = EnvironmentInventory.Read(environment, graph);
        var text = arguments.Value(Format) switch
        {
            "json" => JsonText.Of(
                writer => InventoryJson.Write(writer, inventory, ProductVersion.Number),
                isIndented: true
            ),
            "cyclonedx" => JsonText.Of(
                writer => CycloneDxJson.Write(writer, inventory, ProductVersion.Number, context.Clock.GetUtcNow()),
                isIndented: true
            ),
            _ => Text(inventory),
        };
        HealthOutput.Write(context, arguments, text);
        return ExitCodes.Done;
    }

    private static string Text(EnvironmentInventory inventory)
    {
        var text = new System.Text.StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"environment  {inventory.Root}\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"python       {inventory.Implementation} {inventory.PythonVersion} ({inventory.Executable})\n"
        );
        text.Append(CultureInfo.InvariantCulture, $"platform     {inventory.Platform}\n");
        text.Append(CultureInfo.InvariantCulture, $"packages     {inventory.Packages.Length}\n");
        var width = inventory.Packages.Select(package => package.DisplayName.Length).DefaultIfEmpty(0).Max();
        foreach (var package in inventory.Packages)
        {
            var source = package.EditableLocation ?? package.SourceUrl;
            text.Append("  ").Append(package.DisplayName.PadRight(width)).Append("  ").Append(package.Version);
            if (source is not null)
                text.Append("  from ").Append(source);
            if (package.Problem is { } problem)
                text.Append("  (").Append(problem).Append(')');
            text.Append('\n');
        }

        return text.ToString();
    }
}
