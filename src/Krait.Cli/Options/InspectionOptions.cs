using Krait.Cli.Parsing;

namespace Krait.Cli.Options;

/// <summary>The options of the commands that look into an environment.</summary>
internal static class InspectionOptions
{
    public static readonly Option Exclude = new("exclude", OptionKind.Values, "Leave this package out")
    {
        ValueName = "PACKAGE",
    };
    public static readonly Option ExcludeEditable = new(
        "exclude-editable",
        OptionKind.Flag,
        "Leave out what is installed in place"
    )
    {
        Opposite = "include-editable",
    };
    public static readonly Option Path = new(
        "path",
        OptionKind.Values,
        "Look into this folder of packages in place of the environment"
    )
    {
        ValueName = "DIR",
    };
}
