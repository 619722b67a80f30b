using System.Text.Json;
using Krait.Packaging.Distributions;
using Krait.Packaging.Text;

namespace Krait.Cli.Rendering;

/// <summary>An error or a warning as one line of JSON (`docs/errors.md`, `docs/errors.schema.json`).</summary>
internal static class DiagnosticJson
{
    /// <summary>The line.</summary>
    /// <param name="diagnostic">What went wrong.</param>
    /// <param name="level">`error` or `warning`.</param>
    /// <param name="environment">The environment that the command works on, where it is known.</param>
    public static string Of(Diagnostic diagnostic, string level, string? environment) =>
        JsonText.Of(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("level", level);
            WriteContent(writer, diagnostic);
            WriteKnown(writer, "environment", diagnostic.Environment ?? environment);
            writer.WriteEndObject();
        });

    /// <summary>The line for what is said with `--verbose`.</summary>
    public static string OfRemark(string text) =>
        JsonText.Of(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("level", "info");
            writer.WriteString("message", text);
            writer.WriteEndObject();
        });

    private static void WriteContent(Utf8JsonWriter writer, Diagnostic diagnostic)
    {
        writer.WriteString("code", diagnostic.Code);
        writer.WriteString("message", ControlNames.MessageOf(diagnostic));
        WriteTexts(writer, "notes", diagnostic.Notes);
        WriteTexts(writer, "hints", diagnostic.Hints.Select(ControlNames.Of));
        WriteSubject(writer, diagnostic);
        if (diagnostic.Cause is not { } cause)
            return;
        writer.WriteStartObject("cause");
        WriteContent(writer, cause);
        writer.WriteEndObject();
    }

    private static void WriteSubject(Utf8JsonWriter writer, Diagnostic diagnostic)
    {
        var isUrl = diagnostic.Source?.Contains("://", StringComparison.Ordinal) ?? false;
        var (package, version) = (diagnostic.Package, diagnostic.Version);
        // What is wrong with a distribution is found in its file.
        if (package is null && diagnostic.Source is { } source)
            (package, version) = DistributionOf(source);
        WriteKnown(writer, "package", package);
        WriteKnown(writer, "version", version);
        WriteKnown(writer, "file", isUrl ? null : diagnostic.Source);
        if (diagnostic.Line > 0)
            writer.WriteNumber("line", diagnostic.Line);
        var url = diagnostic.Url ?? (isUrl ? diagnostic.Source : null);
        WriteKnown(writer, "url", url is null ? null : UrlRedaction.Apply(url));
    }

    private static (string? Package, string? Version) DistributionOf(string source)
    {
        var end = source.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? source : source[..end];
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (WheelFileName.TryParse(name, out var wheel, out _))
            return (wheel.Name.Value, wheel.Version.ToString());
        return SdistFileName.TryParse(name, out var sdist, out _)
            ? (sdist.Name.Value, sdist.Version.ToString())
            : default;
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void WriteKnown(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }
}
