using Krait.Cli.Parsing;

namespace Krait.Cli.Commands.Health;

/// <summary>The options that the commands on the health of environments share.</summary>
internal static class HealthOptions
{
    public static readonly Option Html = new(
        "html",
        OptionKind.Value,
        "Also write the report to this file, as a web page"
    )
    {
        ValueName = "FILE",
    };
    public static readonly Option Strict = new("strict", OptionKind.Flag, "Fail if there is a finding");
    public static readonly Option Output = new(
        "output-file",
        OptionKind.Value,
        "Write to this file instead of standard output"
    )
    {
        Short = 'o',
        ValueName = "FILE",
    };

    /// <summary>The choice of formats, the first of which is the default.</summary>
    public static Option FormatOf(params ReadOnlySpan<string> formats) =>
        new("output-format", OptionKind.Value, "Print text, or a document for programs")
        {
            Aliases = ["format"],
            ValueName = "FORMAT",
            Choices = [.. formats],
            Default = formats[0],
        };
}
