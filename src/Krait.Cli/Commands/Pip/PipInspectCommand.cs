using System.Text.Json;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Environments.Installed;
using Krait.Packaging.Metadata;
using Krait.Packaging.Text;
using Krait.Projects.Inspection;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip inspect`: an environment as pip's JSON report of that name.</summary>
internal static class PipInspectCommand
{
    private static readonly Option Local = new(
        "local",
        OptionKind.Flag,
        "List only packages of the environment itself, not those it inherits"
    );
    private static readonly Option User = new("user", OptionKind.Flag, "List only packages of the user's directory")
    {
        Refused = "Krait does not install into the user's directory; name one with `--path DIR`",
    };

    public static Command Command { get; } =
        new("pip inspect", "Describe an environment and its packages as JSON, as pip does")
        {
            Options = () => [Local, User, InspectionOptions.Path, .. PipOptions.Environment],
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
        var packages = graph.Packages.Where(package => !arguments.IsOn(Local) || !package.Distribution.IsForeign);
        var text = JsonText.Of(
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("version", "1");
                writer.WriteString("pip_version", PipVersionCommand.LikePip);
                writer.WriteStartArray("installed");
                foreach (var package in packages)
                    Write(writer, package);
                writer.WriteEndArray();
                writer.WriteStartObject("environment");
                foreach (
                    var (name, value) in environment.Interpreter.MarkerValues.OrderBy(
                        pair => pair.Key,
                        StringComparer.Ordinal
                    )
                )
                {
                    writer.WriteString(name, value);
                }

                writer.WriteEndObject();
                writer.WriteEndObject();
            },
            isIndented: true
        );
        context.Terminal.WriteResult(text);
        return ExitCodes.Done;
    }

    private static void Write(Utf8JsonWriter writer, InstalledPackage package)
    {
        var distribution = package.Distribution;
        writer.WriteStartObject();
        writer.WriteStartObject("metadata");
        MetadataJson.Write(writer, RawMetadata.Parse(distribution.ReadMetadata()));
        writer.WriteEndObject();
        writer.WriteString("metadata_location", distribution.Path);
        var source = distribution.ReadDirectUrl();
        if (source.Length > 0 && package.DirectUrl is not null)
        {
            writer.WritePropertyName("direct_url");
            writer.WriteRawValue(UrlRedaction.Apply(System.Text.Encoding.UTF8.GetString(source.Span)));
        }

        if (distribution.Installer is { Length: > 0 } installer)
            writer.WriteString("installer", installer);
        if (distribution.Kind == InstalledKind.DistInfo)
            writer.WriteBoolean("requested", distribution.IsRequested);
        writer.WriteEndObject();
    }
}
