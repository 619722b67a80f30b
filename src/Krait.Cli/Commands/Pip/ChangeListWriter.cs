using System.Text.Json;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Installer.Plans;
using Krait.Projects.Changing;

namespace Krait.Cli.Commands.Pip;

/// <summary>
/// Lists the changes of an environment as JSON, as `uv pip install --output-format json` does: an object with `schema`, `changes` (each with
/// `name`, `version` and `action`, `uninstalled` or `installed`; a package that is installed again has both) and `dry_run`.
/// </summary>
internal static class ChangeListWriter
{
    /// <summary>Whether the user asks for the list.</summary>
    public static bool IsWanted(ParsedArguments arguments) => arguments.Value(PipOptions.OutputFormat) is "json";

    /// <summary>Writes the list to standard output, if the user asks for it and there is an outcome to list.</summary>
    public static void WriteIfWanted(
        KraitContext context,
        ParsedArguments arguments,
        InstallOutcome outcome,
        bool isDryRun
    )
    {
        if (IsWanted(arguments) && outcome is InstallOutcome.Done done)
            Write(context, done.Plan, isDryRun);
    }

    /// <summary>Writes the list to standard output.</summary>
    public static void Write(KraitContext context, InstallPlan plan, bool isDryRun) =>
        context.Terminal.WriteResult(JsonText.Of(writer => Write(writer, plan, isDryRun), isIndented: true));

    private static void Write(Utf8JsonWriter writer, InstallPlan plan, bool isDryRun)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("schema");
        writer.WriteString("version", "preview");
        writer.WriteEndObject();
        writer.WriteStartArray("changes");
        foreach (var operation in plan.Changes)
            WriteChange(writer, operation);
        writer.WriteEndArray();
        writer.WriteBoolean("dry_run", isDryRun);
        writer.WriteEndObject();
    }

    private static void WriteChange(Utf8JsonWriter writer, PlannedOperation operation)
    {
        foreach (var old in operation.Removes)
            WriteAction(writer, old.Name.Value, old.VersionText, "uninstalled");
        if (operation.Wants is { } wanted)
            WriteAction(writer, wanted.Name.Value, wanted.Version.ToString(), "installed");
    }

    private static void WriteAction(Utf8JsonWriter writer, string name, string version, string action)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteString("version", version);
        writer.WriteString("action", action);
        writer.WriteEndObject();
    }
}
